//! A page: a drawing to colour, from the moment its credit is spent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{JobId, PageId, Style, problem::Problem};

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// In the queue.
    Waiting,
    /// A worker has it.
    Drawing,
    Ready,
    /// Given up; its credit was returned.
    Failed,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Drawing => "drawing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Drawing, Self::Ready, Self::Failed].into_iter().find(|status| status.as_str() == text)
    }

    /// True when nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Failed)
    }
}

/// What a parent calls a page: one line of at most 120 characters, never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(min_length = 1, max_length = 120, example = "Our cat")
)]
pub struct Title(String);

impl Title {
    pub const MAX_CHARS: usize = 120;

    /// Trims, turns line breaks and control characters into spaces, and drops marks that turn the direction of text
    /// around, which can make a file's name look like another.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let line: String = text
            .chars()
            .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let line = line.trim();
        let is_unseen =
            |c: char| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}');
        if line.chars().all(is_unseen) {
            Err(Problem::title_empty())
        } else if line.chars().count() > Self::MAX_CHARS {
            Err(Problem::title_too_long())
        } else {
            Ok(Self(line.to_owned()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Title {
    type Error = Problem;
    fn try_from(text: String) -> Result<Self, Problem> {
        Self::parse(&text)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

/// Signed addresses of a ready page's files, each good for a few minutes. `pdf` is A4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Downloads {
    pub png: String,
    pub svg: String,
    pub pdf: String,
    pub preview: String,
    /// An MP4 film, if a generator made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub video: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    pub id: PageId,
    pub title: Title,
    pub status: Status,
    pub style: Style,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
    /// RFC 3339, UTC: when the page is removed unless it is kept longer.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub keep_until: String,
    /// `None` until the page was drawn. While it is drawn anew, they are those of the drawing it has.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub downloads: Option<Downloads>,
}

/// The work of drawing a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    pub id: JobId,
    pub page_id: PageId,
    pub status: Status,
    /// 0 to 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub progress: f32,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub error: Option<String>,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub downloads: Option<Downloads>,
}

/// A part of a longer list; `next` asks for the part after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Listing<T> {
    pub items: Vec<T>,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_visible_line() {
        assert_eq!(Title::parse(" Our\ncat ").expect("valid").as_str(), "Our cat");
        assert_eq!(Title::parse("\u{202e}gnp.exe").expect("valid").as_str(), "gnp.exe");
        assert_eq!(Title::parse("خانه\u{200c}ما").expect("valid").as_str(), "خانه\u{200c}ما");
        for empty in ["", "  ", "\u{200b}", "\u{feff}", "\n\u{ad}"] {
            assert!(Title::parse(empty).is_err(), "{empty:?}");
        }
    }
}
