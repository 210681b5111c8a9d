//! Contact sheet of photos and their drawings: one row for each photo, with the photo and its
//! drawing in all four presets.
//!
//! `cargo run --release -p lineart --example contact_sheet -- SHEET.png PHOTO...`

use std::error::Error;
use std::{env, fs, process};

use image::imageops::{FilterType, overlay, resize};
use image::{Rgb, RgbImage};
use lineart::{Photo, Preset, Sketch, Style};

/// Side of the square cell of each picture, in pixels.
const CELL: u32 = 480;
/// White space between cells, in pixels.
const GAP: u32 = 12;

fn main() {
    let mut arguments = env::args().skip(1);
    let (Some(target), photos) = (arguments.next(), arguments.collect::<Vec<_>>()) else {
        eprintln!("usage: contact_sheet SHEET.png PHOTO...");
        process::exit(2);
    };
    if let Err(error) = write_contact_sheet(&target, &photos) {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn write_contact_sheet(target: &str, photos: &[String]) -> Result<(), Box<dyn Error>> {
    let columns = 1 + Preset::ALL.len() as u32;
    let (width, height) = (columns * (CELL + GAP) + GAP, photos.len() as u32 * (CELL + GAP) + GAP);
    let mut sheet = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    for (row, path) in photos.iter().enumerate() {
        let photo = Photo::decode(&fs::read(path)?)?;
        let sketch = Sketch::new(&photo);
        let picture = RgbImage::from_raw(photo.width(), photo.height(), photo.rgb().to_vec());
        draw_cell(&mut sheet, 0, row, &picture.ok_or("a photo has three bytes per pixel")?);
        for (column, preset) in Preset::ALL.into_iter().enumerate() {
            let page = image::load_from_memory(&sketch.draw(&Style::from_preset(preset)).to_png(2 * CELL))?;
            draw_cell(&mut sheet, column + 1, row, &page.into_rgb8());
        }
    }
    sheet.save(target)?;
    Ok(())
}

/// Scales `picture` to fit its cell and copies it there.
fn draw_cell(sheet: &mut RgbImage, column: usize, row: usize, picture: &RgbImage) {
    let scale = f64::from(CELL) / f64::from(picture.width().max(picture.height()));
    let side = |pixels: u32| (f64::from(pixels) * scale).round().max(1.0) as u32;
    let picture = resize(picture, side(picture.width()), side(picture.height()), FilterType::Triangle);
    let start = |cell: usize| i64::from(GAP) + cell as i64 * i64::from(CELL + GAP);
    overlay(sheet, &picture, start(column), start(row));
}
