//! Architecture tests: import rules, module cycles, and the form of the source files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A module's path from its crate root: `["accounts", "store"]`.
type ModulePath = Vec<String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Every Rust source of the product with its path from the workspace root, without tests.
fn sources() -> Vec<(String, String)> {
    ["src", "lineart/src", "vision/src", "model/src", "server/src", "app/src"]
        .iter()
        .flat_map(|folder| sources_in(folder))
        .collect()
}

fn sources_in(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("inside").display().to_string();
                files.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    files
}

/// Asserts that `word` occurs only in files that `allowed` accepts.
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
    only_in("fluent_bundle::", |name| name == "server/src/i18n/fluent.rs");
    only_in("fluent_syntax::", |name| name == "server/src/i18n/catalogs.rs");
    only_in("web_sys::", |name| {
        name.starts_with("app/src/browser/") || name.starts_with("app/src/worker/") || name == "src/lib.rs"
    });
    only_in("std::env", |name| name == "server/src/config/mod.rs");
    only_in("cfg(feature = \"ssr\"", |name| ["app/src/lib.rs", "src/lib.rs"].contains(&name));
    only_in("cfg(feature = \"hydrate\"", |name| ["app/src/lib.rs", "src/lib.rs"].contains(&name));
    only_in("cfg(feature = \"split\"", |name| name == "app/src/lazy.rs");
    only_in("leptos::", |name| name.starts_with("app/") || name.starts_with("src/"));
}

#[test]
fn every_file_begins_with_a_module_doc() {
    let silent: Vec<_> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(name, _)| name).collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_file_has_a_catch_all_name() {
    let catch_all = ["util", "utils", "helper", "helpers", "common", "types", "misc"];
    let named: Vec<_> = sources()
        .into_iter()
        .filter(|(name, _)| {
            Path::new(name).with_extension("").iter().any(|part| catch_all.iter().any(|word| part == *word))
        })
        .map(|(name, _)| name)
        .collect();
    assert_eq!(named, Vec::<String>::new());
}

#[test]
fn no_file_exceeds_400_lines() {
    let long: Vec<_> =
        sources().into_iter().filter(|(_, text)| text.lines().count() > 400).map(|(name, _)| name).collect();
    assert_eq!(long, Vec::<String>::new(), "split by subject");
}

#[test]
fn comments_are_at_most_100_columns_wide() {
    let folders = ["src", "lineart", "vision", "model", "server", "tests", "app"];
    let wide: Vec<_> = folders
        .iter()
        .flat_map(|folder| sources_in(folder))
        .flat_map(|(name, text)| {
            let lines = text.lines().enumerate().filter(|(_, line)| is_wide_comment(line));
            lines.map(|(number, _)| format!("{name}:{}", number + 1)).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(wide, Vec::<String>::new());
}

fn is_wide_comment(line: &str) -> bool {
    line.trim_start().starts_with("//") && line.chars().count() > 100 && !line.contains("http")
}

#[test]
fn test_names_are_at_most_60_characters() {
    let mut long = Vec::new();
    for (name, text) in
        ["src", "lineart", "vision", "model", "server", "tests", "app"].iter().flat_map(|folder| sources_in(folder))
    {
        for attribute in ["#[test]", "#[tokio::test", "proptest! {"] {
            for after in text.split(attribute).skip(1) {
                let test = after.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
                if test.len() > 60 {
                    long.push(format!("{name}: {test}"));
                }
            }
        }
    }
    assert_eq!(long, Vec::<String>::new());
}

/// A reference is `module::test_name` in backticks, where the module is a file of the API tests.
#[test]
fn security_checklist_cites_existing_tests() {
    let modules: BTreeMap<String, String> = sources_in("server/tests/api").into_iter().collect();
    let checklist = fs::read_to_string(root().join("docs/asvs.md")).expect("text");
    let mut found = 0;
    let mut missing = Vec::new();
    for line in checklist.lines() {
        // Every second part of a line is between backticks.
        for reference in line.split('`').skip(1).step_by(2) {
            let Some((module, test)) = reference.split_once("::") else { continue };
            let Some(text) = modules.get(&format!("server/tests/api/{module}.rs")) else { continue };
            found += 1;
            if !text.contains(&format!("fn {test}(")) {
                missing.push(reference);
            }
        }
    }
    assert_eq!(missing, Vec::<&str>::new(), "docs/asvs.md cites tests that do not exist");
    assert!(found >= 10, "only {found} references to tests were found");
}

#[test]
fn sibling_modules_do_not_import_each_other() {
    for source_dir in ["lineart/src", "vision/src", "model/src", "server/src", "src"] {
        assert_eq!(import_cycles(source_dir), Vec::<String>::new(), "in {source_dir}");
    }
    // The rooms of the application use each other: a screen its state, the state a dialog.
    let inside_rooms = import_cycles("app/src").into_iter().filter(|cycle| !cycle.starts_with(':'));
    assert_eq!(inside_rooms.collect::<Vec<_>>(), Vec::<String>::new(), "in app/src");
}

#[test]
fn import_paths_are_read_from_nested_use_trees() {
    let text = "use crate::{Error, db::{Tx, execute}, jobs};\nuse super::store;\nlet x = crate::clock::now();";
    let paths: Vec<_> = import_paths(text).into_iter().map(|path| path.join("::")).collect();
    assert_eq!(
        paths,
        ["crate::Error", "crate::db::Tx", "crate::db::execute", "crate::jobs", "super::store", "crate::clock::now"]
    );
}

/// Groups of sibling modules of a crate that import each other, directly or through other siblings.
fn import_cycles(source_dir: &str) -> Vec<String> {
    let modules: BTreeMap<ModulePath, String> =
        sources_in(source_dir).into_iter().map(|(name, text)| (module_path(source_dir, &name), text)).collect();
    let mut edges = BTreeMap::<ModulePath, BTreeSet<(String, String)>>::new();
    for (module, text) in &modules {
        for path in import_paths(product_code(text)) {
            let Some(target) = resolve(module, &path, &modules) else { continue };
            let shared = module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if shared < module.len() && shared < target.len() {
                let edge = (module[shared].clone(), target[shared].clone());
                edges.entry(module[..shared].to_vec()).or_default().insert(edge);
            }
        }
    }
    let mut cycles = Vec::new();
    for (parent, edges) in &edges {
        for (from, to) in edges {
            if is_reachable(edges, to, from) {
                cycles.push(format!("{}: {from} -> {to} -> ... -> {from}", parent.join("::")));
            }
        }
    }
    cycles
}

fn module_path(source_dir: &str, file: &str) -> ModulePath {
    let path = Path::new(file).strip_prefix(source_dir).expect("inside").with_extension("");
    let mut parts: ModulePath = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") || ["lib", "main"].contains(&parts.join("/").as_str()) {
        parts.pop();
    }
    parts
}

/// The text without comment lines and without the unit tests at its end.
fn product_code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

/// Every path that begins with `crate::` or `super::`, with use trees expanded.
fn import_paths(text: &str) -> Vec<ModulePath> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut paths = Vec::new();
    let mut rest = code.as_str();
    while let Some(start) = ["crate::", "super::"].iter().filter_map(|word| rest.find(word)).min() {
        let is_word = !rest[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        rest = &rest[start..];
        if is_word {
            rest = read_use_tree(rest, &[], &mut paths);
        } else {
            rest = &rest["crate::".len()..];
        }
    }
    paths
}

/// Reads one use tree behind `prefix` and returns what follows it.
fn read_use_tree<'a>(text: &'a str, prefix: &[String], paths: &mut Vec<ModulePath>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut list) = text.strip_prefix('{') {
        loop {
            list = read_use_tree(list, prefix, paths).trim_start();
            match list.strip_prefix(',') {
                Some(next) => list = next,
                None => return list.strip_prefix('}').unwrap_or(list),
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return rest;
    }
    let path = [prefix, &[name.to_owned()]].concat();
    if let Some(tail) = rest.strip_prefix("::") {
        return read_use_tree(tail, &path, paths);
    }
    paths.push(path);
    match rest.strip_prefix(" as ") {
        Some(alias) => alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'),
        None => rest,
    }
}

/// The module of this crate that a path leads to.
fn resolve(module: &[String], path: &[String], modules: &BTreeMap<ModulePath, String>) -> Option<ModulePath> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    let base = if supers > 0 { &module[..module.len().checked_sub(supers)?] } else { &[] };
    let full = [base, &path[supers.max(1)..]].concat();
    (1..=full.len()).rev().map(|length| full[..length].to_vec()).find(|candidate| modules.contains_key(candidate))
}

fn is_reachable(edges: &BTreeSet<(String, String)>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![from];
    while let Some(module) = next.pop() {
        if module == to {
            return true;
        }
        if seen.insert(module) {
            next.extend(edges.iter().filter(|(start, _)| start == module).map(|(_, end)| end.as_str()));
        }
    }
    false
}
