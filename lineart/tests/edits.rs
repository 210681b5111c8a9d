//! Manual edits, applied to the drawing of a photo.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kurbo::{ParamCurve, PathEl, Point};
use lineart::{Drawing, Edits, Photo, Preset, Sketch, Style};

/// A red disk on a light background: one closed stroke.
fn disk() -> Sketch {
    let rgb = (0..300 * 300).flat_map(|i: i32| {
        let (x, y) = (i % 300 - 150, i / 300 - 150);
        if x * x + y * y < 100 * 100 { [200, 60, 40] } else { [220, 230, 240] }
    });
    Sketch::new(&Photo::from_rgb(300, 300, rgb.collect()).unwrap())
}

#[test]
fn empty_edits_leave_the_drawing_unchanged() {
    let sketch = disk();
    for smoothing in [None, Some(0.9)] {
        let style = Style { smoothing, frame: true, ..Style::default() };
        let (drawing, numbers) = sketch.retouched(&style, &Edits::default());
        assert_eq!(drawing, sketch.draw(&style));
        assert!(!numbers.is_empty());
        assert_eq!(numbers.len() + 1, drawing.strokes.len(), "the frame has no number");
    }
}

#[test]
fn erased_stroke_is_missing_in_every_style() {
    let sketch = disk();
    for preset in Preset::ALL {
        for smoothing in [None, Some(0.1)] {
            let style = Style { smoothing, ..Style::from_preset(preset) };
            let (drawing, erased) = sketch.retouched(&style, &Edits::default());
            assert!(!drawing.strokes.is_empty(), "{preset}");
            let edits = Edits { erased, ..Edits::default() };
            assert!(sketch.retouched(&style, &edits).0.strokes.is_empty(), "{preset}");
        }
    }
}

#[test]
fn added_lines_follow_the_strokes_of_the_photo() {
    let lines = vec![vec![[10.0, 10.0], [500.0, 400.0]], vec![[1.0, 2.0], [3.0, 4.0]]];
    let (drawing, numbers) = disk().retouched(&Style::default(), &Edits { added: lines, ..Edits::default() });
    assert_eq!(drawing.strokes.len(), numbers.len() + 2);
}

#[test]
fn added_line_runs_from_its_first_to_its_last_point() {
    let line = vec![[10.0, 10.0], [500.0, 400.0], [700.0, 400.0], [1024.0, 1024.0]];
    let (drawing, _) = disk().retouched(&Style::default(), &Edits { added: vec![line], ..Edits::default() });
    let added = drawing.strokes.last().unwrap();
    assert_eq!(added.elements()[0], PathEl::MoveTo(Point::new(10.0, 10.0)));
    assert_eq!(added.segments().last().map(|segment| segment.end()), Some(Point::new(1024.0, 1024.0)));
}

#[test]
fn edited_drawing_survives_the_svg() {
    let line = vec![[10.0, 10.0], [500.3, 400.7], [700.0, 400.0], [1024.0, 1024.0]];
    let (drawing, _) = disk().retouched(&Style::default(), &Edits { added: vec![line], ..Edits::default() });
    assert_eq!(Drawing::from_svg(&drawing.to_svg()), Ok(drawing));
}
