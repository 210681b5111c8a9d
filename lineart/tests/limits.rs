//! Size limits of SVG and PDF files, and photos of extreme shapes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;

use lineart::{Paper, PdfPage, Photo, Preset, Sketch, Style, draw, write_pdf};

#[test]
fn pages_of_sample_photos_are_within_the_size_limits() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["tests/photos", "../public/samples"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
    let mut photos = 0;
    for path in files.into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if !path.extension().is_some_and(|extension| extension == "png" || extension == "jpg") {
            continue;
        }
        photos += 1;
        let sketch = Sketch::new(&Photo::decode(&fs::read(&path).unwrap()).unwrap());
        for preset in Preset::ALL {
            let drawing = sketch.draw(&Style::from_preset(preset));
            let (svg, page) = (drawing.to_svg().len(), PdfPage { title: "Our page", drawing: &drawing });
            let pdf = write_pdf(&[page], Paper::A4, "Our page").unwrap().len();
            assert!(svg <= 300_000 && pdf <= 200_000, "{}, {preset}: SVG {svg}, PDF {pdf}", path.display());
        }
    }
    assert!(photos >= 6, "only {photos} sample photos were found");
}

#[test]
fn page_of_a_megapixel_of_noise_is_within_the_size_limit() {
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let photo = Photo::from_rgb(1200, 900, (0..1200 * 900 * 3).map(|_| noise()).collect()).unwrap();
    let drawing = draw(&photo, &Style::default());
    let svg = drawing.to_svg().len();
    assert!(svg <= 300_000, "{svg}");
}

#[test]
fn extremely_narrow_photo_becomes_an_empty_page() {
    for (width, height) in [(1, 1), (1, 5000), (5000, 1), (2, 2), (65_535, 1)] {
        for grey in [0, 77, 255] {
            let photo = Photo::from_rgb(width, height, vec![grey; (width * height * 3) as usize]).unwrap();
            let drawing = draw(&photo, &Style::default());
            assert!(drawing.width >= 1.0 && drawing.height >= 1.0, "{width} x {height}");
            assert_eq!(drawing.strokes.len(), 0, "{width} x {height}");
        }
    }
}
