//! Decodes files at reduced size for `bench/compare_jpegs.py`. Reads a path per line; for each
//! writes the RGB bytes to PATH.rgb and prints width and height, or prints the error.

use std::fs;
use std::io::{self, BufRead, Write};

use lineart::Photo;

fn main() -> io::Result<()> {
    for path in io::stdin().lock().lines() {
        let path = path?;
        let answer = match Photo::decode_reduced(&fs::read(&path)?) {
            Ok(photo) => {
                fs::write(format!("{path}.rgb"), photo.rgb())?;
                format!("{} {}", photo.width(), photo.height())
            }
            Err(error) => format!("{error:?}"),
        };
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}
