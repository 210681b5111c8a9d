//! Texts composed from translated messages: dates, device names, problems, and messages with
//! markup in the place of their arguments. Server and browser each have a [`Translate`].

use crate::{
    catalog::Value,
    problem::{Problem, ProblemCode},
};

/// Source of the messages of one language.
pub trait Translate {
    /// Returns a message, or its name if there is none. A dot separates an attribute:
    /// `photo_missing.detail`.
    fn translate(&self, name: &str, arguments: &[(&'static str, Value)]) -> String;
}

/// Formats the date of an RFC 3339 timestamp: "18 February 2027".
pub fn format_date(messages: &impl Translate, moment: &str) -> String {
    let parts = moment.get(..10).unwrap_or_default().split('-').map(|part| part.parse::<u16>());
    match parts.collect::<Result<Vec<_>, _>>().as_deref() {
        Ok([year, month, day]) => {
            let arguments = [("day", (*day).into()), ("month", (*month).into()), ("year", (*year).into())];
            messages.translate("day", &arguments)
        }
        _ => moment.to_owned(),
    }
}

/// Translates a device name that is stored in English, such as "Firefox on Android".
pub fn localize_device_name(messages: &impl Translate, name: &str) -> String {
    match name.split_once(" on ") {
        Some((browser, system)) => {
            messages.translate("device", &[("browser", browser.into()), ("system", system.into())])
        }
        None if name == "Unknown device" => messages.translate("device-unknown", &[]),
        None => name.to_owned(),
    }
}

/// Fills in a problem's title and detail. Keeps a detail that is already set.
pub fn localize_problem(messages: &impl Translate, problem: Problem) -> Problem {
    let code = problem.code.as_str();
    let detail = match (problem.detail.as_str(), problem.code, problem.retry_after) {
        ("", ProblemCode::TooManyRequests, Some(seconds)) => retry_after_text(messages, seconds),
        ("", ..) => messages.translate(&format!("{code}.detail"), &[]),
        (detail, ..) => detail.to_owned(),
    };
    Problem { title: messages.translate(code, &[]), detail, ..problem }
}

/// Text for a time to wait, in seconds, minutes or hours.
fn retry_after_text(messages: &impl Translate, seconds: u64) -> String {
    let (name, count) = match seconds {
        0..=90 => ("wait-seconds", seconds.max(2)),
        91..=5_400 => ("wait-minutes", seconds.div_ceil(60)),
        _ => ("wait-hours", seconds.div_ceil(3_600)),
    };
    messages.translate(name, &[("count", count.into())])
}

/// A part of a message with markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    Text(String),
    /// The place of an argument, as an index of the given names.
    Argument(usize),
}

/// Private-use characters, which no message has, hold the places of the arguments.
const FIRST_PLACEHOLDER: u32 = 0xe000;

/// Splits a message at its arguments, so that markup can be put in their places: "We sent a code to
/// { $address }." with `["address"]` is a text, argument 0 and a text. No segment is an empty text.
pub fn split_at_arguments(messages: &impl Translate, name: &str, arguments: &[&'static str]) -> Vec<Segment> {
    let placeholder = |index: usize| char::from_u32(FIRST_PLACEHOLDER + index as u32).unwrap_or_default();
    let placeholders: Vec<_> = arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| (*argument, placeholder(index).to_string().into()))
        .collect();
    let mut segments = Vec::new();
    let mut text = String::new();
    for character in messages.translate(name, &placeholders).chars() {
        let index = u32::from(character).checked_sub(FIRST_PLACEHOLDER).map(|index| index as usize);
        match index.filter(|index| *index < arguments.len()) {
            Some(index) => {
                if !text.is_empty() {
                    segments.push(Segment::Text(std::mem::take(&mut text)));
                }
                segments.push(Segment::Argument(index));
            }
            None => text.push(character),
        }
    }
    if !text.is_empty() {
        segments.push(Segment::Text(text));
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    impl Translate for Catalog {
        fn translate(&self, name: &str, arguments: &[(&'static str, Value)]) -> String {
            self.format(name, arguments, |_| "other").unwrap_or_else(|| name.to_owned())
        }
    }

    fn messages() -> Catalog {
        [
            ("day", "{day} {month, plural, =2 {February} other {December}} {year}"),
            ("device", "{browser} auf {system}"),
            ("device-unknown", "Unbekanntes Gerät"),
            ("code-sent", "We sent {code} to {address}."),
            ("wait-seconds", "{count} s"),
            ("wait-minutes", "{count} min"),
            ("wait-hours", "{count} h"),
        ]
        .map(|(name, pattern)| (name.to_owned(), pattern.to_owned()))
        .into_iter()
        .collect()
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(format_date(&messages(), "2027-02-08T12:00:00Z"), "8 February 2027");
        assert_eq!(format_date(&messages(), "soon"), "soon");
    }

    #[test]
    fn device_names_are_translated() {
        assert_eq!(localize_device_name(&messages(), "Firefox on Android"), "Firefox auf Android");
        assert_eq!(localize_device_name(&messages(), "Unknown device"), "Unbekanntes Gerät");
        assert_eq!(localize_device_name(&messages(), "Ada's phone"), "Ada's phone");
    }

    #[test]
    fn waiting_times_are_in_the_largest_fitting_unit() {
        for (seconds, text) in [(1, "2 s"), (90, "90 s"), (91, "2 min"), (5_401, "2 h")] {
            let problem = Problem { retry_after: Some(seconds), ..Problem::too_many_requests() };
            assert_eq!(localize_problem(&messages(), problem).detail, text);
        }
    }

    #[test]
    fn messages_are_split_at_their_arguments() {
        assert_eq!(
            split_at_arguments(&messages(), "code-sent", &["address", "code"]),
            [
                Segment::Text("We sent ".to_owned()),
                Segment::Argument(1),
                Segment::Text(" to ".to_owned()),
                Segment::Argument(0),
                Segment::Text(".".to_owned()),
            ]
        );
    }
}
