//! Languages of the user interface, and their negotiation by `Accept-Language`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A supported language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
    Fr,
    De,
    Ar,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    pub const ALL: [Self; 6] = [Self::En, Self::Es, Self::Fr, Self::De, Self::Ar, Self::Zh];

    /// The BCP 47 tag, as in cookies, in the database and in `lang` attributes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::De => "de",
            Self::Ar => "ar",
            Self::Zh => "zh",
        }
    }

    /// Name of the language in the language itself.
    pub fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::Fr => "Français",
            Self::De => "Deutsch",
            Self::Ar => "العربية",
            Self::Zh => "简体中文",
        }
    }

    /// Writing direction, for the `dir` attribute of HTML: `ltr` or `rtl`.
    pub fn direction(self) -> &'static str {
        if self == Self::Ar { "rtl" } else { "ltr" }
    }

    /// The supported language with the highest weight in an `Accept-Language` header (RFC 9110,
    /// 12.5.4), the first of equal ones. `None` if no language of the header is supported.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best = (0.0, None);
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
            // Only the primary subtag counts: no language has regional variants here.
            let language = tag.split('-').next().and_then(|tag| tag.parse().ok());
            if let (Some(weight), Some(_)) = (weight, language)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

impl FromStr for Language {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|language| language.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supported_language_with_highest_weight_is_chosen() {
        for (header, language) in [
            ("de", Some(Language::De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::De)),
            ("fr,es", Some(Language::Fr)),
            ("pt-BR, es;q=0.5, fr;q=0.7", Some(Language::Fr)),
            ("zh-Hans-CN", Some(Language::Zh)),
            ("AR", Some(Language::Ar)),
            ("de;q=0, en;q=0.1", Some(Language::En)),
            ("ja,ko;q=0.5", None),
            ("*", None),
            ("", None),
            (";;q=,=;", None),
        ] {
            assert_eq!(Language::from_accept_language(header), language, "{header:?}");
        }
    }
}
