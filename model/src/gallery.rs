//! The gallery: an account's pages and books as cards.

use serde::{Deserialize, Serialize};

use crate::{Book, BookId, Page, PageId, Paginated, Status, Title, UserId};

/// What a card shows of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCard {
    pub id: PageId,
    pub title: Title,
    pub status: Status,
    /// There is a preview, perhaps of an earlier drawing.
    pub has_drawing: bool,
    /// RFC 3339 in UTC.
    pub keep_until: String,
}

impl From<Page> for PageCard {
    fn from(page: Page) -> Self {
        Self {
            id: page.id,
            title: page.title,
            status: page.status,
            has_drawing: page.downloads.is_some(),
            keep_until: page.keep_until,
        }
    }
}

/// What the gallery shows of a book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookCard {
    pub id: BookId,
    pub title: Title,
    pub page_count: usize,
}

impl From<Book> for BookCard {
    fn from(book: Book) -> Self {
        Self { id: book.id, title: book.title, page_count: book.page_ids.len() }
    }
}

/// Which part of the gallery is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GalleryQuery {
    /// Words that the titles of the pages contain; trimmed, empty for all pages.
    pub search: String,
    /// Cursor in the list of pages.
    pub after: Option<String>,
    /// Cursor in the list of books.
    pub books_after: Option<String>,
}

impl GalleryQuery {
    /// Whether the pages are the newest of all. The books follow below them.
    pub fn is_first_part(&self) -> bool {
        self.search.is_empty() && self.after.is_none()
    }
}

/// One part of the gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    pub owner: UserId,
    pub query: GalleryQuery,
    /// Credits left.
    pub credits: i64,
    /// Newest first.
    pub pages: Paginated<PageCard>,
    /// Newest first; empty except below the newest pages.
    pub books: Paginated<BookCard>,
    /// Deleted pages that can still be restored.
    pub trash: Vec<PageId>,
}
