//! Drawings pinned to the byte. The same files are expected of the WebAssembly build, so they also hold
//! the promise that the preview is the print. `UPDATE_GOLDEN=1` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;
use std::{env, fs};

use lineart::{Drawing, Photo, Preset, Sketch, Style};

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn expect(photo: &str) {
    let bytes = fs::read(folder("photos").join(format!("{photo}.png"))).unwrap();
    let sketch = Sketch::new(&Photo::decode(&bytes).unwrap());
    for preset in Preset::ALL {
        let svg = sketch.draw(&Style::of(preset)).to_svg();
        let path = folder("golden").join(format!("{photo}-{preset}.svg"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &svg).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            svg == golden,
            "{photo} {preset} has changed; if that is meant, look at it and run with UPDATE_GOLDEN=1"
        );
        let drawing = Drawing::from_svg(&svg).unwrap();
        assert_eq!(drawing, sketch.draw(&Style::of(preset)));
    }
}

#[test]
fn a_portrait_is_drawn_as_before() {
    expect("astronaut");
}

#[test]
fn a_cat_is_drawn_as_before() {
    expect("chelsea");
}

#[test]
fn a_cup_is_drawn_as_before() {
    expect("coffee");
}

#[test]
fn a_rocket_is_drawn_as_before() {
    expect("rocket");
}
