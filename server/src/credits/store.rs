//! SQL of credits and their ledger.

use model::{JobId, PageId, UserId, credit::CreditKind};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_one, fetch_optional},
};

#[derive(FromRow)]
pub struct EventRow {
    pub id: Uuid,
    pub delta: i64,
    pub kind: String,
    pub page_id: Option<Uuid>,
    pub title: Option<String>,
    pub at: Millis,
}

/// Returns false when the mailbox already claimed its free credits.
pub async fn insert_free_claim(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<bool, Error> {
    let sql = "INSERT INTO free_credits (mailbox_hash, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(execute!(tx, sql, mailbox_hash, tx.now)? == 1)
}

pub async fn delete_free_claim(tx: &mut Tx, mailbox_hash: &[u8]) -> Result<(), Error> {
    execute!(tx, "DELETE FROM free_credits WHERE mailbox_hash = $1", mailbox_hash)?;
    Ok(())
}

pub async fn has_free_grant(tx: &mut Tx, user: UserId) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM credit_events WHERE user_id = $1 AND kind = 'granted'";
    Ok(fetch_optional!(tx, (i32,), sql, user.0)?.is_some())
}

/// Inserts a balance of zero unless the account has a balance.
pub async fn insert_balance(tx: &mut Tx, user: UserId) -> Result<(), Error> {
    let sql = "INSERT INTO credits (user_id, balance) VALUES ($1, 0) ON CONFLICT DO NOTHING";
    execute!(tx, sql, user.0)?;
    Ok(())
}

pub async fn insert_event(
    tx: &mut Tx,
    user: UserId,
    delta: i64,
    kind: CreditKind,
    job: Option<(JobId, PageId)>,
) -> Result<(), Error> {
    let sql = "INSERT INTO credit_events (id, user_id, delta, kind, job_id, page_id, at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (job, page) = (job.map(|(job, _)| job.0), job.map(|(_, page)| page.0));
    execute!(tx, sql, Uuid::now_v7(), user.0, delta, kind.as_str(), job, page, tx.now)?;
    Ok(())
}

/// Inserts the reverse of what the job was charged, if it was charged.
pub async fn insert_refund(tx: &mut Tx, user: UserId, job: JobId) -> Result<(), Error> {
    let sql = "INSERT INTO credit_events (id, user_id, delta, kind, job_id, page_id, at)
               SELECT $1, user_id, -delta, 'refunded', job_id, page_id, $4 FROM credit_events
               WHERE user_id = $2 AND job_id = $3 AND kind = 'spent'";
    execute!(tx, sql, Uuid::now_v7(), user.0, job.0, tx.now)?;
    Ok(())
}

/// Free credits that the account has not spent. Free credits are spent before others.
pub async fn find_unspent_free_credits(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(SUM(delta), 0) AS BIGINT) FROM credit_events
               WHERE user_id = $1 AND kind IN ('granted', 'taken', 'spent', 'refunded')";
    Ok(fetch_one!(tx, (i64,), sql, user.0)?.0.max(0))
}

pub async fn find_balance(tx: &mut Tx, user: UserId) -> Result<i64, Error> {
    let row = fetch_optional!(tx, (i64,), "SELECT balance FROM credits WHERE user_id = $1", user.0)?;
    Ok(row.map_or(0, |(balance,)| balance))
}

/// The account's events with ids below `after`, newest first. Ids are UUID version 7, which sort by
/// time. The title is `None` for a page that was deleted or has expired.
pub async fn list_events(tx: &mut Tx, user: UserId, after: Option<Uuid>, limit: i64) -> Result<Vec<EventRow>, Error> {
    let sql = "SELECT credit_events.id, delta, kind, page_id, pages.title, at
               FROM credit_events
                   LEFT JOIN pages ON pages.id = page_id AND pages.user_id = credit_events.user_id
                       AND pages.deleted_at IS NULL AND pages.keep_until > $4
               WHERE credit_events.user_id = $1 AND credit_events.id < $2 ORDER BY credit_events.id DESC LIMIT $3";
    fetch_all!(tx, EventRow, sql, user.0, after.unwrap_or(Uuid::max()), limit, tx.now)
}
