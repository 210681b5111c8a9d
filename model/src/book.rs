//! A book: a list of pages that are exported as one PDF.

use serde::{Deserialize, Serialize};

use crate::{BookId, PageId, Paper, Title, gallery::PageCard};

/// Largest number of pages in one book or ZIP archive.
pub const MAX_PAGES: usize = 100;

/// A book, as shown to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Book {
    pub id: BookId,
    pub title: Title,
    pub paper: Paper,
    /// Adds a cover page with the title.
    pub cover: bool,
    /// Numbers the pages in their footers.
    pub page_numbers: bool,
    /// In reading order.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeSet<PageId>, max_items = 100))]
    pub page_ids: Vec<PageId>,
    /// RFC 3339 in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
}

/// Where to move a page within its book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageMove {
    Up,
    Down,
    /// Out of the book; the page itself stays.
    Remove,
}

/// A book together with its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookDetails {
    pub book: Book,
    /// In reading order.
    pub pages: Vec<PageCard>,
}

/// The pages that can be chosen for a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageChoice {
    /// Those of the book, or those that were chosen before.
    pub chosen: Vec<PageId>,
    /// The chosen pages in their order, then the newest others.
    pub offered: Vec<PageCard>,
}
