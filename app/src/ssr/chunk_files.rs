//! The files of each chunk of the browser's module, which a document preloads.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crate::lazy::Chunk;

/// Written by `cargo leptos build --split`.
const MANIFEST: &str = "pkg/__wasm_split_manifest.json";

/// The names of the files of each chunk, without their ending.
#[derive(Clone, Debug, Default)]
pub struct ChunkFiles(Arc<BTreeMap<String, Vec<String>>>);

impl ChunkFiles {
    /// Reads the manifest of the build. A build in one module has none.
    pub fn read(site_dir: &Path) -> Self {
        let manifest = std::fs::read(site_dir.join(MANIFEST)).unwrap_or_default();
        Self(Arc::new(serde_json::from_slice(&manifest).unwrap_or_default()))
    }

    /// URL paths of the files of a chunk.
    pub fn paths_of(&self, chunk: Chunk) -> Vec<String> {
        let names = self.0.get(chunk.as_str()).into_iter().flatten();
        names.map(|name| format!("/pkg/{name}.wasm")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_chunk_are_those_of_the_manifest() {
        let site = tempfile::tempdir().expect("a folder");
        assert_eq!(ChunkFiles::read(site.path()).paths_of(Chunk::Studio), Vec::<String>::new());
        std::fs::create_dir(site.path().join("pkg")).expect("a folder");
        std::fs::write(site.path().join(MANIFEST), r#"{"studio":["chunk_1","split_studio"]}"#).expect("written");
        let files = ChunkFiles::read(site.path());
        assert_eq!(files.paths_of(Chunk::Studio), ["/pkg/chunk_1.wasm", "/pkg/split_studio.wasm"]);
        assert_eq!(files.paths_of(Chunk::Account), Vec::<String>::new());
    }
}
