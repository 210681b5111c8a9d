//! What the tab says by itself, in the language of its page: the server hands the words over in the page.

use model::Problem;

use super::{page, property};

/// The words of this name; the name itself if the page has none.
pub fn word(name: &str) -> String {
    let handed = page::find("#words").and_then(|words| js_sys::JSON::parse(&words.text()).ok());
    handed.and_then(|words| property(&words, name).as_string()).unwrap_or_else(|| name.to_owned())
}

/// The same with a number in it.
pub fn word_of(name: &str, number: &str) -> String {
    // Characters are sought, not words: the search for words would be a kilobyte more to download.
    word(name).split(['{', '}']).map(|part| if part == "n" { number } else { part }).collect()
}

/// Title and detail of a refusal: as the server told it, or as the page does.
pub fn told(problem: &Problem) -> (String, String) {
    let code = problem.code.as_str();
    let or = |own: &str, name: &str| if own.is_empty() { word(name) } else { own.to_owned() };
    (or(&problem.title, code), or(&problem.detail, &format!("{code}.detail")))
}
