//! The import rules of the design, as a search through the sources: each library has one owner.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Every Rust source of the product, with its path from the root. Tests may look behind the curtain.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for folder in ["src", "lineart/src", "model/src", "server/src", "app/src"] {
        collect(&root().join(folder), &mut files);
    }
    files
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).expect("inside").display().to_string();
            files.push((name, fs::read_to_string(&path).expect("text")));
        }
    }
}

/// Asserts that `word` is written in no other file than those `allowed`.
fn only_in(word: &str, allowed: impl Fn(&str) -> bool) {
    let outside: Vec<_> = sources()
        .into_iter()
        .filter(|(name, text)| !allowed(name) && text.contains(word))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(outside, Vec::<String>::new(), "{word} is used outside its owner");
}

#[test]
fn each_library_has_one_owner() {
    only_in("sqlx::", |name| {
        name.ends_with("/store.rs") || name.starts_with("server/src/db/") || name == "server/src/error.rs"
    });
    only_in("object_store::", |name| ["server/src/files.rs", "server/src/error.rs"].contains(&name));
    only_in("fluent_bundle::", |name| name == "server/src/words.rs");
    only_in("web_sys::", |name| name.starts_with("app/src/browser/") || name == "src/lib.rs");
    only_in("std::env", |name| name == "server/src/config.rs");
    only_in("cfg(feature = \"ssr\"", |name| ["app/src/lib.rs", "src/lib.rs"].contains(&name));
    only_in("cfg(feature = \"hydrate\"", |name| ["app/src/lib.rs", "src/lib.rs"].contains(&name));
    only_in("leptos::", |name| name.starts_with("app/") || name.starts_with("src/"));
}

#[test]
fn every_file_says_first_what_it_is_for() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(name, _)| name).collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_file_is_named_after_nothing() {
    let empty = ["util", "utils", "helper", "helpers", "common", "types", "misc"];
    let named: Vec<_> = sources()
        .into_iter()
        .filter(|(name, _)| {
            Path::new(name).with_extension("").iter().any(|part| empty.iter().any(|word| part == *word))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(named, Vec::<String>::new());
}

#[test]
fn no_file_outgrows_a_reader() {
    let long: Vec<_> =
        sources().into_iter().filter(|(_, text)| text.lines().count() > 400).map(|(name, _)| name).collect();
    assert_eq!(long, Vec::<String>::new(), "split by subject");
}
