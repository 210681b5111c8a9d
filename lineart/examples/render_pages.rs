//! Draws each photo to a PNG with a long edge of 2480 px and all of them to one PDF, and prints
//! times and sizes.
//!
//! `cargo run --release -p lineart --example render_pages -- OUT PRESET PHOTO...`

use std::path::Path;
use std::time::Instant;
use std::{env, fs, process};

use lineart::{Drawing, Paper, PdfPage, Photo, Preset, Sketch, Style, write_pdf};

fn main() {
    let mut arguments = env::args().skip(1);
    let (Some(folder), Some(preset)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: render_pages OUT toddler|simple|standard|detailed PHOTO...");
        process::exit(2);
    };
    if let Err(error) = render(Path::new(&folder), &preset, arguments) {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn render(folder: &Path, preset: &str, photos: impl Iterator<Item = String>) -> Result<(), Box<dyn std::error::Error>> {
    fs::create_dir_all(folder)?;
    let style = Style::from_preset(preset.parse::<Preset>()?);
    let mut pages: Vec<(String, Drawing)> = Vec::new();
    for path in photos {
        let path = Path::new(&path);
        let photo = Photo::decode(&fs::read(path)?)?;
        let start = Instant::now();
        let sketch = Sketch::new(&photo);
        let sketch_time = start.elapsed();
        let start = Instant::now();
        let drawing = sketch.draw(&style);
        let draw_time = start.elapsed();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        fs::write(folder.join(format!("{name}.png")), drawing.to_png(2480))?;
        println!(
            "{name}: {} x {}, sketch {:.1} ms, draw {:.2} ms, {} strokes, svg {} kB",
            photo.width(),
            photo.height(),
            sketch_time.as_secs_f64() * 1e3,
            draw_time.as_secs_f64() * 1e3,
            drawing.strokes.len(),
            drawing.to_svg().len() / 1000
        );
        pages.push((name.into_owned(), drawing));
    }
    let pdf_pages: Vec<PdfPage> = pages.iter().map(|(title, drawing)| PdfPage { title, drawing }).collect();
    fs::write(folder.join("pages.pdf"), write_pdf(&pdf_pages, Paper::A4, preset)?)?;
    Ok(())
}
