//! The gallery: pages and books of an account in one listing.

use model::{
    Paginated,
    gallery::{Gallery, GalleryQuery},
};

use crate::{AppState, Error, books, credits, identity::Account, pages};

/// Returns one part of the account's gallery.
///
/// # Errors
/// `not_found` for a cursor that is none.
pub async fn load_gallery(state: &AppState, account: &Account, mut query: GalleryQuery) -> Result<Gallery, Error> {
    query.search = query.search.trim().to_owned();
    let after = query.after.as_deref();
    let pages = match query.search.as_str() {
        "" => pages::list_pages(state, account, after).await?,
        search => pages::search_pages(state, account, search, after).await?,
    };
    let books = match query.is_first_part() {
        true => books::list_books(state, account, query.books_after.as_deref()).await?,
        false => Paginated { items: Vec::new(), next: None },
    };
    Ok(Gallery {
        owner: account.id,
        credits: credits::balance(state, account).await?,
        pages: cards(pages),
        books: cards(books),
        trash: pages::list_trashed_ids(state, account).await?,
        query,
    })
}

fn cards<T, Card: From<T>>(list: Paginated<T>) -> Paginated<Card> {
    Paginated { items: list.items.into_iter().map(Card::from).collect(), next: list.next }
}
