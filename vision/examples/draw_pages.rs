//! Draws each photo to a PNG page with a long edge of 2480 px, with faces and persons or without,
//! and prints what was found and how long it took.
//!
//! `cargo run --release -p vision --example draw_pages -- OUT PRESET with|without PHOTO...`
//!
//! `remove` in place of `with` also removes the background.

use std::error::Error;
use std::path::Path;
use std::time::Instant;
use std::{env, fs, process};

use lineart::{Background, Hints, Photo, Preset, Sketch, Style};
use vision::{FaceFinder, PersonSegmenter};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, preset, mode, photos @ ..] = arguments.as_slice() else {
        eprintln!("usage: draw_pages OUT toddler|simple|standard|detailed with|without|remove PHOTO...");
        process::exit(2);
    };
    if let Err(error) = draw(Path::new(folder), preset, mode, photos) {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn draw(folder: &Path, preset: &str, mode: &str, photos: &[String]) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let faces = FaceFinder::read(include_bytes!("../weights/faces.bin"))?;
    let person = PersonSegmenter::read(include_bytes!("../weights/person.bin"))?;
    let background = if mode == "remove" { Background::Remove } else { Background::Keep };
    let style = Style { background, ..Style::from_preset(preset.parse::<Preset>()?) };
    for path in photos {
        let path = Path::new(path);
        let photo = Photo::decode(&fs::read(path)?)?.into_working_size();
        let start = Instant::now();
        let mut hints = Hints::default();
        if mode != "without" {
            hints.faces = faces.find(&photo);
        }
        let faces_time = start.elapsed();
        let start = Instant::now();
        if mode != "without" {
            hints.person = person.segment(&photo);
        }
        let person_time = start.elapsed();
        let start = Instant::now();
        let drawing = Sketch::with_hints(&photo, &hints).draw(&style);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        fs::write(folder.join(format!("{name}.png")), drawing.to_png(2480))?;
        println!(
            "{name}: {} faces in {:.1} ms, person in {:.1} ms, drawing in {:.1} ms",
            hints.faces.len(),
            faces_time.as_secs_f64() * 1e3,
            person_time.as_secs_f64() * 1e3,
            start.elapsed().as_secs_f64() * 1e3
        );
    }
    Ok(())
}
