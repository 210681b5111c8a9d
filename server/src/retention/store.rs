//! SQL of retention.

use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_one},
};

/// Tables of users' images, to which the deletion cap applies.
#[derive(Clone, Copy)]
pub enum FileTable {
    Assets,
    GuestUploads,
}

impl FileTable {
    /// Name under which the deletion cap counts the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Assets => "assets",
            Self::GuestUploads => "guest uploads",
        }
    }
}

/// Returns how many rows are expired, and how many there are.
pub async fn count_expired_files(tx: &mut Tx, table: FileTable) -> Result<(i64, i64), Error> {
    let sql = match table {
        FileTable::Assets => {
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM assets WHERE expires_at <= $1),
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM assets)"
        }
        FileTable::GuestUploads => {
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM guest_uploads WHERE expires_at <= $1),
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM guest_uploads)"
        }
    };
    fetch_one!(tx, (i64, i64), sql, tx.now)
}

/// Deletes up to `limit` rows, the longest expired first, and returns their paths. The outer
/// condition repeats the expiry because a row's retention may have been extended while this
/// statement waited for its lock.
pub async fn delete_expired_files(tx: &mut Tx, table: FileTable, limit: i64) -> Result<Vec<String>, Error> {
    let sql = match table {
        FileTable::Assets => {
            "DELETE FROM assets WHERE expires_at <= $1 AND id IN (
                 SELECT id FROM assets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING path"
        }
        FileTable::GuestUploads => {
            "DELETE FROM guest_uploads WHERE expires_at <= $1 AND id IN (
                 SELECT id FROM guest_uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING path"
        }
    };
    Ok(first_column(fetch_all!(tx, (String,), sql, tx.now, limit)?))
}

/// Deletes expired direct uploads and expired records of incoming files, up to `limit` each.
/// Returns the paths of files to remove; a file that has a row of its own stays.
pub async fn delete_expired_uploads(tx: &mut Tx, limit: i64) -> Result<Vec<String>, Error> {
    let uploads = "DELETE FROM uploads WHERE id IN (
                       SELECT id FROM uploads WHERE expires_at <= $1 LIMIT $2) RETURNING path";
    let incoming = "DELETE FROM incoming WHERE path IN (
                        SELECT path FROM incoming WHERE expires_at <= $1 LIMIT $2)
                    RETURNING path, EXISTS (SELECT 1 FROM assets WHERE assets.path = incoming.path)
                        OR EXISTS (SELECT 1 FROM guest_uploads WHERE guest_uploads.path = incoming.path)";
    let mut paths = first_column(fetch_all!(tx, (String,), uploads, tx.now, limit)?);
    let incoming = fetch_all!(tx, (String, bool), incoming, tx.now, limit)?;
    paths.extend(incoming.into_iter().filter(|(_, has_row)| !has_row).map(|(path, _)| path));
    Ok(paths)
}

fn first_column(rows: Vec<(String,)>) -> Vec<String> {
    rows.into_iter().map(|(path,)| path).collect()
}

/// Deletes expired pages whose files are gone, and the generation requests of deleted pages. Pages
/// in the trash are left to the job that empties it.
pub async fn delete_expired_pages(tx: &mut Tx) -> Result<(), Error> {
    let sql = "DELETE FROM pages WHERE keep_until <= $1 AND deleted_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM assets WHERE assets.page_id = pages.id)";
    execute!(tx, sql, tx.now)?;
    let sql = "DELETE FROM generations WHERE NOT EXISTS (SELECT 1 FROM pages WHERE pages.id = generations.page_id)";
    execute!(tx, sql).map(drop)
}

/// Deletes up to `limit` jobs that finished before `moment`, except those of existing pages, which
/// can still be read, and all schedule rows from before `moment`.
pub async fn delete_finished_jobs(tx: &mut Tx, moment: Millis, limit: i64) -> Result<(), Error> {
    let sql = "DELETE FROM jobs WHERE id IN (
                   SELECT id FROM jobs WHERE state IN ('done', 'cancelled', 'dead') AND finished_at < $1
                       AND (page_id IS NULL OR NOT EXISTS (SELECT 1 FROM pages WHERE pages.id = jobs.page_id))
                   LIMIT $2)";
    execute!(tx, sql, moment, limit)?;
    execute!(tx, "DELETE FROM schedules WHERE due_at < $1", moment).map(drop)
}

/// Paths of files that must exist, each with its owner.
pub async fn list_required_paths(tx: &mut Tx) -> Result<Vec<(Option<Uuid>, String)>, Error> {
    let sql = "SELECT user_id, path FROM assets
               UNION ALL SELECT NULL, path FROM guest_uploads WHERE claimed_by IS NULL";
    fetch_all!(tx, (Option<Uuid>, String), sql)
}

/// Paths of files that may exist: incoming, announced or claimed by an account.
pub async fn list_optional_paths(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let sql = "SELECT path FROM incoming UNION ALL SELECT path FROM uploads
               UNION ALL SELECT path FROM guest_uploads WHERE claimed_by IS NOT NULL";
    Ok(first_column(fetch_all!(tx, (String,), sql)?))
}

/// Payloads of the unfinished jobs that remove files.
pub async fn list_pending_removals(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let sql = "SELECT payload FROM jobs WHERE kind = 'remove_files' AND state IN ('waiting', 'running')";
    Ok(first_column(fetch_all!(tx, (String,), sql)?))
}
