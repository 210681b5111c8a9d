//! Writes what the judge is told of every arc of every photo given, for `training/fit.py`: a file for each photo, for each
//! arc the number of its points and measures, then both, all as little-endian f32.
//! `cargo run --release -p lineart --features training --example measures -- FOLDER PHOTO...`

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use lineart::{Photo, measures};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("usage: measures FOLDER PHOTO...")?;
    fs::create_dir_all(&folder)?;
    for path in arguments {
        let photo = Photo::decode(&fs::read(&path)?)?;
        let mut bytes = Vec::new();
        for (points, measures) in measures(&photo) {
            let sizes = [points.len() as f32, measures.len() as f32];
            let values = sizes.iter().chain(points.as_flattened()).chain(&measures);
            values.for_each(|value| bytes.extend(value.to_le_bytes()));
        }
        let name = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        fs::write(Path::new(&folder).join(name + ".bin"), bytes)?;
    }
    Ok(())
}
