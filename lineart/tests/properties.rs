//! Property-based tests for arbitrary photos, styles, drawings, files and titles.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kurbo::BezPath;
use lineart::decode::validate_file;
use lineart::{Background, Drawing, Paper, PdfPage, Photo, Preset, Sketch, Style, draw, write_pdf};
use proptest::prelude::*;

/// Photos of extreme shapes, 1 to 4000 pixels a side: flat colours, noise, stripes, gradients
/// and disks.
fn photos() -> impl Strategy<Value = Photo> {
    let sides =
        prop_oneof![(1u32..4, 1u32..300), (1u32..300, 1u32..4), (1u32..120, 1u32..120), Just((1, 1)), Just((1, 4000)),];
    (sides, 0u32..5, any::<u32>()).prop_map(|((width, height), kind, seed)| {
        let rgb = (0..width * height).flat_map(|i| colour(i % width, i / width, kind, seed)).collect();
        Photo::from_rgb(width, height, rgb).unwrap()
    })
}

fn colour(x: u32, y: u32, kind: u32, seed: u32) -> [u8; 3] {
    let noise = (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b) ^ seed).wrapping_mul(0xc2b2_ae35);
    let noise = noise ^ noise >> 15;
    match kind {
        0 => [seed as u8; 3],
        1 => noise.to_le_bytes()[..3].try_into().unwrap(),
        2 => [((x + y) / (seed % 9 + 1) % 2 * 255) as u8; 3],
        3 => [(x * 7) as u8, (y * 5) as u8, (noise >> 29) as u8],
        _ => {
            let (dx, dy) = (x as i64 - 50, y as i64 - 40);
            let inside = dx * dx + dy * dy < i64::from(seed % 2500);
            if inside { [200, 40, 60] } else { [240, 240, 200] }
        }
    }
}

fn styles() -> impl Strategy<Value = Style> {
    let (preset, background) = (prop::sample::select(&Preset::ALL), prop::sample::select(&Background::ALL));
    (preset, any::<Option<f32>>(), any::<Option<f32>>(), background, any::<Option<f32>>(), any::<bool>()).prop_map(
        |(preset, detail, line_mm, background, smoothing, frame)| Style {
            preset,
            detail,
            line_mm,
            background,
            smoothing,
            frame,
            without_people: false,
        },
    )
}

fn drawings() -> impl Strategy<Value = Drawing> {
    let number = || (-20_000i32..20_000).prop_map(|tenths| f64::from(tenths) / 10.0);
    let point = move || (number(), number());
    let stroke = (point(), prop::collection::vec((point(), point(), point(), 0..3u8), 0..12), any::<bool>()).prop_map(
        |(start, parts, closed)| {
            let mut path = BezPath::new();
            path.move_to(start);
            for (a, b, c, kind) in parts {
                match kind {
                    0 => path.line_to(c),
                    1 => path.quad_to(a, c),
                    _ => path.curve_to(a, b, c),
                }
            }
            if closed {
                path.close_path();
            }
            path
        },
    );
    (1u32..200_000, 1u32..200_000, 1u32..2000, prop::collection::vec(stroke, 0..6)).prop_map(
        |(width, height, line, strokes)| Drawing {
            width: f64::from(width) / 100.0,
            height: f64::from(height) / 100.0,
            line_width: f64::from(line) / 100.0,
            strokes,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_photo_is_drawn_in_any_style(photo in photos(), style in styles()) {
        let drawing = draw(&photo, &style);
        prop_assert!(drawing.width >= 1.0 && drawing.height >= 1.0 && drawing.line_width > 0.0);
        prop_assert_eq!(Drawing::from_svg(&drawing.to_svg()), Ok(drawing.clone()));
        let png = image::load_from_memory(&drawing.to_png(64)).unwrap();
        prop_assert_eq!(png.width().max(png.height()), 64);
        let page = PdfPage { title: "", drawing: &drawing };
        prop_assert!(write_pdf(&[page], Paper::A4, "").is_ok());
    }

    #[test]
    fn photo_and_its_working_copy_give_the_same_drawing(stretch in 2u32..9, photo in photos(), style in styles()) {
        let (width, height) = (photo.width() * stretch * 4, photo.height() * stretch);
        prop_assume!(width.max(height) > Photo::WORKING_EDGE && width * height < 3_000_000);
        let from = |x: u32, y: u32| (y / stretch * photo.width() + x / stretch / 4) as usize * 3;
        let rgb = (0..width * height).flat_map(|i| photo.rgb()[from(i % width, i / width)..][..3].to_vec());
        let large = Photo::from_rgb(width, height, rgb.collect()).unwrap();
        prop_assert_eq!(draw(&large, &style), draw(&large.clone().into_working_size(), &style));
    }

    #[test]
    fn more_detail_only_adds_strokes(photo in photos(), style in styles(), a in 0.0f32..=1.0, b in 0.0f32..=1.0) {
        let sketch = Sketch::new(&photo);
        let at = |detail| sketch.draw(&Style { detail: Some(detail), ..style }).strokes;
        let (less, more) = (at(a.min(b)), at(a.max(b)));
        prop_assert!(less.iter().all(|stroke| more.contains(stroke)));
    }

    #[test]
    fn less_background_only_removes_strokes(photo in photos(), style in styles()) {
        let sketch = Sketch::new(&photo);
        let [keep, soften, remove] = Background::ALL.map(|background| sketch.draw(&Style { background, ..style }).strokes);
        prop_assert!(remove.iter().all(|stroke| soften.contains(stroke)));
        prop_assert!(soften.iter().all(|stroke| keep.contains(stroke)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn svg_round_trip_of_any_drawing_is_lossless(drawing in drawings()) {
        prop_assert_eq!(Drawing::from_svg(&drawing.to_svg()), Ok(drawing));
    }

    #[test]
    fn svg_parser_does_not_panic(text in "<svg ( (width|height|stroke-width|d)=\"[mlcqz0-9. -]{0,9}\"){0,6}") {
        let _ = Drawing::from_svg(&text);
    }

    #[test]
    fn header_parsers_do_not_panic(start in 0usize..4, mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let starts: [&[u8]; 4] = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF\x40\0\0\0WEBPVP8L"];
        bytes.splice(0..0, starts[start].iter().copied());
        // `Photo::decode` catches panics, `validate_file` does not.
        let header = validate_file(&bytes);
        if let Ok(photo) = Photo::decode(&bytes) {
            let header = header.unwrap();
            let sides = (photo.width(), photo.height());
            prop_assert!(sides == (header.width, header.height) || sides == (header.height, header.width));
        }
    }

    #[test]
    fn pdf_of_any_title_is_written(title in "\\PC{0,60}", other in any::<String>()) {
        let drawing = Drawing { width: 4.0, height: 3.0, line_width: 0.1, strokes: vec![] };
        for title in [&title, &other] {
            let page = PdfPage { title, drawing: &drawing };
            prop_assert!(write_pdf(&[page], Paper::Letter, title).is_ok());
        }
    }
}

fn sample_photo() -> Photo {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/photos/astronaut.png");
    Photo::decode(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn more_detail_adds_strokes_to_a_sample_photo() {
    let sketch = Sketch::new(&sample_photo());
    let count = |detail| sketch.draw(&Style { detail: Some(detail), ..Style::default() }).strokes.len();
    assert!(0 < count(0.0) && count(0.0) < count(0.5) && count(0.5) < count(1.0));
}

#[test]
fn less_background_removes_strokes_of_a_sample_photo() {
    let sketch = Sketch::new(&sample_photo());
    let [keep, soften, remove] =
        Background::ALL.map(|background| sketch.draw(&Style { background, ..Style::default() }).strokes.len());
    assert!(0 < remove && remove < soften && soften < keep, "{keep}, {soften}, {remove}");
}
