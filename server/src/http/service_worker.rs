//! `/service-worker.js`: the script that keeps the site at hand without a connection, with what it has to keep. Any
//! change to any file of the site makes it another script, which is how a browser learns of a new version.

use std::{fs, io, path::Path};

use axum::{
    Router,
    http::{HeaderValue, header},
    routing::get,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::{AppState, Error};

/// The script itself. It is no file to be kept: the browser has it already.
pub const NAME: &str = "service-worker.js";
/// Pictures for the dialog that installs the site; nobody needs them without a connection.
const UNKEPT: &str = "install";

/// The route, if the site has the script.
pub fn route(folder: &Path) -> Result<Router<AppState>, Error> {
    let Ok(script) = fs::read_to_string(folder.join(NAME)) else { return Ok(Router::new()) };
    let mut files = Vec::new();
    collect(folder, "", &mut files).map_err(Error::internal)?;
    files.sort();
    let script = Bytes::from(with_files(&script, &files));
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript"));
    Ok(Router::new().route(&format!("/{NAME}"), get(async move || ([kind], script))))
}

/// Every file that a browser may ask for by its path, and its contents.
fn collect(folder: &Path, path: &str, files: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let unkept = [".br", ".gz", ".md"].iter().any(|end| name.ends_with(end)) || [NAME, UNKEPT].contains(&&*name);
        let path = format!("{path}/{name}");
        if entry.file_type()?.is_dir() && !unkept {
            collect(&entry.path(), &path, files)?;
        } else if !unkept {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

fn with_files(script: &str, files: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    // What the screens look like changes with the program, not with a file.
    hash.update(script);
    hash.update(env!("CARGO_PKG_VERSION"));
    for (path, content) in files {
        hash.update(path);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    let version = hex::encode(&hash.finalize()[..8]);
    let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
    format!("const VERSION = {version:?};\nconst FILES = {paths:?};\n{script}")
}

#[cfg(test)]
mod tests {
    use super::with_files;

    #[test]
    fn another_content_is_another_version() {
        let site = |content: &str| with_files("work();", &[("/a.css".to_owned(), content.into())]);
        assert_eq!(site("a"), site("a"));
        assert_ne!(site("a"), site("b"));
        assert!(site("a").ends_with("const FILES = [\"/a.css\"];\nwork();"));
    }
}
