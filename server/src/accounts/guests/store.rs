//! SQL of guests.

use model::UserId;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_one},
};

pub async fn insert(tx: &mut Tx) -> Result<UserId, Error> {
    let id = Uuid::now_v7();
    execute!(tx, "INSERT INTO users (id, created_at) VALUES ($1, $2)", id, tx.now)?;
    Ok(UserId(id))
}

/// What the guest paid for pages and did not get back.
pub async fn spent(tx: &mut Tx, guest: UserId) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(-SUM(delta), 0) AS BIGINT) FROM credit_events
               WHERE user_id = $1 AND kind IN ('spent', 'refunded')";
    Ok(fetch_one!(tx, (i64,), sql, guest.0)?.0)
}

pub async fn move_pages(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    execute!(tx, "UPDATE pages SET user_id = $2 WHERE user_id = $1", guest.0, account.0)?;
    Ok(())
}

/// With the order of their pages, and what was asked of generators for them.
pub async fn move_books(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    execute!(tx, "UPDATE books SET user_id = $2 WHERE user_id = $1", guest.0, account.0)?;
    execute!(tx, "UPDATE book_pages SET user_id = $2 WHERE user_id = $1", guest.0, account.0)?;
    execute!(tx, "UPDATE generations SET user_id = $2 WHERE user_id = $1", guest.0, account.0)?;
    Ok(())
}

pub async fn move_assets(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    execute!(tx, "UPDATE assets SET user_id = $2 WHERE user_id = $1", guest.0, account.0)?;
    Ok(())
}

/// A job names its owner in its payload too. One that is being worked at starts again under its new owner: the worker
/// that has it has lost its lease.
pub async fn move_jobs(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    let sql = "UPDATE jobs SET
                   user_id = $2,
                   payload = REPLACE(payload, $3, $4),
                   state = CASE state WHEN 'running' THEN 'waiting' ELSE state END,
                   lease_token = NULL, lease_until = NULL,
                   idempotency_key = CASE
                       WHEN idempotency_key IN (SELECT idempotency_key FROM jobs WHERE user_id = $2) THEN NULL
                       ELSE idempotency_key END
               WHERE user_id = $1";
    execute!(tx, sql, guest.0, account.0, guest.to_string(), account.to_string())?;
    Ok(())
}

/// Guests without a session that was used since `moment`.
pub async fn idle(tx: &mut Tx, moment: Millis, most: i64) -> Result<Vec<UserId>, Error> {
    let sql = "SELECT id FROM users
               WHERE email IS NULL AND email_verified_at IS NULL AND created_at < $1
                   AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.user_id = users.id AND rotated_at >= $1)
               LIMIT $2";
    let rows = fetch_all!(tx, (Uuid,), sql, moment, most)?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}
