//! SQL of pages.

use model::{AssetId, PageId, Status, Style, Title, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_optional},
};

#[derive(FromRow)]
pub struct PageRow {
    pub id: Uuid,
    pub title: String,
    pub status: String,
    pub style: String,
    pub created_at: Millis,
    pub keep_until: Millis,
}

pub async fn insert(
    tx: &mut Tx,
    owner: UserId,
    id: PageId,
    photo: AssetId,
    title: &Title,
    style: &Style,
    keep_until: Millis,
) -> Result<(), Error> {
    let style = serde_json::to_string(style).map_err(Error::internal)?;
    let sql = "INSERT INTO pages (id, user_id, title, status, style, original_id, created_at, keep_until)
               VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7)";
    execute!(tx, sql, id.0, owner.0, title.as_str(), &style, photo.0, tx.now, keep_until)?;
    Ok(())
}

pub async fn find(tx: &mut Tx, owner: UserId, id: PageId) -> Result<Option<PageRow>, Error> {
    let sql = "SELECT id, title, status, style, created_at, keep_until FROM pages
               WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL AND keep_until > $3";
    fetch_optional!(tx, PageRow, sql, id.0, owner.0, tx.now)
}

/// The owner's pages with ids below `after`, newest first. Ids are UUID version 7, which sort by
/// time.
pub async fn list(tx: &mut Tx, owner: UserId, after: Option<PageId>, limit: i64) -> Result<Vec<PageRow>, Error> {
    let before = after.map_or(Uuid::max(), |id| id.0);
    let sql = "SELECT id, title, status, style, created_at, keep_until FROM pages
               WHERE user_id = $1 AND id < $2 AND deleted_at IS NULL AND keep_until > $3
               ORDER BY id DESC LIMIT $4";
    fetch_all!(tx, PageRow, sql, owner.0, before, tx.now, limit)
}

pub async fn rename(tx: &mut Tx, owner: UserId, id: PageId, title: &Title) -> Result<Option<PageRow>, Error> {
    let sql = "UPDATE pages SET title = $3
               WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL AND keep_until > $4
               RETURNING id, title, status, style, created_at, keep_until";
    fetch_optional!(tx, PageRow, sql, id.0, owner.0, title.as_str(), tx.now)
}

/// Returns false when there is no such page.
pub async fn set_status(tx: &mut Tx, owner: UserId, id: PageId, status: Status) -> Result<bool, Error> {
    let sql = "UPDATE pages SET status = $3 WHERE id = $1 AND user_id = $2";
    Ok(execute!(tx, sql, id.0, owner.0, status.as_str())? == 1)
}

/// Marks a drawn page as waiting for a redraw and returns the id of its photo. Returns `None` when
/// there is no such page with a drawing, and `Some(None)` when the photo is not known.
pub async fn mark_for_redraw(tx: &mut Tx, owner: UserId, id: PageId) -> Result<Option<Option<AssetId>>, Error> {
    let sql = "UPDATE pages SET status = 'waiting'
               WHERE id = $1 AND user_id = $2 AND status = 'ready' AND deleted_at IS NULL AND keep_until > $3
               RETURNING original_id";
    Ok(fetch_optional!(tx, (Option<Uuid>,), sql, id.0, owner.0, tx.now)?.map(|(photo,)| photo.map(AssetId)))
}

/// Marks the page ready with a drawing in this style. Returns its `keep_until`, or `None` when
/// there is no such page.
pub async fn set_ready(tx: &mut Tx, owner: UserId, id: PageId, style: &Style) -> Result<Option<Millis>, Error> {
    let style = serde_json::to_string(style).map_err(Error::internal)?;
    let sql = "UPDATE pages SET status = 'ready', style = $3 WHERE id = $1 AND user_id = $2 RETURNING keep_until";
    Ok(fetch_optional!(tx, (Millis,), sql, id.0, owner.0, &style)?.map(|(until,)| until))
}

/// Ends an attempt without a new drawing: the page is ready when it has an older one, else failed.
pub async fn set_ready_or_failed(tx: &mut Tx, owner: UserId, id: PageId) -> Result<(), Error> {
    let sql = "UPDATE pages SET status = CASE
                   WHEN EXISTS (SELECT 1 FROM assets WHERE page_id = $1 AND user_id = $2 AND content_type = 'image/svg+xml')
                   THEN 'ready'
                   ELSE 'failed' END
               WHERE id = $1 AND user_id = $2";
    execute!(tx, sql, id.0, owner.0).map(drop)
}

pub async fn set_keep_until(tx: &mut Tx, owner: UserId, id: PageId, until: Millis) -> Result<(), Error> {
    execute!(tx, "UPDATE pages SET keep_until = $3 WHERE id = $1 AND user_id = $2", id.0, owner.0, until).map(drop)
}

/// Deletes the page's row, also from the trash. Returns the id of its photo, or `None` when there
/// was no such page.
pub async fn delete(tx: &mut Tx, owner: UserId, id: PageId) -> Result<Option<Option<AssetId>>, Error> {
    let sql = "DELETE FROM pages WHERE id = $1 AND user_id = $2 RETURNING original_id";
    Ok(fetch_optional!(tx, (Option<Uuid>,), sql, id.0, owner.0)?.map(|(photo,)| photo.map(AssetId)))
}

/// Moves a page that is not being drawn to the trash. Returns false when there is no such page.
pub async fn move_to_trash(tx: &mut Tx, owner: UserId, id: PageId) -> Result<bool, Error> {
    let sql = "UPDATE pages SET deleted_at = $3
               WHERE id = $1 AND user_id = $2 AND status IN ('ready', 'failed')
                   AND deleted_at IS NULL AND keep_until > $3";
    Ok(execute!(tx, sql, id.0, owner.0, tx.now)? == 1)
}

/// The owner's pages in the trash, newest page first, at most 100.
pub async fn list_trashed_ids(tx: &mut Tx, owner: UserId) -> Result<Vec<PageId>, Error> {
    let sql = "SELECT id FROM pages WHERE user_id = $1 AND deleted_at IS NOT NULL ORDER BY id DESC LIMIT 100";
    Ok(fetch_all!(tx, (Uuid,), sql, owner.0)?.into_iter().map(|(id,)| PageId(id)).collect())
}

/// Takes a page out of the trash. Returns false when there is no such page in it.
pub async fn restore(tx: &mut Tx, owner: UserId, id: PageId) -> Result<bool, Error> {
    let sql = "UPDATE pages SET deleted_at = NULL WHERE id = $1 AND user_id = $2 AND deleted_at IS NOT NULL";
    Ok(execute!(tx, sql, id.0, owner.0)? == 1)
}
