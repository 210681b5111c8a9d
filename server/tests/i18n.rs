//! Translations: every Fluent file is valid, all languages have the same messages and arguments,
//! and the catalogs for the browser say what Fluent says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_bundle::FluentResource;
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use model::{Catalog, Language, ProblemCode, Value};
use server::i18n;

fn ftl_files(language: Language) -> impl Iterator<Item = &'static str> {
    i18n::site_ftl_files(language).into_iter().chain([i18n::mail_ftl_file(language)])
}

/// All message names of a language with their arguments. A dot separates an attribute.
fn message_arguments(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    arguments_in(ftl_files(language), language)
}

fn arguments_in(files: impl Iterator<Item = &'static str>, language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut names = BTreeMap::<_, BTreeSet<_>>::new();
    for file in files {
        let (mut message, mut name) = (String::new(), String::new());
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let start = line.split(" =").next().unwrap_or_default();
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                message = start.to_owned();
                name = message.clone();
                assert!(!names.contains_key(&name), "{name} is defined twice in {language:?}");
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
fn every_language_has_the_same_messages_and_arguments() {
    let english = message_arguments(Language::En);
    assert!(english.len() > 200);
    for language in Language::ALL {
        let theirs = message_arguments(language);
        let missing: Vec<_> = english.keys().filter(|name| !theirs.contains_key(*name)).collect();
        assert!(missing.is_empty(), "{language:?} lacks {missing:?}");
        let stray: Vec<_> = theirs.keys().filter(|name| !english.contains_key(*name)).collect();
        assert!(stray.is_empty(), "only {language:?} has {stray:?}");
        for (name, values) in &english {
            assert_eq!(values, &theirs[name], "arguments of {name} in {language:?}");
            assert!(i18n::has_message(language, name), "{name} cannot be formatted in {language:?}");
        }
    }
}

#[test]
fn every_file_is_valid_fluent() {
    for language in Language::ALL {
        for file in ftl_files(language) {
            let start: String = file.chars().take(60).collect();
            let errors = FluentResource::try_new(file.to_owned()).err().map(|(_, errors)| errors);
            assert!(errors.is_none(), "{language:?}: {start}: {errors:?}");
        }
    }
}

/// Equal messages of more than two words were probably not translated.
#[test]
fn no_message_is_left_in_english() {
    let same_in_all = ["product", "email", "code", "password-change", "detail", "title", "pdf-mark"];
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        let same: Vec<_> = message_arguments(Language::En)
            .into_keys()
            .filter(|name| !same_in_all.contains(&name.as_str()))
            .map(|name| (i18n::translate(Language::En, &name, &[]), i18n::translate(language, &name, &[]), name))
            .filter(|(english, theirs, _)| english == theirs && english.split_whitespace().count() > 2)
            .map(|(_, _, name)| name)
            .collect();
        assert!(same.is_empty(), "in English in {language:?}: {same:?}");
    }
}

#[test]
fn every_problem_has_a_title_and_a_detail() {
    for code in ProblemCode::ALL {
        for language in Language::ALL {
            assert!(i18n::has_message(language, code.as_str()), "{code} in {language:?}");
            assert!(i18n::has_message(language, &format!("{code}.detail")), "{code}.detail in {language:?}");
        }
    }
}

fn collect_sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect_sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// All Rust sources that use messages, without their unit tests.
fn read_sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut files = Vec::new();
    for folder in ["model/src", "server/src", "app/src"] {
        collect_sources(&root.join(folder), &mut files);
    }
    let read = |path: &PathBuf| fs::read_to_string(path).expect("text");
    files.iter().map(|path| read(path).split("#[cfg(test)]").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_message_in_the_code_exists() {
    let code = read_sources();
    let english = message_arguments(Language::En);
    for call in ["tr(", "tr_args(", "translate(", "tr_view("] {
        let mut uses = 0;
        for (start, _) in code.match_indices(&format!("{call}\"")) {
            // The end of a longer identifier, such as `Attr(`.
            if code[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
                continue;
            }
            let name = code[start + call.len() + 1..].split('"').next().unwrap_or_default();
            assert!(english.contains_key(name), "{call}\"{name}\") is no message");
            uses += 1;
        }
        assert!(uses > 0, "no call of {call} is left: update this list");
    }
}

/// Names that the code composes, such as `preset-simple`, are recognized by their prefix.
#[test]
fn every_message_is_used() {
    let code = read_sources();
    let english = message_arguments(Language::En);
    let codes: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    let composed = ["preset-", "sample-", "done-", "example-", "background-", "how-"];
    let unused: Vec<_> = english
        .keys()
        .filter(|name| !codes.contains(name.split('.').next().unwrap_or_default()))
        .filter(|name| !composed.iter().any(|start| name.starts_with(start)))
        .filter(|name| !code.contains(&format!("\"{name}\"")))
        .collect();
    assert!(unused.is_empty(), "unused messages: {unused:?}");
}

fn catalog(language: Language) -> Catalog {
    let path = i18n::catalog_path(language);
    let file = i18n::catalog_files().iter().find(|file| file.path == path).expect("a catalog");
    serde_json::from_str(&file.json).expect("a catalog")
}

fn plural_category(language: Language, number: i64) -> &'static str {
    let language: unic_langid::LanguageIdentifier = language.as_str().parse().expect("a language");
    let rules = PluralRules::create(language, PluralRuleType::CARDINAL).expect("rules");
    match rules.select(number as f64).expect("a category") {
        PluralCategory::ZERO => "zero",
        PluralCategory::ONE => "one",
        PluralCategory::TWO => "two",
        PluralCategory::FEW => "few",
        PluralCategory::MANY => "many",
        PluralCategory::OTHER => "other",
    }
}

#[test]
fn every_catalog_says_what_fluent_says() {
    let counts = [0, 1, 2, 3, 5, 11, 12, 21, 100, 1_000_000];
    let values: Vec<Value> = counts
        .map(Value::from)
        .into_iter()
        .chain(["", "one", "other", "L'été {1} ''", "\u{e000}"].map(Value::from))
        .collect();
    for language in Language::ALL {
        let catalog = catalog(language);
        let messages = arguments_in(i18n::site_ftl_files(language).into_iter(), language);
        for (name, arguments) in &messages {
            let format = |arguments: &[(&'static str, Value)]| {
                catalog.format(name, arguments, |number| plural_category(language, number))
            };
            let expected = |arguments: &[(&'static str, Value)]| Some(i18n::translate(language, name, arguments));
            assert_eq!(format(&[]), expected(&[]), "{name} in {language:?} without arguments");
            for value in &values {
                // The catalog takes static names, as every call has.
                let arguments: Vec<_> = arguments.iter().map(|name| (&*name.clone().leak(), value.clone())).collect();
                assert_eq!(format(&arguments), expected(&arguments), "{name} in {language:?} for {value:?}");
            }
        }
    }
}

#[test]
fn catalogs_lack_only_the_messages_of_mails() {
    for language in Language::ALL {
        let json = serde_json::to_value(catalog(language)).expect("JSON");
        let names: BTreeSet<_> = json.as_object().expect("an object").keys().cloned().collect();
        let expected = arguments_in(i18n::site_ftl_files(language).into_iter(), language).into_keys().collect();
        assert_eq!(names, expected, "{language:?}");
    }
}
