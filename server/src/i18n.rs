//! Internationalization with Fluent: all texts for users, compiled in from `locales/`, one folder
//! per language.
//!
//! The language is that of the current request ([`with_locale`]); outside of one, such as in a
//! background job, it is English.

use std::{future::Future, sync::LazyLock};

pub use fluent_bundle::FluentValue;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use model::{Language, Problem, ProblemCode};

type Bundle = FluentBundle<FluentResource>;

macro_rules! ftl_files {
    ($($language:ident $folder:literal)*) => {
        /// Sources of a language's Fluent files.
        pub fn ftl_files(language: Language) -> [&'static str; 8] {
            match language { $(Language::$language => [
                include_str!(concat!("../../locales/", $folder, "/site.ftl")),
                include_str!(concat!("../../locales/", $folder, "/home.ftl")),
                include_str!(concat!("../../locales/", $folder, "/create.ftl")),
                include_str!(concat!("../../locales/", $folder, "/account.ftl")),
                include_str!(concat!("../../locales/", $folder, "/pages.ftl")),
                include_str!(concat!("../../locales/", $folder, "/privacy.ftl")),
                include_str!(concat!("../../locales/", $folder, "/problems.ftl")),
                include_str!(concat!("../../locales/", $folder, "/mails.ftl")),
            ],)* }
        }
    };
}

ftl_files! { En "en" Es "es" Fr "fr" De "de" Ar "ar" Zh "zh" }

static BUNDLES: LazyLock<[Bundle; 6]> = LazyLock::new(|| Language::ALL.map(load_bundle));

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

/// Returns a message in the current language. A dot separates an attribute: `photo_missing.detail`.
pub fn tr(name: &str) -> String {
    translate(current_language(), name, &[])
}

/// Like [`tr`], with arguments: `tr_args("credits", &[("count", 3.into())])`.
pub fn tr_args(name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    translate(current_language(), name, values)
}

/// Returns a message in a language, falling back to English, then to the name itself.
pub fn translate(language: Language, name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    let args: FluentArgs = values.iter().cloned().collect();
    [language, Language::En]
        .iter()
        .find_map(|language| format_message(bundle(*language), name, &args))
        .unwrap_or_else(|| name.to_owned())
}

/// Whether a language has its own message of this name.
pub fn has_message(language: Language, name: &str) -> bool {
    format_message(bundle(language), name, &FluentArgs::new()).is_some()
}

fn bundle(language: Language) -> &'static Bundle {
    &BUNDLES[language as usize]
}

fn format_message(bundle: &Bundle, name: &str, args: &FluentArgs) -> Option<String> {
    let (id, attribute) = name.split_once('.').map_or((name, None), |(id, attribute)| (id, Some(attribute)));
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    // Errors here are missing arguments, whose names then appear in the text.
    Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
}

fn load_bundle(language: Language) -> Bundle {
    let id = language.as_str().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // No automatic bidi isolation, because codes are copied and must not contain control
    // characters. Messages isolate names and addresses themselves where needed (U+2068, U+2069).
    bundle.set_use_isolating(false);
    for file in ftl_files(language) {
        // Tests ensure that every file is valid; of a damaged one the valid messages are used.
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(rest, _)| rest);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Fills in a problem's title and detail in the current language. Keeps a detail that is already
/// set.
pub fn localize_problem(problem: Problem) -> Problem {
    let code = problem.code.as_str();
    let detail = match (problem.detail.as_str(), problem.code, problem.retry_after) {
        ("", ProblemCode::TooManyRequests, Some(seconds)) => retry_after_text(seconds),
        ("", ..) => tr(&format!("{code}.detail")),
        (detail, ..) => detail.to_owned(),
    };
    Problem { title: tr(code), detail, ..problem }
}

/// Text for a time to wait, in seconds, minutes or hours.
fn retry_after_text(seconds: u64) -> String {
    let (name, count) = match seconds {
        0..=90 => ("wait-seconds", seconds.max(2)),
        91..=5_400 => ("wait-minutes", seconds.div_ceil(60)),
        _ => ("wait-hours", seconds.div_ceil(3_600)),
    };
    tr_args(name, &[("count", count.into())])
}

/// Formats the date of an RFC 3339 timestamp: "18 February 2027".
pub fn format_date(moment: &str) -> String {
    let parts = moment.get(..10).unwrap_or_default().split('-').map(|part| part.parse::<u16>());
    match parts.collect::<Result<Vec<_>, _>>().as_deref() {
        Ok([year, month, day]) => {
            tr_args("day", &[("day", (*day).into()), ("month", (*month).into()), ("year", (*year).into())])
        }
        _ => moment.to_owned(),
    }
}

/// Translates a device name that is stored in English, such as "Firefox on Android".
pub fn localize_device_name(name: &str) -> String {
    match name.split_once(" on ") {
        Some((browser, system)) => tr_args("device", &[("browser", browser.into()), ("system", system.into())]),
        None if name == "Unknown device" => tr("device-unknown"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_out() {
        assert_eq!(format_date("2027-02-08T12:00:00Z"), "8 February 2027");
        assert_eq!(format_date("soon"), "soon");
    }
}
