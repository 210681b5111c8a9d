//! Books: pages chosen and put in order, and the documents that pages are bound into.

mod bind;
pub(crate) mod store;

use std::collections::HashSet;

use model::{Book, BookId, Page, PageId, Paginated, Paper, Problem, Title, book::MAX_PAGES};
use uuid::Uuid;

pub use bind::{Export, export, pdf};

use crate::{
    AppState, Error,
    clock::rfc3339,
    db::{Authority, Tx},
    identity::Account,
    pages,
};

/// How many books one answer lists.
const LISTED: i64 = 24;

/// What an owner decides about a book.
pub struct Plan {
    pub title: Title,
    pub paper: Paper,
    pub cover: bool,
    pub page_numbers: bool,
}

/// A change to a book; `None` leaves things as they are.
#[derive(Default)]
pub struct Change {
    pub title: Option<Title>,
    pub paper: Option<Paper>,
    pub cover: Option<bool>,
    pub page_numbers: Option<bool>,
    pub page_ids: Option<Vec<PageId>>,
}

/// One step for one page of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Up,
    Down,
    Out,
}

/// # Errors
/// `pages_out_of_range`; `not_found` for a page that is not the account's; `page_not_ready` or `page_failed` for one
/// without a drawing.
pub async fn create(state: &AppState, account: &Account, plan: Plan, page_ids: Vec<PageId>) -> Result<Book, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let id = BookId(Uuid::now_v7());
    store::insert(&mut tx, account.id, id, &plan).await?;
    let book = Book {
        id,
        title: plan.title,
        paper: plan.paper,
        cover: plan.cover,
        page_numbers: plan.page_numbers,
        created_at: rfc3339(tx.now),
        page_ids,
    };
    put_pages(&mut tx, account, &book).await?;
    tx.commit().await?;
    Ok(book)
}

/// Up to 24 of the account's books, newest first; `after` is the `next` of the part before.
pub async fn list(state: &AppState, account: &Account, after: Option<&str>) -> Result<Paginated<Book>, Error> {
    let after = after.map(str::parse::<BookId>).transpose()?;
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut rows = store::list(&mut tx, account.id, after, LISTED + 1).await?;
    let more = rows.len() as i64 > LISTED;
    rows.truncate(LISTED as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(whole(&mut tx, account, row).await?);
    }
    Ok(Paginated { items, next })
}

/// # Errors
/// `not_found`, also for a book of somebody else.
pub async fn get(state: &AppState, account: &Account, id: BookId) -> Result<Book, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    find(&mut tx, account, id).await
}

/// The book with its pages, as its own screen shows it.
pub async fn show(state: &AppState, account: &Account, id: BookId) -> Result<(Book, Vec<Page>), Error> {
    let book = get(state, account, id).await?;
    let pages = pages::get_all(state, account, &book.page_ids).await?;
    Ok((book, pages))
}

/// # Errors
/// As for [`create`] and [`get`].
pub async fn change(state: &AppState, account: &Account, id: BookId, change: Change) -> Result<Book, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut book = find(&mut tx, account, id).await?;
    book.title = change.title.unwrap_or(book.title);
    book.paper = change.paper.unwrap_or(book.paper);
    book.cover = change.cover.unwrap_or(book.cover);
    book.page_numbers = change.page_numbers.unwrap_or(book.page_numbers);
    store::update(&mut tx, account.id, &book).await?;
    if let Some(pages) = change.page_ids {
        book.page_ids = pages;
        put_pages(&mut tx, account, &book).await?;
    }
    tx.commit().await?;
    Ok(book)
}

/// Moves a page of the book by one place, or takes it out. What cannot be moved further stays where it is.
pub async fn step(state: &AppState, account: &Account, id: BookId, page: PageId, step: Step) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut book = find(&mut tx, account, id).await?;
    let at = book.page_ids.iter().position(|other| *other == page).ok_or_else(Problem::not_found)?;
    match step {
        Step::Up if at > 0 => book.page_ids.swap(at, at - 1),
        Step::Down if at + 1 < book.page_ids.len() => book.page_ids.swap(at, at + 1),
        Step::Out => drop(book.page_ids.remove(at)),
        Step::Up | Step::Down => return Ok(()),
    }
    store::put_pages(&mut tx, account.id, id, &book.page_ids).await?;
    tx.commit().await
}

/// Takes the book apart. Its pages stay.
pub async fn delete(state: &AppState, account: &Account, id: BookId) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    if !store::delete(&mut tx, account.id, id).await? {
        return Err(Problem::not_found().into());
    }
    tx.commit().await
}

/// Whether so many pages can be bound, each once.
fn check_choice(pages: &[PageId]) -> Result<(), Problem> {
    let different: HashSet<_> = pages.iter().collect();
    if different.len() == pages.len() && (1..=MAX_PAGES).contains(&pages.len()) {
        Ok(())
    } else {
        Err(Problem::pages_out_of_range())
    }
}

async fn put_pages(tx: &mut Tx, account: &Account, book: &Book) -> Result<(), Error> {
    check_choice(&book.page_ids)?;
    for page in &book.page_ids {
        store::drawn_page(tx, account.id, *page).await?;
    }
    store::put_pages(tx, account.id, book.id, &book.page_ids).await
}

async fn find(tx: &mut Tx, account: &Account, id: BookId) -> Result<Book, Error> {
    let row = store::find(tx, account.id, id).await?.ok_or_else(Problem::not_found)?;
    whole(tx, account, row).await
}

async fn whole(tx: &mut Tx, account: &Account, row: store::Row) -> Result<Book, Error> {
    let unreadable = |what: &str| Error::internal(format!("book {}: {what}", row.id));
    let id = BookId(row.id);
    Ok(Book {
        id,
        title: Title::parse(&row.title).map_err(|_| unreadable("title"))?,
        paper: row.paper.parse().map_err(|_| unreadable("paper"))?,
        cover: row.cover,
        page_numbers: row.page_numbers,
        page_ids: store::page_ids(tx, account.id, id).await?,
        created_at: rfc3339(row.created_at),
    })
}
