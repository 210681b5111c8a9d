//! The pages that a book can have.

use std::collections::HashSet;

use model::{
    BookId, PageId,
    book::{MAX_PAGES, PageChoice},
    gallery::PageCard,
};

use super::find_book;
use crate::{AppState, Error, identity::Account, pages};

/// As many pages are offered, besides those that are already chosen.
const MAX_OFFERED_PAGES: usize = 2 * MAX_PAGES;

/// Returns the pages to choose from for a new book, or for `book`. `chosen` are the pages that the
/// form had before; if there are none, those of the book.
///
/// # Errors
/// `not_found` for a book that is not the account's.
pub async fn offer_pages(
    state: &AppState,
    account: &Account,
    book: Option<BookId>,
    chosen: Vec<PageId>,
) -> Result<PageChoice, Error> {
    let stored = match book {
        Some(id) => find_book(state, account, id).await?.page_ids,
        None => Vec::new(),
    };
    let mut chosen = if chosen.is_empty() { stored } else { chosen };
    let mut known = HashSet::new();
    chosen.retain(|id| known.insert(*id));
    chosen.truncate(MAX_OFFERED_PAGES);
    let chosen_pages = pages::find_pages(state, account, &chosen).await?;
    let mut offered: Vec<PageCard> = chosen_pages.into_iter().map(Into::into).collect();
    let mut after = None;
    loop {
        let part = pages::list_pages(state, account, after.as_deref()).await?;
        let others = part.items.into_iter().map(PageCard::from);
        offered.extend(others.filter(|page| page.has_drawing && !known.contains(&page.id)));
        after = part.next;
        if after.is_none() || offered.len() >= MAX_OFFERED_PAGES {
            return Ok(PageChoice { chosen, offered });
        }
    }
}
