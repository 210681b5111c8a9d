//! SQL for assets, uploads, guest uploads and write-ahead records (`incoming`).

use model::{Asset, AssetId, PageId, UserId, photo::AssetKind};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::{Millis, rfc3339},
    db::{Tx, execute, fetch_all, fetch_optional},
};

/// Path and type of a stored file.
#[derive(FromRow)]
pub struct FileRow {
    pub path: String,
    pub content_type: String,
    pub page_id: Option<Uuid>,
}

/// Inserts the row of an account's file.
pub async fn insert_asset(
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

/// Selects the owner's files that have not expired, nor has their page.
macro_rules! readable {
    ($columns:literal, $which:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM assets WHERE user_id = $1 AND expires_at > $2 AND (page_id IS NULL OR EXISTS (SELECT 1 FROM pages
                  WHERE pages.id = assets.page_id AND pages.user_id = $1
                      AND pages.deleted_at IS NULL AND pages.keep_until > $2))",
            $which
        )
    };
}

/// Returns the owner's file, unless it or its page has expired.
pub async fn find_file(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<FileRow>, Error> {
    let sql = readable!("path, content_type, page_id", " AND id = $3");
    fetch_optional!(tx, FileRow, sql, owner.0, tx.now, id.0)
}

/// Returns the owner's unexpired photo.
pub async fn find_photo(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<FileRow>, Error> {
    let sql = "SELECT path, content_type, page_id FROM assets
               WHERE id = $1 AND user_id = $2 AND kind = 'original' AND expires_at > $3";
    fetch_optional!(tx, FileRow, sql, id.0, owner.0, tx.now)
}

/// Returns a page's file of one kind and content type.
pub async fn find_page_file(
    tx: &mut Tx,
    owner: UserId,
    page: PageId,
    kind: AssetKind,
    content_type: &str,
) -> Result<Option<FileRow>, Error> {
    let sql = "SELECT path, content_type, page_id FROM assets
               WHERE page_id = $1 AND user_id = $2 AND kind = $3 AND content_type = $4";
    fetch_optional!(tx, FileRow, sql, page.0, owner.0, kind.as_str(), content_type)
}

/// A file of a page.
#[derive(FromRow)]
pub struct PageFileRow {
    pub user_id: Uuid,
    pub page_id: Uuid,
    pub kind: String,
    pub content_type: String,
    pub path: String,
}

impl PageFileRow {
    /// Path under the current owner's prefix. The stored path differs while a background job still
    /// moves the files of a guest who became an account.
    pub fn owned_path(&self) -> String {
        format!("{}/{}", self.user_id, path_within_owner(&self.path))
    }
}

/// The part of a path after the owner's prefix.
pub fn path_within_owner(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, rest)| rest)
}

/// Lists the files of the owner's pages with ids from `first` to `last`, inclusive.
pub async fn list_page_files(
    tx: &mut Tx,
    owner: UserId,
    first: PageId,
    last: PageId,
) -> Result<Vec<PageFileRow>, Error> {
    let sql = "SELECT user_id, page_id, kind, content_type, path FROM assets
               WHERE user_id = $1 AND page_id >= $2 AND page_id <= $3";
    fetch_all!(tx, PageFileRow, sql, owner.0, first.0, last.0)
}

/// Sets the expiry of a page's drawing and preview. The photo keeps its own.
pub async fn set_drawing_expiry(tx: &mut Tx, owner: UserId, page: PageId, until: Millis) -> Result<(), Error> {
    let sql =
        "UPDATE assets SET expires_at = $3 WHERE page_id = $1 AND user_id = $2 AND kind IN ('artifact', 'preview')";
    execute!(tx, sql, page.0, owner.0, until).map(drop)
}

/// Returns when the photo of a page expires; `None` once it has.
pub async fn find_photo_expiry(tx: &mut Tx, owner: UserId, page: PageId) -> Result<Option<Millis>, Error> {
    let sql = "SELECT assets.expires_at FROM pages JOIN assets ON assets.id = pages.original_id
               WHERE pages.id = $1 AND pages.user_id = $2 AND assets.user_id = $2 AND assets.expires_at > $3";
    Ok(fetch_optional!(tx, (Millis,), sql, page.0, owner.0, tx.now)?.map(|(until,)| until))
}

/// Deletes the rows of a page's files and returns their paths.
pub async fn delete_page_files(tx: &mut Tx, owner: UserId, page: PageId) -> Result<Vec<String>, Error> {
    let sql = "DELETE FROM assets WHERE page_id = $1 AND user_id = $2 RETURNING path";
    Ok(fetch_all!(tx, (String,), sql, page.0, owner.0)?.into_iter().map(|(path,)| path).collect())
}

/// Deletes the rows of a page's drawing and intermediates and returns their paths. Keeps a video.
pub async fn delete_drawing_files(tx: &mut Tx, owner: UserId, page: PageId) -> Result<Vec<String>, Error> {
    let sql = "DELETE FROM assets WHERE page_id = $1 AND user_id = $2 AND content_type <> 'video/mp4' RETURNING path";
    Ok(fetch_all!(tx, (String,), sql, page.0, owner.0)?.into_iter().map(|(path,)| path).collect())
}

/// Deletes the row of a photo that no page uses and returns its path.
pub async fn delete_unused_photo(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<String>, Error> {
    let sql = "DELETE FROM assets WHERE id = $1 AND user_id = $2 AND kind = 'original'
                   AND NOT EXISTS (SELECT 1 FROM pages WHERE original_id = $1) RETURNING path";
    Ok(fetch_optional!(tx, (String,), sql, id.0, owner.0)?.map(|(path,)| path))
}

/// Lists the paths of the owner's files that have not expired, nor has their page.
pub async fn list_readable_paths(tx: &mut Tx, owner: UserId) -> Result<Vec<String>, Error> {
    Ok(fetch_all!(tx, (String,), readable!("path", ""), owner.0, tx.now)?.into_iter().map(|(path,)| path).collect())
}

/// Lists the paths of all the owner's files.
pub async fn list_file_paths(tx: &mut Tx, owner: UserId) -> Result<Vec<String>, Error> {
    let rows = fetch_all!(tx, (String,), "SELECT path FROM assets WHERE user_id = $1", owner.0)?;
    Ok(rows.into_iter().map(|(path,)| path).collect())
}

/// Renames the owner's file `from`. False when there is none.
pub async fn update_file_path(tx: &mut Tx, owner: UserId, from: &str, to: &str) -> Result<bool, Error> {
    let sql = "UPDATE assets SET path = $3 WHERE path = $2 AND user_id = $1";
    Ok(execute!(tx, sql, owner.0, from, to)? == 1)
}

/// Whether the owner has a file at this path.
pub async fn has_file_at(tx: &mut Tx, owner: UserId, path: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM assets WHERE path = $2 AND user_id = $1";
    Ok(fetch_optional!(tx, (i32,), sql, owner.0, path)?.is_some())
}

/// Returns the owner's unexpired file with its metadata.
pub async fn find_asset(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<Asset>, Error> {
    let sql = "SELECT path, kind, content_type, bytes, width, height, expires_at FROM assets
               WHERE id = $1 AND user_id = $2 AND expires_at > $3";
    let row = fetch_optional!(tx, AssetRow, sql, id.0, owner.0, tx.now)?;
    Ok(row.and_then(|row| {
        Some(Asset {
            id,
            path: row.path,
            kind: AssetKind::parse(&row.kind)?,
            content_type: row.content_type,
            bytes: row.bytes,
            width: row.width,
            height: row.height,
            expires_at: rfc3339(row.expires_at),
        })
    }))
}

#[derive(FromRow)]
struct AssetRow {
    path: String,
    kind: String,
    content_type: String,
    bytes: i64,
    width: i64,
    height: i64,
    expires_at: Millis,
}

/// Inserts a write-ahead record.
pub async fn insert_incoming(tx: &mut Tx, path: &str, until: Millis) -> Result<(), Error> {
    execute!(tx, "INSERT INTO incoming (path, expires_at) VALUES ($1, $2)", path, until).map(drop)
}

/// Deletes a write-ahead record. False when there was none.
pub async fn delete_incoming(tx: &mut Tx, path: &str) -> Result<bool, Error> {
    Ok(execute!(tx, "DELETE FROM incoming WHERE path = $1", path)? == 1)
}

/// A direct upload. `asset_id` is set once it is completed.
#[derive(FromRow)]
pub struct UploadRow {
    pub id: Uuid,
    pub path: String,
    pub content_type: String,
    pub bytes: i64,
    pub asset_id: Option<Uuid>,
}

/// Inserts a direct upload; `bytes` is its announced length.
pub async fn insert_upload(
    tx: &mut Tx,
    owner: UserId,
    id: AssetId,
    path: &str,
    content_type: &str,
    bytes: i64,
    expires_at: Millis,
) -> Result<(), Error> {
    let sql = "INSERT INTO uploads (id, user_id, path, content_type, bytes, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    execute!(tx, sql, id.0, owner.0, path, content_type, bytes, tx.now, expires_at).map(drop)
}

/// Returns the owner's unexpired direct upload.
pub async fn find_upload(tx: &mut Tx, owner: UserId, id: AssetId) -> Result<Option<UploadRow>, Error> {
    let sql = "SELECT id, path, content_type, bytes, asset_id FROM uploads
               WHERE id = $1 AND user_id = $2 AND expires_at > $3";
    fetch_optional!(tx, UploadRow, sql, id.0, owner.0, tx.now)
}

/// Like [`find_upload`], by the path in the store.
pub async fn find_upload_by_path(tx: &mut Tx, owner: UserId, path: &str) -> Result<Option<UploadRow>, Error> {
    let sql = "SELECT id, path, content_type, bytes, asset_id FROM uploads
               WHERE path = $1 AND user_id = $2 AND expires_at > $3";
    fetch_optional!(tx, UploadRow, sql, path, owner.0, tx.now)
}

/// Links an upload to its asset. True for only one of several concurrent callers.
pub async fn set_upload_asset(tx: &mut Tx, owner: UserId, id: Uuid, asset: AssetId) -> Result<bool, Error> {
    let sql = "UPDATE uploads SET asset_id = $3 WHERE id = $1 AND user_id = $2 AND asset_id IS NULL";
    Ok(execute!(tx, sql, id, owner.0, asset.0)? == 1)
}

/// A photo that was uploaded without a session.
#[derive(FromRow)]
pub struct GuestPhotoRow {
    pub id: Uuid,
    pub width: i64,
    pub height: i64,
    pub claimed_by: Option<Uuid>,
    pub asset_id: Option<Uuid>,
}

/// Inserts a guest photo with the hash of its claim.
pub async fn insert_guest_photo(
    tx: &mut Tx,
    asset: &Asset,
    claim_hash: &[u8],
    expires_at: Millis,
) -> Result<(), Error> {
    let sql = "INSERT INTO guest_uploads
                   (id, path, claim_hash, content_type, bytes, width, height, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    execute!(
        tx,
        sql,
        asset.id.0,
        &asset.path,
        claim_hash,
        &asset.content_type,
        asset.bytes,
        asset.width,
        asset.height,
        tx.now,
        expires_at
    )
    .map(drop)
}

/// Returns an unexpired guest photo if the claim is right.
pub async fn find_guest_photo(tx: &mut Tx, path: &str, claim_hash: &[u8]) -> Result<Option<GuestPhotoRow>, Error> {
    let sql = "SELECT id, width, height, claimed_by, asset_id FROM guest_uploads
               WHERE path = $1 AND claim_hash = $2 AND expires_at > $3";
    fetch_optional!(tx, GuestPhotoRow, sql, path, claim_hash, tx.now)
}

/// Assigns a guest photo to an account. True for only one of several concurrent callers.
pub async fn mark_guest_photo_claimed(tx: &mut Tx, id: Uuid, owner: UserId, asset: AssetId) -> Result<bool, Error> {
    let sql = "UPDATE guest_uploads SET claimed_by = $2, asset_id = $3 WHERE id = $1 AND claimed_by IS NULL";
    Ok(execute!(tx, sql, id, owner.0, asset.0)? == 1)
}
