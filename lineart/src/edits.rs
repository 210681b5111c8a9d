//! What a parent changed by hand: strokes taken out, and lines added where one was missing.

use kurbo::{BezPath, Point, QuadBez};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::drawing::{Drawing, on_tenths};

/// Changes to the strokes of one photo. They name strokes by their numbers in its [`crate::Sketch`] and places in units
/// of the page, so that they stay what they are in every style.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"erased": [12], "added": [[[100, 120.5], [180, 140]]]})))]
pub struct Edits {
    /// Numbers of strokes that are left out. One that the photo does not have takes nothing out.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub erased: Vec<u32>,
    /// Lines, each through two or more points, `[across, down]`.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub added: Vec<Vec<[f32; 2]>>,
}

/// Edits that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EditsError {
    #[error("at most {} strokes can be erased", Edits::MOST_ERASED)]
    TooManyErased,
    #[error("at most {} lines with {} points in all can be added", Edits::MOST_ADDED, Edits::MOST_POINTS)]
    TooManyAdded,
    #[error("an added line has two or more points from 0 to {}", Drawing::LONG_EDGE)]
    Line,
}

impl Edits {
    pub const MOST_ERASED: usize = 1000;
    pub const MOST_ADDED: usize = 100;
    /// Of all added lines together.
    pub const MOST_POINTS: usize = 600;

    pub fn is_empty(&self) -> bool {
        self.erased.is_empty() && self.added.is_empty()
    }

    /// Refuses what is more than a hand does, and lines that lie on no page.
    pub fn check(&self) -> Result<(), EditsError> {
        if self.erased.len() > Edits::MOST_ERASED {
            return Err(EditsError::TooManyErased);
        }
        if self.added.len() > Edits::MOST_ADDED || self.added.iter().map(Vec::len).sum::<usize>() > Edits::MOST_POINTS {
            return Err(EditsError::TooManyAdded);
        }
        let on_page = |at: &f32| (0.0..=Drawing::LONG_EDGE as f32).contains(at);
        let is_line = |line: &Vec<[f32; 2]>| line.len() >= 2 && line.iter().flatten().all(on_page);
        if self.added.iter().all(is_line) { Ok(()) } else { Err(EditsError::Line) }
    }

    /// The added lines, on a page of this size.
    pub(crate) fn strokes(&self, width: f64, height: f64) -> impl Iterator<Item = BezPath> {
        self.added.iter().filter(|line| line.len() >= 2).map(move |line| {
            // Not `clamp`: its message about limits would write numbers, for which the browser loads 10 kB more.
            let within = |at: f32, most: f64| f64::from(at).max(0.0).min(most);
            let at = |&[x, y]: &[f32; 2]| Point::new(within(x, width), within(y, height));
            on_tenths(&smooth(&line.iter().map(at).collect::<Vec<_>>()))
        })
    }
}

/// From the first point to the last, bending towards those between.
fn smooth(points: &[Point]) -> BezPath {
    let mut path = BezPath::new();
    path.move_to(points[0]);
    let last = points.len() - 1;
    let mut from = points[0];
    for at in 1..last {
        let to = if at + 1 == last { points[last] } else { points[at].midpoint(points[at + 1]) };
        let curve = QuadBez::new(from, points[at], to).raise();
        path.curve_to(curve.p1, curve.p2, curve.p3);
        from = to;
    }
    if last == 1 {
        path.line_to(points[1]);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Photo, Sketch, Style};

    fn ball() -> Sketch {
        let rgb = (0..300 * 300).flat_map(|i: i32| {
            let (x, y) = (i % 300 - 150, i / 300 - 150);
            if x * x + y * y < 100 * 100 { [200, 60, 40] } else { [220, 230, 240] }
        });
        Sketch::new(&Photo::from_rgb(300, 300, rgb.collect()).unwrap())
    }

    #[test]
    fn without_edits_a_page_is_as_it_was() {
        let sketch = ball();
        for smoothing in [None, Some(0.9)] {
            let style = Style { smoothing, frame: true, ..Style::default() };
            let (drawing, numbers) = sketch.retouched(&style, &Edits::default());
            assert_eq!(drawing, sketch.draw(&style));
            assert_eq!(numbers.len() + 1, drawing.strokes.len(), "the frame is nobody's stroke");
        }
    }

    #[test]
    fn a_stroke_is_taken_out_in_every_style() {
        let sketch = ball();
        let (_, numbers) = sketch.retouched(&Style::default(), &Edits::default());
        let edits = Edits { erased: numbers, ..Edits::default() };
        for preset in crate::Preset::ALL {
            for smoothing in [None, Some(0.1)] {
                let style = Style { smoothing, ..Style::of(preset) };
                assert!(sketch.retouched(&style, &edits).0.strokes.is_empty());
            }
        }
    }

    #[test]
    fn a_line_is_added_from_end_to_end_and_stays_on_the_page() {
        let line = vec![[10.0, 10.0], [500.0, 400.0], [700.0, 400.0], [1024.0, 1024.0]];
        let edits = Edits { added: vec![line, vec![[1.0, 2.0], [3.0, 4.0]]], ..Edits::default() };
        let (drawing, numbers) = ball().retouched(&Style::default(), &edits);
        assert_eq!(drawing.strokes.len(), numbers.len() + 2);
        let added = &drawing.strokes[numbers.len()];
        assert_eq!(added.elements()[0], kurbo::PathEl::MoveTo(Point::new(10.0, 10.0)));
        assert_eq!(
            added.segments().last().map(|segment| kurbo::ParamCurve::end(&segment)),
            Some(Point::new(1024.0, 1024.0))
        );
        assert_eq!(Drawing::from_svg(&drawing.to_svg()).unwrap(), drawing);
    }

    #[test]
    fn what_no_hand_does_is_refused() {
        let line = |points: Vec<[f32; 2]>| Edits { added: vec![points], ..Edits::default() };
        for bad in [
            vec![[1.0, 1.0]],
            vec![[0.0, -1.0], [1.0, 1.0]],
            vec![[0.0, f32::NAN], [1.0, 1.0]],
            vec![[0.0, 2000.0], [1.0, 1.0]],
        ] {
            assert_eq!(line(bad).check(), Err(EditsError::Line));
        }
        assert_eq!(line(vec![[1.0, 1.0]; 601]).check(), Err(EditsError::TooManyAdded));
        assert_eq!(Edits { erased: vec![0; 1001], ..Edits::default() }.check(), Err(EditsError::TooManyErased));
        assert_eq!(Edits { erased: vec![7], added: vec![vec![[0.0, 0.0], [1024.0, 5.0]]] }.check(), Ok(()));
    }
}
