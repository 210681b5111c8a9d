//! SQL of books.

use model::{Book, BookId, PageId, Problem, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use super::Plan;
use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_optional},
    pages,
};

#[derive(FromRow)]
pub struct Row {
    pub id: Uuid,
    pub title: String,
    pub paper: String,
    pub cover: bool,
    pub page_numbers: bool,
    pub created_at: Millis,
}

pub async fn insert(tx: &mut Tx, owner: UserId, id: BookId, plan: &Plan) -> Result<(), Error> {
    let sql = "INSERT INTO books (id, user_id, title, paper, cover, page_numbers, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (title, paper) = (plan.title.as_str(), plan.paper.as_str());
    execute!(tx, sql, id.0, owner.0, title, paper, plan.cover, plan.page_numbers, tx.now).map(drop)
}

pub async fn find(tx: &mut Tx, owner: UserId, id: BookId) -> Result<Option<Row>, Error> {
    let sql = "SELECT id, title, paper, cover, page_numbers, created_at FROM books WHERE id = $1 AND user_id = $2";
    fetch_optional!(tx, Row, sql, id.0, owner.0)
}

/// Newest first. Ids are UUIDs of version 7, so their order is that of time.
pub async fn list(tx: &mut Tx, owner: UserId, after: Option<BookId>, limit: i64) -> Result<Vec<Row>, Error> {
    let before = after.map_or(Uuid::max(), |id| id.0);
    let sql = "SELECT id, title, paper, cover, page_numbers, created_at FROM books
               WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    fetch_all!(tx, Row, sql, owner.0, before, limit)
}

pub async fn update(tx: &mut Tx, owner: UserId, book: &Book) -> Result<(), Error> {
    let sql = "UPDATE books SET title = $3, paper = $4, cover = $5, page_numbers = $6 WHERE id = $1 AND user_id = $2";
    let (title, paper) = (book.title.as_str(), book.paper.as_str());
    execute!(tx, sql, book.id.0, owner.0, title, paper, book.cover, book.page_numbers).map(drop)
}

pub async fn delete(tx: &mut Tx, owner: UserId, id: BookId) -> Result<bool, Error> {
    Ok(execute!(tx, "DELETE FROM books WHERE id = $1 AND user_id = $2", id.0, owner.0)? == 1)
}

/// The book's pages in reading order, without those whose time is over.
pub async fn page_ids(tx: &mut Tx, owner: UserId, id: BookId) -> Result<Vec<PageId>, Error> {
    let sql = "SELECT book_pages.page_id FROM book_pages JOIN pages ON pages.id = book_pages.page_id
               WHERE book_pages.book_id = $1 AND book_pages.user_id = $2
                   AND pages.deleted_at IS NULL AND pages.keep_until > $3
               ORDER BY book_pages.position";
    Ok(fetch_all!(tx, (Uuid,), sql, id.0, owner.0, tx.now)?.into_iter().map(|(id,)| PageId(id)).collect())
}

/// Makes these the book's pages, in this order. Hidden pages, which are expired or in the trash, stay
/// behind the page that they stood behind.
pub async fn put_pages(tx: &mut Tx, owner: UserId, id: BookId, pages: &[PageId]) -> Result<(), Error> {
    let sql = "SELECT book_pages.page_id, pages.deleted_at IS NOT NULL OR pages.keep_until <= $3
               FROM book_pages JOIN pages ON pages.id = book_pages.page_id
               WHERE book_pages.book_id = $1 AND book_pages.user_id = $2 ORDER BY book_pages.position";
    let before = fetch_all!(tx, (Uuid, bool), sql, id.0, owner.0, tx.now)?;
    let mut all: Vec<Uuid> = pages.iter().map(|page| page.0).collect();
    for (place, (page, _)) in before.iter().enumerate().filter(|(_, (_, is_hidden))| *is_hidden) {
        let place_of = |other: &Uuid| all.iter().position(|page| page == other);
        let behind = before[..place].iter().rev().find_map(|(other, _)| place_of(other));
        all.insert(behind.map_or(0, |place| place + 1), *page);
    }
    execute!(tx, "DELETE FROM book_pages WHERE book_id = $1 AND user_id = $2", id.0, owner.0)?;
    for (position, page) in (0_i64..).zip(all) {
        let sql = "INSERT INTO book_pages (book_id, position, page_id, user_id) VALUES ($1, $2, $3, $4)";
        execute!(tx, sql, id.0, position, page, owner.0)?;
    }
    Ok(())
}

/// Title of the owner's page and where its drawing is.
///
/// # Errors
/// `not_found`; `page_not_ready` when there is no drawing yet, `page_failed` when there will be none.
pub async fn drawn_page(tx: &mut Tx, owner: UserId, page: PageId) -> Result<(String, String), Error> {
    let sql = "SELECT pages.title, pages.status, assets.path FROM pages
               LEFT JOIN assets ON assets.page_id = pages.id AND assets.user_id = pages.user_id
                   AND assets.kind = 'artifact' AND assets.content_type = 'image/svg+xml'
               WHERE pages.id = $1 AND pages.user_id = $2
                   AND pages.deleted_at IS NULL AND pages.keep_until > $3";
    let row = fetch_optional!(tx, (String, String, Option<String>), sql, page.0, owner.0, tx.now)?;
    let (title, status, path) = row.ok_or_else(Problem::not_found)?;
    Ok((title, path.ok_or_else(|| pages::not_drawn(&status))?))
}
