//! Words for the tab: it says some things by itself, and is handed those of its page alone, in the language of the page.

use leptos::prelude::*;

use crate::legacy::i18n::tr_args;

/// What the account panel says.
pub const PANEL: &[&str] = &[
    "sign-up",
    "sign-in",
    "confirm-code",
    "send-code",
    "send-code-in",
    "offline",
    "internal",
    "signed_out",
    "body_too_large",
    "too_many_requests",
];
/// As JSON, which a browser does not run: see `browser::words` for who reads it. A value is left as `{n}`.
#[component]
pub fn HandedWords(lists: &'static [&'static [&'static str]]) -> impl IntoView {
    let mut words = serde_json::Map::new();
    for name in lists.iter().copied().flatten() {
        let value = [("number", "{n}".into()), ("seconds", "{n}".into())];
        words.insert((*name).to_owned(), tr_args(name, &value).into());
        let detail = format!("{name}.detail");
        // What is refused has a second sentence.
        if server::i18n::has_message(model::Language::En, &detail) {
            words.insert(detail.clone(), tr_args(&detail, &value).into());
        }
    }
    // Inside a script element nothing but its end means anything.
    let json = serde_json::Value::Object(words).to_string().replace('<', "\\u003c");
    view! { <script type="application/json" id="words" inner_html=json></script> }.into_any()
}
