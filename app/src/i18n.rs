//! Messages in the reader's language. The server translates with Fluent, the browser with the
//! catalog that the document names; components call the same functions on both sides.

use std::{cell::RefCell, sync::Arc};

use leptos::prelude::*;
use model::{
    Language, Problem,
    catalog::{Catalog, Value},
    messages::{self, Segment, Translate},
};

use crate::{
    browser::{document, plural_rules},
    json,
};

/// Arguments of a message.
pub type Args<'a> = &'a [(&'static str, Value<'a>)];

/// Returns a message with its arguments filled in.
type TranslateFn = dyn Fn(&str, Args) -> String + Send + Sync;

/// The translations of a request, provided as context by the server.
#[derive(Clone)]
pub struct ServerMessages {
    pub language: Language,
    pub translate: Arc<TranslateFn>,
}

thread_local! {
    /// Messages of the document's language, in the browser.
    static BROWSER_CATALOG: RefCell<Catalog> = RefCell::default();
}

/// Stores the messages that [`tr`] uses in the browser, given as the JSON of a [`Catalog`].
pub fn set_browser_catalog(json: &str) {
    BROWSER_CATALOG.set(json::parse(json).unwrap_or_default());
}

/// The current language as a [`Translate`].
struct Current;

impl Translate for Current {
    fn translate(&self, name: &str, arguments: &[(&'static str, Value)]) -> String {
        tr_args(name, arguments)
    }
}

/// The language of the document.
pub fn current_language() -> Language {
    match use_context::<ServerMessages>() {
        Some(messages) => messages.language,
        None => document::language().parse().unwrap_or_default(),
    }
}

/// Returns a message. A dot separates an attribute: `photo_missing.detail`.
pub fn tr(name: &str) -> String {
    tr_args(name, &[])
}

/// Like [`tr`], with arguments: `tr_args("credits", &[("count", 3.into())])`.
pub fn tr_args(name: &str, args: Args) -> String {
    if let Some(messages) = use_context::<ServerMessages>() {
        return (messages.translate)(name, args);
    }
    let text = BROWSER_CATALOG.with_borrow(|catalog| catalog.format(name, args, plural_rules::category));
    text.unwrap_or_else(|| name.to_owned())
}

/// A message with markup in the place of its arguments:
/// `tr_view("code-sent", [("address", view! { <b>..</b> }.into_any())])`.
pub fn tr_view<const N: usize>(name: &str, parts: [(&'static str, AnyView); N]) -> AnyView {
    let names = parts.each_ref().map(|(name, _)| *name);
    let mut parts = parts.map(|(_, view)| Some(view));
    let view_of = |segment| match segment {
        Segment::Text(text) => Some(text.into_any()),
        Segment::Argument(index) => parts.get_mut(index).and_then(Option::take),
    };
    messages::split_at_arguments(&Current, name, &names).into_iter().filter_map(view_of).collect_view().into_any()
}

/// Formats the date of an RFC 3339 timestamp: "18 February 2027".
pub fn format_date(timestamp: &str) -> String {
    messages::format_date(&Current, timestamp)
}

/// Fills in a problem's title and detail, unless it has them.
pub fn localize_problem(problem: Problem) -> Problem {
    messages::localize_problem(&Current, problem)
}

/// Translates a device name that is stored in English, such as "Firefox on Android".
pub fn localize_device_name(name: &str) -> String {
    messages::localize_device_name(&Current, name)
}
