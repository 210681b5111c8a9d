//! The languages that the product speaks.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Es,
    Fr,
    De,
    Ar,
    /// Simplified characters.
    Zh,
}

impl Language {
    pub const ALL: [Self; 6] = [Self::En, Self::Es, Self::Fr, Self::De, Self::Ar, Self::Zh];

    /// As it stands in cookies, in rows and in the markup (BCP 47).
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

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::Fr => "Français",
            Self::De => "Deutsch",
            Self::Ar => "العربية",
            Self::Zh => "简体中文",
        }
    }

    /// Which way it is written: the `dir` of HTML.
    pub fn direction(self) -> &'static str {
        if self == Self::Ar { "rtl" } else { "ltr" }
    }

    /// The one that a reader likes best, by their `Accept-Language` (RFC 9110, 12.5.4); `None` if we speak none of theirs.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best = (0.0, None);
        for wish in header.split(',') {
            let mut parts = wish.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
            // A region or a script changes nothing for us.
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
    fn the_language_liked_best_among_ours_is_taken() {
        for (header, language) in [
            ("de", Some(Language::De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::De)),
            ("pt-BR, es;q=0.5, fr;q=0.7", Some(Language::Fr)),
            ("zh-Hans-CN", Some(Language::Zh)),
            ("AR", Some(Language::Ar)),
            ("de;q=0, en;q=0.1", Some(Language::En)),
            ("ja,ko;q=0.5", None),
            ("*", None),
            ("", None),
            (";;q=,=;", None),
        ] {
            assert_eq!(Language::accepted(header), language, "{header:?}");
        }
    }
}
