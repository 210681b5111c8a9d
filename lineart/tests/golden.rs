//! Golden files: drawings of sample photos, compared byte for byte. `UPDATE_GOLDEN=1` rewrites
//! them.
//!
//! Another test compares the WebAssembly build with the same files, so the preview in the browser
//! equals the page that the server draws.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;
use std::{env, fs};

use lineart::{Drawing, Photo, Preset, Sketch, Style};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Draws a sample photo in every preset and compares the SVG with its golden file.
fn assert_matches_golden(photo: &str) {
    let bytes = fs::read(folder("photos").join(format!("{photo}.png"))).unwrap();
    let sketch = Sketch::new(&Photo::decode(&bytes).unwrap());
    for preset in Preset::ALL {
        let svg = sketch.draw(&Style::from_preset(preset)).to_svg();
        let path = folder("golden").join(format!("{photo}-{preset}.svg"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &svg).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            svg == golden,
            "{photo} {preset} has changed; if that is intended, inspect it and run with UPDATE_GOLDEN=1"
        );
        let drawing = Drawing::from_svg(&svg).unwrap();
        assert_eq!(drawing, sketch.draw(&Style::from_preset(preset)));
    }
}

#[test]
fn portrait_matches_its_golden_files() {
    assert_matches_golden("astronaut");
}

#[test]
fn cat_matches_its_golden_files() {
    assert_matches_golden("chelsea");
}

#[test]
fn cup_matches_its_golden_files() {
    assert_matches_golden("coffee");
}

#[test]
fn rocket_matches_its_golden_files() {
    assert_matches_golden("rocket");
}
