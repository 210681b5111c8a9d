//! A colouring page, the job that draws it, and its downloads.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{JobId, PageId, Style, problem::Problem};

/// Status of a page and of its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Queued.
    Waiting,
    /// Being drawn by a worker.
    Drawing,
    /// Drawn; its files can be downloaded.
    Ready,
    /// Could not be drawn; the credit was refunded.
    Failed,
}

impl Status {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Drawing => "drawing",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Drawing, Self::Ready, Self::Failed].into_iter().find(|status| status.as_str() == text)
    }

    /// True if no worker will change the status any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Ready | Self::Failed)
    }
}

/// Title of a page or book: one line of 1 to 120 characters.
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

    /// Trims `text`, replaces line breaks and control characters by spaces, and drops bidirectional
    /// controls, which can disguise a file name.
    ///
    /// # Errors
    ///
    /// `title_empty` if no character is visible, or `title_too_long`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let line: String = text
            .chars()
            .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let line = line.trim();
        let is_invisible =
            |c: char| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}');
        if line.chars().all(is_invisible) {
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

/// Signed URLs of the files of a page, each valid for a few minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Downloads {
    pub png: String,
    pub svg: String,
    /// On A4 paper.
    pub pdf: String,
    pub preview: String,
    /// An MP4 video, if the generator made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub video: Option<String>,
}

/// A colouring page, as shown to its owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({
        "id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11", "title": "Our cat", "status": "ready",
        "style": {"preset": "simple"}, "created_at": "2026-11-20T18:00:00Z", "keep_until": "2027-02-18T18:00:00Z",
        "downloads": null
    }))
)]
pub struct Page {
    pub id: PageId,
    pub title: Title,
    pub status: Status,
    pub style: Style,
    /// RFC 3339 in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
    /// When the page is deleted unless its retention is extended; RFC 3339 in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub keep_until: String,
    /// `None` until the page is drawn. While the page is redrawn, the URLs are those of the
    /// previous drawing.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub downloads: Option<Downloads>,
}

/// The background job that draws a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({
        "id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11", "page_id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11",
        "status": "drawing", "progress": 0.8, "error": null, "downloads": null
    }))
)]
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

/// A page with what its own screen shows besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageDetails {
    pub page: Page,
    /// The page's newest job, with the outcome of the last attempt to draw it.
    pub job: Option<Job>,
    /// When the photo expires, RFC 3339. `None` once it has: then the page cannot be redrawn.
    pub photo_expires_at: Option<String>,
    /// URL of the provider's image, until the page's own files are stored.
    pub provisional_image_url: Option<String>,
}

/// One part of a list with cursor pagination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Paginated<T> {
    pub items: Vec<T>,
    /// Cursor of the next part; `None` at the end.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_is_normalized_to_one_line() {
        for (text, title) in
            [(" Our\ncat ", "Our cat"), ("\u{202e}gnp.exe", "gnp.exe"), ("خانه\u{200c}ما", "خانه\u{200c}ما")]
        {
            assert_eq!(Title::parse(text).expect("valid").as_str(), title);
        }
    }

    #[test]
    fn title_without_visible_characters_is_rejected() {
        for empty in ["", "  ", "\u{200b}", "\u{feff}", "\n\u{ad}"] {
            assert_eq!(Title::parse(empty), Err(Problem::title_empty()), "{empty:?}");
        }
    }

    #[test]
    fn title_has_at_most_120_characters() {
        assert!(Title::parse(&"ä".repeat(120)).is_ok());
        assert_eq!(Title::parse(&"ä".repeat(121)), Err(Problem::title_too_long()));
    }
}
