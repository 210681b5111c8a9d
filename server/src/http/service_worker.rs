//! `/service-worker.js`: the offline service worker with the list of files to cache. The script
//! changes with any file of the site, which makes browsers install the new version.

use std::{fs, io, path::Path};

use axum::{
    Router,
    http::{HeaderValue, header},
    routing::get,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::{AppState, Error, i18n::catalog_files};

/// The script. It is not in its own list, because browsers store it apart from the caches.
pub const FILE_NAME: &str = "service-worker.js";
/// Screenshots for the install dialog, which need not be available offline.
const UNCACHED_FOLDER: &str = "install";

/// The route of the script, or no route if `folder` does not have the file.
pub fn service_worker_route(folder: &Path) -> Result<Router<AppState>, Error> {
    let Ok(script) = fs::read_to_string(folder.join(FILE_NAME)) else { return Ok(Router::new()) };
    let files = cached_files(folder).map_err(Error::internal)?;
    let script = Bytes::from(prepend_file_list(&script, &files));
    let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript"));
    Ok(Router::new().route(&format!("/{FILE_NAME}"), get(async move || ([content_type], script))))
}

/// URL path and contents of every file that is cached: those of the site, and the message catalogs.
fn cached_files(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files: Vec<_> =
        catalog_files().iter().map(|file| (file.path.clone(), file.json.clone().into_bytes())).collect();
    collect_cached_files(folder, "", &mut files)?;
    files.sort();
    Ok(files)
}

/// Appends the URL path and contents of every file below `folder` that is cached. `path` is the URL
/// path of `folder`.
fn collect_cached_files(folder: &Path, path: &str, files: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_uncached = [".br", ".gz", ".md"].iter().any(|suffix| name.ends_with(suffix))
            || [FILE_NAME, UNCACHED_FOLDER].contains(&&*name);
        let path = format!("{path}/{name}");
        if entry.file_type()?.is_dir() && !is_uncached {
            collect_cached_files(&entry.path(), &path, files)?;
        } else if !is_uncached {
            files.push((path, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// The script with the constants `VERSION`, a hash of everything it caches, and `FILES`.
fn prepend_file_list(script: &str, files: &[(String, Vec<u8>)]) -> String {
    let mut hash = Sha256::new();
    // The worker also caches rendered screens, which change with the server and not with a file.
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
    use super::{cached_files, prepend_file_list};
    use crate::i18n::catalog_files;

    fn script_with(content: &str) -> String {
        prepend_file_list("work();", &[("/a.css".to_owned(), content.into())])
    }

    #[test]
    fn version_depends_on_file_contents() {
        assert_eq!(script_with("a"), script_with("a"));
        assert_ne!(script_with("a"), script_with("b"));
    }

    #[test]
    fn file_list_precedes_the_script() {
        assert!(script_with("a").ends_with("const FILES = [\"/a.css\"];\nwork();"));
    }

    #[test]
    fn catalogs_and_files_of_the_site_are_cached() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.css"), "a").expect("a file");
        let paths: Vec<_> = cached_files(folder.path()).expect("files").into_iter().map(|(path, _)| path).collect();
        assert_eq!(paths.len(), 1 + catalog_files().len());
        assert!(paths.contains(&"/a.css".to_owned()));
        assert!(catalog_files().iter().all(|file| paths.contains(&file.path)));
    }
}
