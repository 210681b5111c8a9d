//! SQL of books.

use model::{Book, BookId, PageId, Problem, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use super::NewBook;
use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_optional},
    pages,
};

#[derive(FromRow)]
pub struct BookRow {
    pub id: Uuid,
    pub title: String,
    pub paper: String,
    pub cover: bool,
    pub page_numbers: bool,
    pub created_at: Millis,
}

pub async fn insert(tx: &mut Tx, owner: UserId, id: BookId, new: &NewBook) -> Result<(), Error> {
    let sql = "INSERT INTO books (id, user_id, title, paper, cover, page_numbers, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (title, paper) = (new.title.as_str(), new.paper.as_str());
    execute!(tx, sql, id.0, owner.0, title, paper, new.cover, new.page_numbers, tx.now).map(drop)
}

pub async fn find(tx: &mut Tx, owner: UserId, id: BookId) -> Result<Option<BookRow>, Error> {
    let sql = "SELECT id, title, paper, cover, page_numbers, created_at FROM books WHERE id = $1 AND user_id = $2";
    fetch_optional!(tx, BookRow, sql, id.0, owner.0)
}

/// The owner's books with ids below `after`, newest first. Ids are UUID version 7, which sort by
/// time.
pub async fn list(tx: &mut Tx, owner: UserId, after: Option<BookId>, limit: i64) -> Result<Vec<BookRow>, Error> {
    let before = after.map_or(Uuid::max(), |id| id.0);
    let sql = "SELECT id, title, paper, cover, page_numbers, created_at FROM books
               WHERE user_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    fetch_all!(tx, BookRow, sql, owner.0, before, limit)
}

pub async fn update(tx: &mut Tx, owner: UserId, book: &Book) -> Result<(), Error> {
    let sql = "UPDATE books SET title = $3, paper = $4, cover = $5, page_numbers = $6 WHERE id = $1 AND user_id = $2";
    let (title, paper) = (book.title.as_str(), book.paper.as_str());
    execute!(tx, sql, book.id.0, owner.0, title, paper, book.cover, book.page_numbers).map(drop)
}

pub async fn delete(tx: &mut Tx, owner: UserId, id: BookId) -> Result<bool, Error> {
    Ok(execute!(tx, "DELETE FROM books WHERE id = $1 AND user_id = $2", id.0, owner.0)? == 1)
}

/// The book's pages in reading order, without those that are expired or in the trash.
pub async fn list_page_ids(tx: &mut Tx, owner: UserId, id: BookId) -> Result<Vec<PageId>, Error> {
    let sql = "SELECT book_pages.page_id FROM book_pages JOIN pages ON pages.id = book_pages.page_id
               WHERE book_pages.book_id = $1 AND book_pages.user_id = $2
                   AND pages.deleted_at IS NULL AND pages.keep_until > $3
               ORDER BY book_pages.position";
    Ok(fetch_all!(tx, (Uuid,), sql, id.0, owner.0, tx.now)?.into_iter().map(|(id,)| PageId(id)).collect())
}

/// Sets the book's pages, in this order. Hidden pages, which are expired or in the trash, stay
/// after the page that they followed, so that a restored page is back in its place.
pub async fn replace_pages(tx: &mut Tx, owner: UserId, id: BookId, pages: &[PageId]) -> Result<(), Error> {
    let sql = "SELECT book_pages.page_id, pages.deleted_at IS NOT NULL OR pages.keep_until <= $3
               FROM book_pages JOIN pages ON pages.id = book_pages.page_id
               WHERE book_pages.book_id = $1 AND book_pages.user_id = $2 ORDER BY book_pages.position";
    let before = fetch_all!(tx, (Uuid, bool), sql, id.0, owner.0, tx.now)?;
    let mut all: Vec<Uuid> = pages.iter().map(|page| page.0).collect();
    for (index, (page, _)) in before.iter().enumerate().filter(|(_, (_, is_hidden))| *is_hidden) {
        let position_of = |other: &Uuid| all.iter().position(|page| page == other);
        let predecessor = before[..index].iter().rev().find_map(|(other, _)| position_of(other));
        all.insert(predecessor.map_or(0, |position| position + 1), *page);
    }
    execute!(tx, "DELETE FROM book_pages WHERE book_id = $1 AND user_id = $2", id.0, owner.0)?;
    for (position, page) in (0_i64..).zip(all) {
        let sql = "INSERT INTO book_pages (book_id, position, page_id, user_id) VALUES ($1, $2, $3, $4)";
        execute!(tx, sql, id.0, position, page, owner.0)?;
    }
    Ok(())
}

/// Returns the title of the owner's page and the path of its SVG.
///
/// # Errors
/// `not_found`; `page_not_ready` before the page is drawn; `page_failed` when that failed.
pub async fn find_drawing(tx: &mut Tx, owner: UserId, page: PageId) -> Result<(String, String), Error> {
    let sql = "SELECT pages.title, pages.status, assets.path FROM pages
               LEFT JOIN assets ON assets.page_id = pages.id AND assets.user_id = pages.user_id
                   AND assets.kind = 'artifact' AND assets.content_type = 'image/svg+xml'
               WHERE pages.id = $1 AND pages.user_id = $2
                   AND pages.deleted_at IS NULL AND pages.keep_until > $3";
    let row = fetch_optional!(tx, (String, String, Option<String>), sql, page.0, owner.0, tx.now)?;
    let (title, status, path) = row.ok_or_else(Problem::not_found)?;
    Ok((title, path.ok_or_else(|| pages::missing_drawing(&status))?))
}
