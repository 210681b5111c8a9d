//! The words of every language: whole, and the same words in each.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_bundle::FluentResource;
use model::{Language, ProblemCode};
use server::i18n;

/// Every name of a language, with the values that its words take. An attribute stands behind a dot.
fn names(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut names = BTreeMap::<_, BTreeSet<_>>::new();
    for file in i18n::ftl_files(language) {
        let (mut message, mut name) = (String::new(), String::new());
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let start = line.split(" =").next().unwrap_or_default();
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                message = start.to_owned();
                name = message.clone();
                assert!(!names.contains_key(&name), "{name} is there twice in {language:?}");
            } else if start.trim_start().starts_with('.') && line.contains(" = ") {
                name = format!("{message}{}", start.trim());
            }
            let values = names.entry(name.clone()).or_default();
            for value in line.split('$').skip(1) {
                values.insert(value.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
            }
        }
    }
    names
}

#[test]
fn every_language_has_the_same_words_with_the_same_values() {
    let english = names(Language::En);
    assert!(english.len() > 200);
    for language in Language::ALL {
        let theirs = names(language);
        let missing: Vec<_> = english.keys().filter(|name| !theirs.contains_key(*name)).collect();
        assert!(missing.is_empty(), "{language:?} lacks {missing:?}");
        let stray: Vec<_> = theirs.keys().filter(|name| !english.contains_key(*name)).collect();
        assert!(stray.is_empty(), "only {language:?} has {stray:?}");
        for (name, values) in &english {
            assert_eq!(values, &theirs[name], "values of {name} in {language:?}");
            assert!(i18n::has_message(language, name), "{name} cannot be said in {language:?}");
        }
    }
}

#[test]
fn every_file_is_whole() {
    for language in Language::ALL {
        for file in i18n::ftl_files(language) {
            let start: String = file.chars().take(60).collect();
            let errors = FluentResource::try_new(file.to_owned()).err().map(|(_, errors)| errors);
            assert!(errors.is_none(), "{language:?}: {start}: {errors:?}");
        }
    }
}

/// A sentence that was left in English.
#[test]
fn no_language_repeats_the_english() {
    let kept = ["product", "email", "code", "password-change", "detail", "title", "pdf-mark"];
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        let same: Vec<_> = names(Language::En)
            .into_keys()
            .filter(|name| !kept.contains(&name.as_str()))
            .map(|name| (i18n::translate(Language::En, &name, &[]), i18n::translate(language, &name, &[]), name))
            .filter(|(english, theirs, _)| english == theirs && english.split_whitespace().count() > 2)
            .map(|(_, _, name)| name)
            .collect();
        assert!(same.is_empty(), "in English in {language:?}: {same:?}");
    }
}

#[test]
fn every_refusal_has_its_sentences() {
    for code in ProblemCode::ALL {
        for language in Language::ALL {
            assert!(i18n::has_message(language, code.as_str()), "{code} in {language:?}");
            assert!(i18n::has_message(language, &format!("{code}.detail")), "{code}.detail in {language:?}");
        }
    }
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Names in the code have words, and words are used. A name that is put together, such as `preset-simple`, is known by its
/// beginning.
#[test]
fn names_in_the_code_are_those_of_the_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut files = Vec::new();
    for folder in ["server/src", "app/src"] {
        sources(&root.join(folder), &mut files);
    }
    let code: String = files.iter().map(|path| fs::read_to_string(path).expect("text")).collect();
    let english = names(Language::En);
    for call in ["tr(", "tr_args(", "tr_view(", "word(", "word_of("] {
        for (start, _) in code.match_indices(&format!("{call}\"")) {
            // The end of another word, such as `Part(`.
            if code[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
                continue;
            }
            let name = code[start + call.len() + 1..].split('"').next().unwrap_or_default();
            assert!(english.contains_key(name), "{call}\"{name}\") says nothing");
        }
    }
    let codes: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    let together = ["preset-", "sample-", "done-", "example-", "background-"];
    let unused: Vec<_> = english
        .keys()
        .filter(|name| !codes.contains(name.split('.').next().unwrap_or_default()))
        .filter(|name| !together.iter().any(|start| name.starts_with(start)))
        .filter(|name| !code.contains(&format!("\"{name}\"")))
        .collect();
    assert!(unused.is_empty(), "words that nothing says: {unused:?}");
}
