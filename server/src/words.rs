//! Every word that a person reads, in their language: the files of `locales/`, one folder for each language, compiled in.
//!
//! The language is that of the request that is being answered; outside of one, such as in a job, it is English unless
//! [`speaking`] says otherwise.

use std::{future::Future, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use model::{Language, Problem, ProblemCode};

type Words = FluentBundle<FluentResource>;

macro_rules! files {
    ($($language:ident $folder:literal)*) => {
        /// The files of a language, each with its subject.
        pub fn files(language: Language) -> [&'static str; 8] {
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

files! { En "en" Es "es" Fr "fr" De "de" Ar "ar" Zh "zh" }

static WORDS: LazyLock<[Words; 6]> = LazyLock::new(|| Language::ALL.map(read));

/// Who reads the answer.
#[derive(Clone, Copy, Default)]
pub struct Reader {
    pub language: Language,
    /// They chose it here by hand.
    pub by_hand: bool,
}

tokio::task_local! {
    static READER: Reader;
}

/// Does the work in the reader's language.
pub async fn speaking<T>(reader: Reader, work: impl Future<Output = T>) -> T {
    READER.scope(reader, work).await
}

pub fn reader() -> Reader {
    READER.try_with(|reader| *reader).unwrap_or_default()
}

pub fn language() -> Language {
    reader().language
}

/// The words of this name, in the reader's language. An attribute stands behind a dot: `photo_missing.detail`.
pub fn t(name: &str) -> String {
    say(language(), name, &[])
}

/// The same with values in it: `tr("credits", &[("count", 3.into())])`.
pub fn tr(name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    say(language(), name, values)
}

/// In this language; for what it lacks, in English. What is no name at all is said as it is.
pub fn say(language: Language, name: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    let args: FluentArgs = values.iter().cloned().collect();
    [language, Language::En]
        .iter()
        .find_map(|language| said(words(*language), name, &args))
        .unwrap_or_else(|| name.to_owned())
}

/// True when the language has words of this name of its own.
pub fn knows(language: Language, name: &str) -> bool {
    said(words(language), name, &FluentArgs::new()).is_some()
}

fn words(language: Language) -> &'static Words {
    &WORDS[language as usize]
}

fn said(words: &Words, name: &str, args: &FluentArgs) -> Option<String> {
    let (id, attribute) = name.split_once('.').map_or((name, None), |(id, attribute)| (id, Some(attribute)));
    let message = words.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    // Its errors are about values that are missing, which the text then shows by their names.
    Some(words.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned())
}

fn read(language: Language) -> Words {
    let id = language.as_str().parse().unwrap_or_default();
    let mut words = Words::new_concurrent(vec![id]);
    // A name or an address must not turn a sentence around that runs the other way: where that may happen, the words
    // themselves set it apart (U+2068 and U+2069). A code is copied, and has to stay without.
    words.set_use_isolating(false);
    for file in files(language) {
        // The tests hold every file to be whole; of a damaged one the rest counts.
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(rest, _)| rest);
        words.add_resource_overriding(resource);
    }
    words
}

/// A refusal, told to the reader.
pub fn told(problem: Problem) -> Problem {
    let code = problem.code.as_str();
    let detail = match (problem.detail.as_str(), problem.code, problem.retry_after) {
        ("", ProblemCode::TooManyRequests, Some(seconds)) => wait(seconds),
        ("", ..) => t(&format!("{code}.detail")),
        (own, ..) => own.to_owned(),
    };
    Problem { title: t(code), detail, ..problem }
}

/// When to come back, in a unit that people count such times in.
fn wait(seconds: u64) -> String {
    let (name, count) = match seconds {
        0..=90 => ("wait-seconds", seconds.max(2)),
        91..=5_400 => ("wait-minutes", seconds.div_ceil(60)),
        _ => ("wait-hours", seconds.div_ceil(3_600)),
    };
    tr(name, &[("count", count.into())])
}

/// The day of a moment in RFC 3339, as people write it: "18 February 2027".
pub fn day(moment: &str) -> String {
    let parts = moment.get(..10).unwrap_or_default().split('-').map(|part| part.parse::<u16>());
    match parts.collect::<Result<Vec<_>, _>>().as_deref() {
        Ok([year, month, day]) => {
            tr("day", &[("day", (*day).into()), ("month", (*month).into()), ("year", (*year).into())])
        }
        _ => moment.to_owned(),
    }
}

/// The name of a browser, which was noted in English when it was first seen: "Firefox on Android", or less.
pub fn device(name: &str) -> String {
    match name.split_once(" on ") {
        Some((browser, system)) => tr("device", &[("browser", browser.into()), ("system", system.into())]),
        None if name == "Unknown device" => t("device-unknown"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_out() {
        assert_eq!(day("2027-02-08T12:00:00Z"), "8 February 2027");
        assert_eq!(day("soon"), "soon");
    }
}
