//! SQL of guests.

use model::{JobId, PageId, UserId};
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_one, fetch_optional},
};

pub async fn insert_guest(tx: &mut Tx) -> Result<UserId, Error> {
    let id = Uuid::now_v7();
    execute!(tx, "INSERT INTO users (id, created_at) VALUES ($1, $2)", id, tx.now)?;
    Ok(UserId(id))
}

pub async fn is_guest(tx: &mut Tx, id: UserId) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM users WHERE id = $1 AND email IS NULL";
    Ok(fetch_optional!(tx, (i32,), sql, id.0)?.is_some())
}

/// The credits that the guest has paid for pages, without refunds.
pub async fn sum_spent(tx: &mut Tx, guest: UserId) -> Result<i64, Error> {
    let sql = "SELECT CAST(COALESCE(-SUM(delta), 0) AS BIGINT) FROM credit_events
               WHERE user_id = $1 AND kind IN ('spent', 'refunded')";
    Ok(fetch_one!(tx, (i64,), sql, guest.0)?.0)
}

/// Gives the guest's pages, files, books and uploads to the account. Jobs and credits are moved
/// separately.
pub async fn transfer_content(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    for sql in [
        "UPDATE pages SET user_id = $2 WHERE user_id = $1",
        "UPDATE assets SET user_id = $2 WHERE user_id = $1",
        "UPDATE books SET user_id = $2 WHERE user_id = $1",
        "UPDATE book_pages SET user_id = $2 WHERE user_id = $1",
        "UPDATE generations SET user_id = $2 WHERE user_id = $1",
        "UPDATE uploads SET user_id = $2 WHERE user_id = $1",
        "UPDATE guest_uploads SET claimed_by = $2 WHERE claimed_by = $1",
    ] {
        execute!(tx, sql, guest.0, account.0)?;
    }
    Ok(())
}

/// The free credits granted to the guest.
pub async fn sum_granted(tx: &mut Tx, guest: UserId) -> Result<i64, Error> {
    let sql =
        "SELECT CAST(COALESCE(SUM(delta), 0) AS BIGINT) FROM credit_events WHERE user_id = $1 AND kind = 'granted'";
    Ok(fetch_one!(tx, (i64,), sql, guest.0)?.0)
}

/// The unfinished jobs that the guest has paid for, `(job, page)`.
pub async fn list_paid_unfinished_jobs(tx: &mut Tx, guest: UserId) -> Result<Vec<(JobId, PageId)>, Error> {
    let sql = "SELECT jobs.id, credit_events.page_id FROM credit_events JOIN jobs ON jobs.id = credit_events.job_id
               WHERE credit_events.user_id = $1 AND credit_events.kind = 'spent'
                   AND jobs.user_id = $1 AND jobs.state IN ('waiting', 'running')";
    let rows = fetch_all!(tx, (Uuid, Uuid), sql, guest.0)?;
    Ok(rows.into_iter().map(|(job, page)| (JobId(job), PageId(page))).collect())
}

/// Gives the guest's jobs to the account. A running job loses its lease and starts again for the
/// new owner. An idempotency key that the account has used too is dropped.
pub async fn transfer_jobs(tx: &mut Tx, guest: UserId, account: UserId) -> Result<(), Error> {
    let sql = "UPDATE jobs SET
                   user_id = $2,
                   state = CASE state WHEN 'running' THEN 'waiting' ELSE state END,
                   lease_token = NULL, lease_until = NULL,
                   idempotency_key = CASE
                       WHEN idempotency_key IN (SELECT idempotency_key FROM jobs WHERE user_id = $2) THEN NULL
                       ELSE idempotency_key END
               WHERE user_id = $1";
    execute!(tx, sql, guest.0, account.0)?;
    Ok(())
}

/// Guests older than `$1` without a session used since then.
macro_rules! select_idle {
    ($columns:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM users WHERE email IS NULL AND email_verified_at IS NULL AND created_at < $1
                  AND NOT EXISTS (SELECT 1 FROM sessions WHERE sessions.user_id = users.id AND rotated_at >= $1)",
            $rest
        )
    };
}

/// The numbers of guests unused since a moment, and of all guests.
pub async fn count_idle(tx: &mut Tx, since: Millis) -> Result<(i64, i64), Error> {
    let (idle,) = fetch_one!(tx, (i64,), select_idle!("CAST(COUNT(*) AS BIGINT)", ""), since)?;
    let all = "SELECT CAST(COUNT(*) AS BIGINT) FROM users WHERE email IS NULL AND email_verified_at IS NULL";
    Ok((idle, fetch_one!(tx, (i64,), all)?.0))
}

/// Guests unused since a moment, at most `limit`.
pub async fn list_idle(tx: &mut Tx, since: Millis, limit: i64) -> Result<Vec<UserId>, Error> {
    let rows = fetch_all!(tx, (Uuid,), select_idle!("id", " LIMIT $2"), since, limit)?;
    Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
}
