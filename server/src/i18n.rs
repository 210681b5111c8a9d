//! Every word that a person reads, in their language: the files of `locales/`, one folder for each language, compiled in.
//!
//! The language is that of the request that is being answered; outside of one, such as in a job, it is English unless
//! [`speaking`] says otherwise.

use std::{future::Future, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use model::{Language, Problem, ProblemCode};

type Bundle = FluentBundle<FluentResource>;

macro_rules! ftl_files {
    ($($language:ident $folder:literal)*) => {
        /// The files of a language, each with its subject.
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

/// Who reads the answer.
#[derive(Clone, Copy, Default)]
pub struct Locale {
    pub language: Language,
    /// They chose it here by hand.
    pub chosen_by_user: bool,
}

tokio::task_local! {
    static LOCALE: Locale;
}

/// Does the work in the reader's language.
pub async fn with_locale<T>(locale: Locale, work: impl Future<Output = T>) -> T {
    LOCALE.scope(locale, work).await
}

pub fn locale() -> Locale {
    LOCALE.try_with(|locale| *locale).unwrap_or_default()
}

pub fn current_language() -> Language {
    locale().language
}

/// The words of this name, in the reader's language. An attribute stands behind a dot: `photo_missing.detail`.
pub fn tr(name: &str) -> String {
    translate(current_language(), name, &[])
}

/// The same with values in it: `tr("credits", &[("count", 3.into())])`.
pub fn tr_args(name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    translate(current_language(), name, values)
}

/// In this language; for what it lacks, in English. What is no name at all is said as it is.
pub fn translate(language: Language, name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    let args: FluentArgs = values.iter().cloned().collect();
    [language, Language::En]
        .iter()
        .find_map(|language| format_message(bundle(*language), name, &args))
        .unwrap_or_else(|| name.to_owned())
}

/// True when the language has words of this name of its own.
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
    // Its errors are about values that are missing, which the text then shows by their names.
    Some(bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
}

fn load_bundle(language: Language) -> Bundle {
    let id = language.as_str().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // A name or an address must not turn a sentence around that runs the other way: where that may happen, the words
    // themselves set it apart (U+2068 and U+2069). A code is copied, and has to stay without.
    bundle.set_use_isolating(false);
    for file in ftl_files(language) {
        // The tests hold every file to be whole; of a damaged one the rest counts.
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(rest, _)| rest);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// A refusal, told to the reader.
pub fn localize_problem(problem: Problem) -> Problem {
    let code = problem.code.as_str();
    let detail = match (problem.detail.as_str(), problem.code, problem.retry_after) {
        ("", ProblemCode::TooManyRequests, Some(seconds)) => retry_after_text(seconds),
        ("", ..) => tr(&format!("{code}.detail")),
        (own, ..) => own.to_owned(),
    };
    Problem { title: tr(code), detail, ..problem }
}

/// When to come back, in a unit that people count such times in.
fn retry_after_text(seconds: u64) -> String {
    let (name, count) = match seconds {
        0..=90 => ("wait-seconds", seconds.max(2)),
        91..=5_400 => ("wait-minutes", seconds.div_ceil(60)),
        _ => ("wait-hours", seconds.div_ceil(3_600)),
    };
    tr_args(name, &[("count", count.into())])
}

/// The day of a moment in RFC 3339, as people write it: "18 February 2027".
pub fn format_date(moment: &str) -> String {
    let parts = moment.get(..10).unwrap_or_default().split('-').map(|part| part.parse::<u16>());
    match parts.collect::<Result<Vec<_>, _>>().as_deref() {
        Ok([year, month, day]) => {
            tr_args("day", &[("day", (*day).into()), ("month", (*month).into()), ("year", (*year).into())])
        }
        _ => moment.to_owned(),
    }
}

/// The name of a browser, which was noted in English when it was first seen: "Firefox on Android", or less.
pub fn device_name(name: &str) -> String {
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
    fn a_day_is_written_out() {
        assert_eq!(format_date("2027-02-08T12:00:00Z"), "8 February 2027");
        assert_eq!(format_date("soon"), "soon");
    }
}
