//! SQL of retention.

use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_one},
};

/// What is kept for a time and may be somebody's picture.
#[derive(Clone, Copy)]
pub enum Kept {
    Assets,
    GuestUploads,
}

impl Kept {
    /// What its limit is counted as.
    pub fn name(self) -> &'static str {
        match self {
            Self::Assets => "assets",
            Self::GuestUploads => "guest uploads",
        }
    }
}

/// How many are due, and how many there are.
pub async fn count(tx: &mut Tx, kept: Kept) -> Result<(i64, i64), Error> {
    let sql = match kept {
        Kept::Assets => {
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM assets WHERE expires_at <= $1),
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM assets)"
        }
        Kept::GuestUploads => {
            "SELECT (SELECT CAST(COUNT(*) AS BIGINT) FROM guest_uploads WHERE expires_at <= $1),
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM guest_uploads)"
        }
    };
    fetch_one!(tx, (i64, i64), sql, tx.now)
}

/// Removes the rows that are due for longest, and names their files. Of each it is asked once more whether it is: it may
/// have been kept longer while this waited for it.
pub async fn forget_expired(tx: &mut Tx, kept: Kept, most: i64) -> Result<Vec<String>, Error> {
    let sql = match kept {
        Kept::Assets => {
            "DELETE FROM assets WHERE expires_at <= $1 AND id IN (
                 SELECT id FROM assets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING path"
        }
        Kept::GuestUploads => {
            "DELETE FROM guest_uploads WHERE expires_at <= $1 AND id IN (
                 SELECT id FROM guest_uploads WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2) RETURNING path"
        }
    };
    paths(fetch_all!(tx, (String,), sql, tx.now, most)?)
}

/// Removes announcements that were not used and notes of files that never arrived, and names the files. One that has a row
/// all the same is not named.
pub async fn forget_traces(tx: &mut Tx, most: i64) -> Result<Vec<String>, Error> {
    let announced = "DELETE FROM uploads WHERE id IN (
                         SELECT id FROM uploads WHERE expires_at <= $1 LIMIT $2) RETURNING path";
    let noted = "DELETE FROM incoming WHERE path IN (
                     SELECT path FROM incoming WHERE expires_at <= $1 LIMIT $2)
                 RETURNING path, EXISTS (SELECT 1 FROM assets WHERE assets.path = incoming.path)
                     OR EXISTS (SELECT 1 FROM guest_uploads WHERE guest_uploads.path = incoming.path)";
    let mut paths = paths(fetch_all!(tx, (String,), announced, tx.now, most)?)?;
    let noted = fetch_all!(tx, (String, bool), noted, tx.now, most)?;
    paths.extend(noted.into_iter().filter(|(_, has_row)| !has_row).map(|(path, _)| path));
    Ok(paths)
}

fn paths(rows: Vec<(String,)>) -> Result<Vec<String>, Error> {
    Ok(rows.into_iter().map(|(path,)| path).collect())
}

/// Deletes expired pages whose files are gone, and the provider orders of deleted pages. Pages in the trash are left to
/// the job that empties it.
pub async fn delete_expired_pages(tx: &mut Tx) -> Result<(), Error> {
    let sql = "DELETE FROM pages WHERE keep_until <= $1 AND deleted_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM assets WHERE assets.page_id = pages.id)";
    execute!(tx, sql, tx.now)?;
    let sql = "DELETE FROM generations WHERE NOT EXISTS (SELECT 1 FROM pages WHERE pages.id = generations.page_id)";
    execute!(tx, sql).map(drop)
}

/// Removes jobs that are over since before `moment`, unless their page is still there and may be asked about, and
/// what the schedules did before then.
pub async fn delete_jobs(tx: &mut Tx, moment: Millis, most: i64) -> Result<(), Error> {
    let sql = "DELETE FROM jobs WHERE id IN (
                   SELECT id FROM jobs WHERE state IN ('done', 'cancelled', 'dead') AND finished_at < $1
                       AND (page_id IS NULL OR NOT EXISTS (SELECT 1 FROM pages WHERE pages.id = jobs.page_id))
                   LIMIT $2)";
    execute!(tx, sql, moment, most)?;
    execute!(tx, "DELETE FROM schedules WHERE due_at < $1", moment).map(drop)
}

/// Files that must be there, with the account that has them.
pub async fn kept(tx: &mut Tx) -> Result<Vec<(Option<Uuid>, String)>, Error> {
    let sql = "SELECT user_id, path FROM assets
               UNION ALL SELECT NULL, path FROM guest_uploads WHERE claimed_by IS NULL";
    fetch_all!(tx, (Option<Uuid>, String), sql)
}

/// Files that may be there.
pub async fn passing(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let sql = "SELECT path FROM incoming UNION ALL SELECT path FROM uploads
               UNION ALL SELECT path FROM guest_uploads WHERE claimed_by IS NOT NULL";
    paths(fetch_all!(tx, (String,), sql)?)
}

/// What the unfinished jobs that remove files say.
pub async fn removals(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let sql = "SELECT payload FROM jobs WHERE kind = 'remove_files' AND state IN ('waiting', 'running')";
    paths(fetch_all!(tx, (String,), sql)?)
}
