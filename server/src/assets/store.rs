//! SQL of stored files.

use model::{Asset, AssetId, PageId, UserId, photo::AssetKind};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_optional},
};

/// Where a file is and what it is.
#[derive(FromRow)]
pub struct File {
    pub path: String,
    pub content_type: String,
    pub page_id: Option<Uuid>,
}

pub async fn insert(
    tx: &mut Tx,
    owner: UserId,
    page: Option<PageId>,
    asset: &Asset,
    expires_at: Millis,
) -> Result<(), Error> {
    let sql = "INSERT INTO assets
                   (id, user_id, page_id, path, kind, content_type, bytes, width, height, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    execute!(
        tx,
        sql,
        asset.id.0,
        owner.0,
        page.map(|page| page.0),
        &asset.path,
        asset.kind.as_str(),
        &asset.content_type,
        asset.bytes,
        asset.width,
        asset.height,
        tx.now,
        expires_at
    )?;
    Ok(())
}

/// The owner's file, unless its time is over.
pub async fn find(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<File>, Error> {
    let sql = "SELECT path, content_type, page_id FROM assets
               WHERE id = $1 AND user_id = $2 AND expires_at > $3";
    fetch_optional!(tx, File, sql, id.0, owner.0, tx.now)
}

/// The owner's photo, unless its time is over: what a page can be made of.
pub async fn find_photo(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<File>, Error> {
    let sql = "SELECT path, content_type, page_id FROM assets
               WHERE id = $1 AND user_id = $2 AND kind = 'original' AND expires_at > $3";
    fetch_optional!(tx, File, sql, id.0, owner.0, tx.now)
}

/// A page's file of one kind and content type.
pub async fn find_of_page(
    tx: &mut Tx,
    owner: UserId,
    page: PageId,
    kind: AssetKind,
    content_type: &str,
) -> Result<Option<File>, Error> {
    let sql = "SELECT path, content_type, page_id FROM assets
               WHERE page_id = $1 AND user_id = $2 AND kind = $3 AND content_type = $4";
    fetch_optional!(tx, File, sql, page.0, owner.0, kind.as_str(), content_type)
}

/// A file of a page.
#[derive(FromRow)]
pub struct PageFile {
    pub page_id: Uuid,
    pub kind: String,
    pub content_type: String,
    pub path: String,
}

/// Every file of the owner's pages from `first` to `last`, both included.
pub async fn of_pages(tx: &mut Tx, owner: UserId, first: PageId, last: PageId) -> Result<Vec<PageFile>, Error> {
    let sql = "SELECT page_id, kind, content_type, path FROM assets
               WHERE user_id = $1 AND page_id >= $2 AND page_id <= $3";
    fetch_all!(tx, PageFile, sql, owner.0, first.0, last.0)
}

/// Removes the rows of files whose time is over, and names the files.
pub async fn forget_expired(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let sql = "DELETE FROM assets WHERE expires_at <= $1 RETURNING path";
    Ok(fetch_all!(tx, (String,), sql, tx.now)?.into_iter().map(|(path,)| path).collect())
}

/// Removes the rows of a page's files and names the files.
pub async fn forget_page(tx: &mut Tx, owner: UserId, page: PageId) -> Result<Vec<String>, Error> {
    let sql = "DELETE FROM assets WHERE page_id = $1 AND user_id = $2 RETURNING path";
    Ok(fetch_all!(tx, (String,), sql, page.0, owner.0)?.into_iter().map(|(path,)| path).collect())
}

/// Removes a photo's row, unless a page is still made of it, and names the file.
pub async fn forget_unused_photo(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<String>, Error> {
    let sql = "DELETE FROM assets WHERE id = $1 AND user_id = $2 AND kind = 'original'
                   AND NOT EXISTS (SELECT 1 FROM pages WHERE original_id = $1) RETURNING path";
    Ok(fetch_optional!(tx, (String,), sql, id.0, owner.0)?.map(|(path,)| path))
}

/// The names of all the owner's files.
pub async fn paths_of(tx: &mut Tx, owner: UserId) -> Result<Vec<String>, Error> {
    let rows = fetch_all!(tx, (String,), "SELECT path FROM assets WHERE user_id = $1", owner.0)?;
    Ok(rows.into_iter().map(|(path,)| path).collect())
}

/// True when the owner's file was still called `from`.
pub async fn rename(tx: &mut Tx, owner: UserId, from: &str, to: &str) -> Result<bool, Error> {
    let sql = "UPDATE assets SET path = $3 WHERE path = $2 AND user_id = $1";
    Ok(execute!(tx, sql, owner.0, from, to)? == 1)
}

pub async fn has_path(tx: &mut Tx, owner: UserId, path: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM assets WHERE path = $2 AND user_id = $1";
    Ok(fetch_optional!(tx, (i32,), sql, owner.0, path)?.is_some())
}
