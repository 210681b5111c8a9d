//! Books: ordered selections of pages, and the PDF documents made of them.

mod choice;
mod pdf;
pub(crate) mod store;

use std::collections::HashSet;

use model::{
    Book, BookId, PageId, Paginated, Paper, Problem, Title,
    book::{BookDetails, MAX_PAGES, PageMove},
};
use uuid::Uuid;

pub use choice::offer_pages;
pub use pdf::{PdfExport, export_pdf, render_book};

use crate::{
    AppState, Error,
    clock::rfc3339,
    db::{Authority, Tx},
    identity::Account,
    pages,
};

/// Books in one part of a listing.
const MAX_LISTED_BOOKS: i64 = 24;

/// Settings of a new book.
pub struct NewBook {
    pub title: Title,
    pub paper: Paper,
    /// Whether the first sheet is a cover with the title.
    pub cover: bool,
    pub page_numbers: bool,
}

/// Changes to a book; a field that is `None` stays unchanged.
#[derive(Default)]
pub struct BookUpdate {
    pub title: Option<Title>,
    pub paper: Option<Paper>,
    pub cover: Option<bool>,
    pub page_numbers: Option<bool>,
    pub page_ids: Option<Vec<PageId>>,
}

/// Creates a book of these pages.
///
/// # Errors
/// `pages_out_of_range`; `not_found` for a page that is not the account's; `page_not_ready` or
/// `page_failed` for one without a drawing.
pub async fn create_book(
    state: &AppState,
    account: &Account,
    new: NewBook,
    page_ids: Vec<PageId>,
) -> Result<Book, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let id = BookId(Uuid::now_v7());
    store::insert(&mut tx, account.id, id, &new).await?;
    let book = Book {
        id,
        title: new.title,
        paper: new.paper,
        cover: new.cover,
        page_numbers: new.page_numbers,
        created_at: rfc3339(tx.now),
        page_ids,
    };
    replace_pages(&mut tx, account, &book).await?;
    tx.commit().await?;
    Ok(book)
}

/// Returns up to [`MAX_LISTED_BOOKS`] of the account's books, newest first. `after` is the `next`
/// of the previous part.
pub async fn list_books(state: &AppState, account: &Account, after: Option<&str>) -> Result<Paginated<Book>, Error> {
    let after = after.map(str::parse::<BookId>).transpose()?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut rows = store::list(&mut tx, account.id, after, MAX_LISTED_BOOKS + 1).await?;
    let has_next = rows.len() as i64 > MAX_LISTED_BOOKS;
    rows.truncate(MAX_LISTED_BOOKS as usize);
    let next = rows.last().filter(|_| has_next).map(|row| row.id.to_string());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(build_book(&mut tx, account, row).await?);
    }
    Ok(Paginated { items, next })
}

/// Returns one of the account's books.
///
/// # Errors
/// `not_found`, also for another account's book.
pub async fn find_book(state: &AppState, account: &Account, id: BookId) -> Result<Book, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    load_book(&mut tx, account, id).await
}

/// Returns a book together with its pages, in reading order.
///
/// # Errors
/// `not_found`.
pub async fn find_book_details(state: &AppState, account: &Account, id: BookId) -> Result<BookDetails, Error> {
    let book = find_book(state, account, id).await?;
    let pages = pages::find_pages(state, account, &book.page_ids).await?;
    Ok(BookDetails { book, pages: pages.into_iter().map(Into::into).collect() })
}

/// Changes a book's settings or pages.
///
/// # Errors
/// As for [`create_book`] and [`find_book`].
pub async fn update_book(state: &AppState, account: &Account, id: BookId, update: BookUpdate) -> Result<Book, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut book = load_book(&mut tx, account, id).await?;
    book.title = update.title.unwrap_or(book.title);
    book.paper = update.paper.unwrap_or(book.paper);
    book.cover = update.cover.unwrap_or(book.cover);
    book.page_numbers = update.page_numbers.unwrap_or(book.page_numbers);
    store::update(&mut tx, account.id, &book).await?;
    if let Some(pages) = update.page_ids {
        book.page_ids = pages;
        replace_pages(&mut tx, account, &book).await?;
    }
    tx.commit().await?;
    Ok(book)
}

/// Moves a page one place up or down, or removes it from the book. The first page cannot move up,
/// nor the last down; they stay in place.
///
/// # Errors
/// `not_found` for a book that is not the account's, or a page that is not in it.
pub async fn move_page(
    state: &AppState,
    account: &Account,
    id: BookId,
    page: PageId,
    direction: PageMove,
) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut book = load_book(&mut tx, account, id).await?;
    let at = book.page_ids.iter().position(|other| *other == page).ok_or_else(Problem::not_found)?;
    match direction {
        PageMove::Up if at > 0 => book.page_ids.swap(at, at - 1),
        PageMove::Down if at + 1 < book.page_ids.len() => book.page_ids.swap(at, at + 1),
        PageMove::Remove => drop(book.page_ids.remove(at)),
        PageMove::Up | PageMove::Down => return Ok(()),
    }
    store::replace_pages(&mut tx, account.id, id, &book.page_ids).await?;
    tx.commit().await
}

/// Deletes the book. Its pages stay.
///
/// # Errors
/// `not_found`.
pub async fn delete_book(state: &AppState, account: &Account, id: BookId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    if !store::delete(&mut tx, account.id, id).await? {
        return Err(Problem::not_found().into());
    }
    tx.commit().await
}

/// Checks that the selection has 1 to [`MAX_PAGES`] pages, each once.
fn check_page_selection(pages: &[PageId]) -> Result<(), Problem> {
    let unique: HashSet<_> = pages.iter().collect();
    if unique.len() == pages.len() && (1..=MAX_PAGES).contains(&pages.len()) {
        Ok(())
    } else {
        Err(Problem::pages_out_of_range())
    }
}

/// Sets the book's pages after checking that each has a drawing.
async fn replace_pages(tx: &mut Tx, account: &Account, book: &Book) -> Result<(), Error> {
    check_page_selection(&book.page_ids)?;
    for page in &book.page_ids {
        store::find_drawing(tx, account.id, *page).await?;
    }
    store::replace_pages(tx, account.id, book.id, &book.page_ids).await
}

/// Reads a book within the caller's transaction.
async fn load_book(tx: &mut Tx, account: &Account, id: BookId) -> Result<Book, Error> {
    let row = store::find(tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    build_book(tx, account, row).await
}

/// Builds the public view of a book from its row.
async fn build_book(tx: &mut Tx, account: &Account, row: store::BookRow) -> Result<Book, Error> {
    let invalid = |field: &str| Error::internal(format!("book {}: invalid {field}", row.id));
    let id = BookId(row.id);
    Ok(Book {
        id,
        title: Title::parse(&row.title).map_err(|_| invalid("title"))?,
        paper: row.paper.parse().map_err(|_| invalid("paper"))?,
        cover: row.cover,
        page_numbers: row.page_numbers,
        page_ids: store::list_page_ids(tx, account.id, id).await?,
        created_at: rfc3339(row.created_at),
    })
}
