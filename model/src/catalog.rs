//! Message catalog: the translated messages of one language as JSON for the browser, and their
//! formatting.
//!
//! The server compiles a catalog from the Fluent files, because Fluent itself would add 43 kB to
//! the module that a browser downloads. A message is a pattern in a part of the syntax of ICU
//! MessageFormat:
//!
//! - `{name}`: the value of an argument
//! - `{count, plural, =0 {none} one {1 page} other {{count} pages}}`: the text of the first key
//!   that matches. `=0` matches that number, any other key a number's plural category or an equal
//!   text. The last key is `other`, which matches every value.
//! - `'{'`, `'}'`: braces of the text. `''`: an apostrophe, which stands alone otherwise.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

/// The value of a message's argument.
///
/// Numbers are whole. A decimal number has to be written with the decimal mark of the language, so
/// it is passed as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Text(Cow<'a, str>),
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

macro_rules! value_from_integers {
    ($($integer:ty)*) => {
        $(impl From<$integer> for Value<'_> {
            fn from(number: $integer) -> Self {
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}

value_from_integers! { u8 u16 u32 u64 usize i32 i64 }

/// The messages of one language: patterns by name. An attribute of a message is an entry of its
/// own: `photo_missing.detail`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Catalog {
    patterns: BTreeMap<String, String>,
}

impl FromIterator<(String, String)> for Catalog {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(patterns: T) -> Self {
        Self { patterns: patterns.into_iter().collect() }
    }
}

impl Catalog {
    /// A message with its arguments filled in, or `None` if there is no message of this name. An
    /// argument without a value is shown by its name: `{$count}`.
    ///
    /// `plural_category` is the plural rule of the language: `zero`, `one`, `two`, `few`, `many` or
    /// `other` for a cardinal number, as in `Intl.PluralRules`.
    pub fn format(
        &self,
        name: &str,
        arguments: &[(&'static str, Value)],
        plural_category: impl Fn(i64) -> &'static str,
    ) -> Option<String> {
        let mut output = String::new();
        let mut formatter = Formatter { rest: self.patterns.get(name)?, arguments, plural_category: &plural_category };
        formatter.format_pattern(&mut output);
        Some(output)
    }
}

/// Reads a pattern from its start to its end, once.
struct Formatter<'a> {
    rest: &'a str,
    arguments: &'a [(&'static str, Value<'a>)],
    plural_category: &'a dyn Fn(i64) -> &'static str,
}

impl<'a> Formatter<'a> {
    /// Formats everything up to the closing brace, which is read too, or the end.
    fn format_pattern(&mut self, output: &mut String) {
        while !self.rest.is_empty() {
            output.push_str(self.read_until(&['{', '}', '\'']));
            let special = self.rest.chars().next();
            self.rest = self.rest.get(1..).unwrap_or_default();
            match special {
                Some('{') => self.format_argument(output),
                Some('\'') if self.rest.starts_with(['{', '}']) => {
                    output.push_str(self.read_until(&['\'']));
                    self.rest = self.rest.get(1..).unwrap_or_default();
                }
                Some('\'') => {
                    output.push('\'');
                    self.rest = self.rest.strip_prefix('\'').unwrap_or(self.rest);
                }
                _ => return,
            }
        }
    }

    /// Formats an argument, behind its opening brace.
    fn format_argument(&mut self, output: &mut String) {
        let name = self.read_until(&[',', '}']);
        let value = self.arguments.iter().find(|(argument, _)| *argument == name).map(|(_, value)| value);
        if let Some(rest) = self.rest.strip_prefix('}') {
            self.rest = rest;
            match value {
                Some(Value::Text(text)) => output.push_str(text),
                Some(Value::Number(number)) => output.push_str(&number.to_string()),
                None => output.extend(["{$", name, "}"]),
            }
            return;
        }
        // The type of the choice does not matter: the keys alone say what they match.
        self.rest = self.rest.get(1..).unwrap_or_default();
        self.read_until(&[',']);
        self.rest = self.rest.get(1..).unwrap_or_default();
        let mut is_chosen = false;
        while !self.rest.is_empty() {
            let key = self.read_until(&['{', '}']).trim();
            let is_end = self.rest.starts_with('}');
            self.rest = self.rest.get(1..).unwrap_or_default();
            if is_end {
                return;
            }
            if !is_chosen && (key == "other" || value.is_some_and(|value| self.matches(key, value))) {
                is_chosen = true;
                self.format_pattern(output);
            } else {
                self.format_pattern(&mut String::new());
            }
        }
    }

    fn matches(&self, key: &str, value: &Value) -> bool {
        match (key.strip_prefix('='), value) {
            (Some(number), Value::Number(value)) => number.parse() == Ok(*value),
            (None, Value::Number(value)) => (self.plural_category)(*value) == key,
            (None, Value::Text(text)) => text == key,
            (Some(_), Value::Text(_)) => false,
        }
    }

    /// Reads to one of these characters, which all take one byte, or to the end.
    fn read_until(&mut self, stops: &[char]) -> &'a str {
        let end = self.rest.find(stops).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(pattern: &str, arguments: &[(&'static str, Value)]) -> String {
        let catalog: Catalog = [("message".to_owned(), pattern.to_owned())].into_iter().collect();
        let plural_category = |number| if number == 1 { "one" } else { "other" };
        catalog.format("message", arguments, plural_category).expect("a message")
    }

    #[test]
    fn arguments_are_filled_in() {
        let arguments = [("name", "Ada".into()), ("count", 3.into())];
        assert_eq!(format("{name}'s {count} pages", &arguments), "Ada's 3 pages");
        assert_eq!(format("A page of {title}", &arguments), "A page of {$title}");
    }

    #[test]
    fn the_first_matching_key_is_chosen() {
        let pattern = "Has {count, plural, =0 {none} one {1 page} other {{count} pages}}.";
        for (count, text) in [(0, "Has none."), (1, "Has 1 page."), (2, "Has 2 pages.")] {
            assert_eq!(format(pattern, &[("count", count.into())]), text);
        }
        assert_eq!(format(pattern, &[]), "Has {$count} pages.");
        let pattern = "{day, select, today {Today} other {On {day}}}";
        assert_eq!(format(pattern, &[("day", "today".into())]), "Today");
        assert_eq!(format(pattern, &[("day", "Monday".into())]), "On Monday");
    }

    #[test]
    fn quoted_braces_are_text() {
        assert_eq!(format("'{'{n, plural, other {'}'{n}}} it''s '{}'", &[("n", 5.into())]), "{}5 it's {}");
    }

    #[test]
    fn incomplete_patterns_are_formatted_to_their_end() {
        for pattern in ["{", "}", "'", "'{", "{n", "{n,", "{n, plural", "{n, plural, one", "{n, plural, one {a"] {
            format(pattern, &[("n", 1.into())]);
        }
        assert_eq!(Catalog::default().format("message", &[], |_| "other"), None);
    }
}
