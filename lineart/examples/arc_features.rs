//! Writes training data for the boundary classifier (`training/fit.py`): for each photo a file of
//! its arcs.
//!
//! Each arc is written as little-endian f32: the number of points, the number of features, then x
//! and y of each point in px of the working size, then the features.
//!
//! `cargo run --release -p lineart --features training --example arc_features -- FOLDER PHOTO...`

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use lineart::{Photo, arc_features};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("usage: arc_features FOLDER PHOTO...")?;
    fs::create_dir_all(&folder)?;
    for path in arguments {
        let photo = Photo::decode(&fs::read(&path)?)?;
        let mut bytes = Vec::new();
        for (points, features) in arc_features(&photo) {
            let sizes = [points.len() as f32, features.len() as f32];
            let values = sizes.iter().chain(points.as_flattened()).chain(&features);
            values.for_each(|value| bytes.extend(value.to_le_bytes()));
        }
        let name = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        fs::write(Path::new(&folder).join(name + ".bin"), bytes)?;
    }
    Ok(())
}
