//! A book: pages in an order of their own, bound into one PDF.

use serde::{Deserialize, Serialize};

use crate::{BookId, PageId, Paper, Title};

/// The most pages that one document holds.
pub const MOST_PAGES: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Book {
    pub id: BookId,
    pub title: Title,
    pub paper: Paper,
    /// A first sheet with the title.
    pub cover: bool,
    /// A number at the foot of each page.
    pub page_numbers: bool,
    /// In reading order.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub page_ids: Vec<PageId>,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
}
