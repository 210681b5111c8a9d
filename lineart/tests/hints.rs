//! Pages drawn with hints: the features of a face, and the background by a person mask.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kurbo::Shape;
use lineart::{Background, Brow, Circle, Eye, Face, Hints, Mask, Mouth, Nose, Photo, Point, Preset, Sketch, Style};

/// `count` points from `from` to `to`, bent by `bow` px downwards in the middle.
fn bow(from: Point, to: Point, bow: f32, count: usize) -> Vec<Point> {
    let point = |i: usize| {
        let t = i as f32 / (count - 1) as f32;
        [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t + bow * 4.0 * t * (1.0 - t)]
    };
    (0..count).map(point).collect()
}

/// A face of 300 px around the centre of a square photo. A closed eye has no iris.
fn face(has_irises: bool) -> Face {
    let eye = |outer: f32, inner: f32| Eye {
        upper_lid: bow([outer, 470.0], [inner, 470.0], -12.0, 9),
        lower_lid: bow([outer, 470.0], [inner, 470.0], 12.0, 9),
        iris: has_irises.then_some(Circle { centre: [0.5 * (outer + inner), 470.0], radius: 13.0 }),
    };
    let brow = |outer: f32, inner: f32| Brow {
        upper_edge: bow([outer, 430.0], [inner, 430.0], -14.0, 5),
        lower_edge: bow([outer, 438.0], [inner, 438.0], -10.0, 5),
    };
    let lips = |height: f32| bow([470.0, 580.0], [554.0, 580.0], height, 11);
    let oval = (0..36).map(|i| i as f32 / 36.0 * std::f32::consts::TAU);
    Face {
        eyes: [eye(430.0, 492.0), eye(594.0, 532.0)],
        brows: [brow(425.0, 495.0), brow(600.0, 530.0)],
        nose: Nose {
            bridge: bow([512.0, 450.0], [512.0, 530.0], 0.0, 7),
            base: bow([485.0, 540.0], [539.0, 540.0], 8.0, 9),
        },
        mouth: Mouth {
            upper_outline: lips(-12.0),
            upper_inner_edge: lips(0.0),
            lower_inner_edge: lips(1.0),
            lower_outline: lips(16.0),
        },
        oval: oval.map(|angle| [512.0 - 120.0 * angle.sin(), 512.0 - 150.0 * angle.cos()]).collect(),
        has_hairline: true,
    }
}

fn plain_photo() -> Photo {
    Photo::from_rgb(64, 64, vec![200; 64 * 64 * 3]).unwrap()
}

fn sketch_of(face: Face) -> Sketch {
    Sketch::with_hints(&plain_photo(), &Hints { faces: vec![face], person: None })
}

#[test]
fn hints_without_content_change_nothing() {
    let pixels = (0..100 * 100).flat_map(|i: u32| if i / 100 > 50 { [200, 40, 40] } else { [240; 3] }).collect();
    let photo = Photo::from_rgb(100, 100, pixels).unwrap();
    for preset in Preset::ALL {
        let style = Style::from_preset(preset);
        assert_eq!(Sketch::with_hints(&photo, &Hints::default()).draw(&style), Sketch::new(&photo).draw(&style));
    }
}

#[test]
fn every_preset_draws_the_face() {
    let counts = Preset::ALL.map(|preset| sketch_of(face(true)).draw(&Style::from_preset(preset)).strokes.len());
    assert!(counts[0] >= 8, "{counts:?}");
    assert!(counts.is_sorted(), "{counts:?}");
}

#[test]
fn iris_is_clipped_by_the_lids() {
    let drawing = sketch_of(face(true)).draw(&Style::from_preset(Preset::Standard));
    // Brows end at 440 px; the lids reach from 458 to 482 px, the whole iris from 457 to 483 px.
    let bounds = drawing.strokes.iter().map(Shape::bounding_box);
    let in_eyes: Vec<kurbo::Rect> = bounds.filter(|bounds| bounds.y0 > 445.0 && bounds.y1 < 500.0).collect();
    assert!(in_eyes.len() >= 6);
    assert!(in_eyes.iter().all(|bounds| bounds.y0 > 457.0 && bounds.y1 < 483.0), "{in_eyes:?}");
}

#[test]
fn closed_eye_has_no_iris() {
    let drawing = sketch_of(face(false)).draw(&Style::from_preset(Preset::Standard));
    let is_iris = |bounds: &kurbo::Rect| bounds.width() < 30.0 && bounds.height() > 15.0;
    let bounds = drawing.strokes.iter().map(Shape::bounding_box);
    assert!(!bounds.filter(|bounds| bounds.y0 > 445.0 && bounds.y1 < 500.0).any(|bounds| is_iris(&bounds)));
}

#[test]
fn background_is_what_the_mask_leaves_out() {
    // Two discs; the mask holds the left one.
    let is_in_disc = |x: i32, y: i32, centre: i32| (x - centre) * (x - centre) + (y - 100) * (y - 100) < 2500;
    let pixels = (0..400 * 200).flat_map(|i: i32| {
        let (x, y) = (i % 400, i / 400);
        if is_in_disc(x, y, 100) || is_in_disc(x, y, 300) { [180, 50, 40] } else { [230; 3] }
    });
    let photo = Photo::from_rgb(400, 200, pixels.collect()).unwrap();
    let values = (0..400 * 200).map(|i| if is_in_disc(i % 400, i / 400, 100) { 255 } else { 0 }).collect();
    let hints = Hints { faces: Vec::new(), person: Mask::new(400, 200, values) };
    let style = Style { background: Background::Remove, ..Style::default() };
    let drawing = Sketch::with_hints(&photo, &hints).draw(&style);
    assert_eq!(drawing.strokes.len(), 1);
    assert!(drawing.strokes[0].bounding_box().x1 < 512.0);
}
