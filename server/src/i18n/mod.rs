//! Internationalization with Fluent: all texts for users, compiled in from `locales/`, one folder
//! per language.
//!
//! The language is that of the current request ([`with_locale`]); outside of one, such as in a
//! background job, it is English.

mod catalogs;
mod fluent;

use std::future::Future;

pub use catalogs::{CatalogFile, catalog_files, catalog_path};
pub use fluent::{mail_ftl_file, site_ftl_files};
use model::{Language, Problem, Translate, Value, messages};

/// The language of a request.
#[derive(Clone, Copy, Default)]
pub struct Locale {
    pub language: Language,
    /// Whether the user has chosen it on this site.
    pub chosen_by_user: bool,
}

tokio::task_local! {
    static LOCALE: Locale;
}

/// Runs a future with this locale.
pub async fn with_locale<T>(locale: Locale, work: impl Future<Output = T>) -> T {
    LOCALE.scope(locale, work).await
}

/// The locale of the current request; English outside of one.
pub fn locale() -> Locale {
    LOCALE.try_with(|locale| *locale).unwrap_or_default()
}

/// The language of the current request; English outside of one.
pub fn current_language() -> Language {
    locale().language
}

/// The messages of a language, for the functions of [`model::messages`].
#[derive(Clone, Copy)]
pub struct Messages(pub Language);

impl Translate for Messages {
    fn translate(&self, name: &str, arguments: &[(&'static str, Value)]) -> String {
        translate(self.0, name, arguments)
    }
}

/// Returns a message in a language, falling back to English, then to the name itself. A dot
/// separates an attribute: `photo_missing.detail`.
pub fn translate(language: Language, name: &str, arguments: &[(&'static str, Value)]) -> String {
    [language, Language::En]
        .iter()
        .find_map(|language| fluent::format_message(*language, name, arguments))
        .unwrap_or_else(|| name.to_owned())
}

/// Whether a language has its own message of this name.
pub fn has_message(language: Language, name: &str) -> bool {
    fluent::format_message(language, name, &[]).is_some()
}

/// Like [`translate`], in the current language, without arguments.
pub fn tr(name: &str) -> String {
    translate(current_language(), name, &[])
}

/// Like [`translate`], in the current language: `tr_args("credits", &[("count", 3.into())])`.
pub fn tr_args(name: &str, arguments: &[(&'static str, Value)]) -> String {
    translate(current_language(), name, arguments)
}

/// Like [`messages::localize_problem`], in the current language.
pub fn localize_problem(problem: Problem) -> Problem {
    messages::localize_problem(&Messages(current_language()), problem)
}

/// Like [`messages::format_date`], in the current language.
pub fn format_date(moment: &str) -> String {
    messages::format_date(&Messages(current_language()), moment)
}

/// Like [`messages::localize_device_name`], in the current language.
pub fn localize_device_name(name: &str) -> String {
    messages::localize_device_name(&Messages(current_language()), name)
}
