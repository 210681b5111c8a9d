//! Hints of the sample photos: which have faces, and the exact result for one portrait.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use lineart::{Face, Hints, Photo, Preset, Sketch, Style};
use vision::{FaceFinder, PersonSegmenter};

fn sample(name: &str) -> Photo {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lineart/tests/photos").join(name);
    Photo::decode(&std::fs::read(path).unwrap()).unwrap()
}

fn find_faces(photo: &Photo) -> Vec<Face> {
    FaceFinder::read(include_bytes!("../weights/faces.bin")).unwrap().find(photo)
}

fn hints(photo: &Photo) -> Hints {
    let person = PersonSegmenter::read(include_bytes!("../weights/person.bin")).unwrap();
    Hints { faces: find_faces(photo), person: person.segment(photo) }
}

fn fnv1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn cat_cup_and_rocket_have_no_face() {
    for name in ["chelsea.png", "coffee.png", "rocket.png"] {
        assert!(find_faces(&sample(name)).is_empty(), "{name}");
    }
}

#[test]
fn face_is_found_at_any_tilt_of_the_camera() {
    let photo = sample("astronaut.png");
    let (width, height) = (photo.width(), photo.height());
    let pixels: &[[u8; 3]] = photo.rgb().as_chunks().0;
    let turned: Vec<u8> = (0..width)
        .flat_map(|y| (0..height).map(move |x| [x, y]))
        .flat_map(|[x, y]| pixels[((height - 1 - x) * width + y) as usize])
        .collect();
    let turned = find_faces(&Photo::from_rgb(height, width, turned).unwrap());
    let upright = find_faces(&photo);
    assert_eq!((upright.len(), turned.len()), (1, 1));
    let scale = Photo::WORKING_EDGE as f32 / width.max(height) as f32;
    let [x, y] = upright[0].centre();
    let [turned_x, turned_y] = turned[0].centre();
    let expected = [height as f32 * scale - y, x];
    assert!((turned_x - expected[0]).abs() < 6.0 && (turned_y - expected[1]).abs() < 6.0);
}

#[test]
fn open_eyes_of_the_portrait_lie_between_brows_and_mouth() {
    let faces = find_faces(&sample("astronaut.png"));
    let [face] = faces.as_slice() else { panic!("{} faces", faces.len()) };
    for (eye, brow) in face.eyes.iter().zip(&face.brows) {
        let iris = eye.iris.unwrap();
        assert!(brow.lower_edge[2][1] < iris.centre[1] && iris.centre[1] < face.mouth.upper_outline[5][1]);
    }
    assert!(face.has_hairline);
}

/// Together with the same test in WebAssembly this shows that preview and print have equal pages.
#[test]
fn page_with_hints_matches_its_checksum() {
    let photo = sample("astronaut.png");
    let sketch = Sketch::with_hints(&photo, &hints(&photo));
    let pages = Preset::ALL.map(|preset| sketch.draw(&Style::from_preset(preset)).to_svg());
    assert_eq!(fnv1a(pages.concat().into_bytes()), 16_472_494_293_977_543_494);
}
