//! SQL of the job queue: table `jobs`, and `schedules` for recurring jobs.
//!
//! A function that takes a lease changes the row only while that lease is held, and returns whether
//! it did.

use model::{JobId, PageId, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Db, Engine, Tx, execute, fetch_all, fetch_one, fetch_optional},
};

/// What [`claim_next`] returns of a job.
#[derive(FromRow)]
pub struct ClaimedRow {
    pub id: Uuid,
    pub user_id: Option<Uuid>,
    pub page_id: Option<Uuid>,
    pub kind: String,
    pub payload: String,
    pub attempts: i64,
    pub expired_leases: i64,
}

/// A row to insert.
pub struct NewJob<'a> {
    pub id: JobId,
    pub user: Option<UserId>,
    pub page: Option<PageId>,
    pub kind: &'a str,
    pub queue: &'a str,
    pub priority: i64,
    pub fair_start_at: Millis,
    pub run_at: Millis,
    pub payload: &'a str,
    pub idempotency_key: Option<&'a str>,
}

pub async fn insert(tx: &mut Tx, new: &NewJob<'_>) -> Result<(), Error> {
    let sql = "INSERT INTO jobs (id, user_id, page_id, kind, payload, state, run_at, idempotency_key, created_at,
                   queue, priority, fair_start_at)
               VALUES ($1, $2, $3, $4, $5, 'waiting', $11, $7, $6, $8, $9, $10)";
    execute!(
        tx,
        sql,
        new.id.0,
        new.user.map(|user| user.0),
        new.page.map(|page| page.0),
        new.kind,
        new.payload,
        tx.now,
        new.idempotency_key,
        new.queue,
        new.priority,
        new.fair_start_at,
        new.run_at
    )
    .map(drop)
}

/// Returns the largest `fair_start_at` of the account's unfinished jobs.
pub async fn find_last_fair_start(tx: &mut Tx, user: UserId) -> Result<Option<Millis>, Error> {
    let sql = "SELECT MAX(fair_start_at) FROM jobs WHERE user_id = $1 AND state IN ('waiting', 'running')";
    Ok(fetch_one!(tx, (Option<Millis>,), sql, user.0)?.0)
}

/// Returns true when this call inserted the row.
pub async fn insert_scheduled_run(tx: &mut Tx, schedule: &str, due_at: Millis) -> Result<bool, Error> {
    let sql = "INSERT INTO schedules (name, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(execute!(tx, sql, schedule, due_at)? == 1)
}

pub async fn has_scheduled_run(tx: &mut Tx, schedule: &str, due_at: Millis) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM schedules WHERE name = $1 AND due_at = $2";
    Ok(fetch_optional!(tx, (i32,), sql, schedule, due_at)?.is_some())
}

/// Returns true when the queue has a due job, or any queue has an expired lease.
///
/// Each `MIN` is the first entry of an index. For an `EXISTS`, PostgreSQL scans the table because
/// it expects to find a row early.
pub async fn has_due(tx: &mut Tx, queue: &str) -> Result<bool, Error> {
    let sql = "SELECT CAST(CASE WHEN
                   (SELECT MIN(run_at) FROM jobs WHERE state = 'waiting' AND queue = $2) <= $1
                   OR (SELECT MIN(lease_until) FROM jobs WHERE state = 'running') < $1
               THEN 1 ELSE 0 END AS BIGINT)";
    Ok(fetch_one!(tx, (i64,), sql, tx.now, queue)?.0 == 1)
}

/// `$lock` keeps PostgreSQL workers from waiting for each other; SQLite has a single writer.
macro_rules! requeue_expired_sql {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, expired_leases = expired_leases + 1, lease_token = NULL,
                 lease_until = NULL WHERE id IN (",
            "SELECT id FROM jobs WHERE state = 'running' AND lease_until < $1 LIMIT 100 ",
            $lock,
            ")"
        )
    };
}

/// Puts at most 100 jobs with an expired lease back into their queue. The lost attempt is counted
/// in `expired_leases`, not in `attempts`: it says more about the worker than about the job.
pub async fn requeue_expired(tx: &mut Tx) -> Result<u64, Error> {
    let sql = match tx.engine {
        Engine::Sqlite(_) => requeue_expired_sql!(""),
        Engine::Postgres(_) => requeue_expired_sql!("FOR UPDATE SKIP LOCKED"),
    };
    execute!(tx, sql, tx.now)
}

/// Skips accounts that have their maximum of running jobs; the partial index on running jobs is
/// small.
///
/// With a million waiting jobs, only the first is wanted: the query has to walk `jobs_claim_order`,
/// never sort. On SQLite `$index` forces that. On PostgreSQL `run_at + 0` does: no index matches
/// the expression, so the planner cannot choose `jobs_due` and a sort.
macro_rules! claim_next_sql {
    ($index:literal, $lock:literal) => {
        concat!(
            "UPDATE jobs SET state = 'running', lease_token = $3, lease_until = $4, attempts = attempts + 1 WHERE id = (
                 SELECT id FROM jobs ",
            $index,
            " WHERE state = 'waiting' AND queue = $2 AND run_at + 0 <= $1
                 AND (user_id IS NULL OR user_id NOT IN (
                     SELECT user_id FROM jobs WHERE state = 'running' AND queue = $2 AND user_id IS NOT NULL
                     GROUP BY user_id HAVING COUNT(*) >= $5))
             ORDER BY priority, fair_start_at, id LIMIT 1 ",
            $lock,
            ") RETURNING id, user_id, page_id, kind, payload, attempts, expired_leases"
        )
    };
}

pub async fn claim_next(
    tx: &mut Tx,
    queue: &str,
    lease: Uuid,
    until: Millis,
    max_running: i64,
) -> Result<Option<ClaimedRow>, Error> {
    let sql = match tx.engine {
        Engine::Sqlite(_) => claim_next_sql!("INDEXED BY jobs_claim_order", ""),
        Engine::Postgres(_) => claim_next_sql!("", "FOR UPDATE SKIP LOCKED"),
    };
    fetch_optional!(tx, ClaimedRow, sql, tx.now, queue, lease, until, max_running)
}

pub async fn extend_lease(tx: &mut Tx, id: JobId, lease: Uuid, until: Millis) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, until)? == 1)
}

pub async fn mark_done(tx: &mut Tx, id: JobId, lease: Uuid) -> Result<bool, Error> {
    finish(tx, id, lease, "done", None).await
}

pub async fn dead_letter(tx: &mut Tx, id: JobId, lease: Uuid, error: &str) -> Result<bool, Error> {
    finish(tx, id, lease, "dead", Some(error)).await
}

/// Erases the payload of a mail that was sent, because it holds a code.
async fn finish(tx: &mut Tx, id: JobId, lease: Uuid, state: &str, error: Option<&str>) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = $3, error = $4, finished_at = $5, lease_token = NULL, lease_until = NULL,
                   payload = CASE WHEN kind = 'send_mail' AND $3 = 'done' THEN '{}' ELSE payload END
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, state, error, tx.now)? == 1)
}

pub async fn retry_later(tx: &mut Tx, id: JobId, lease: Uuid, run_at: Millis, error: &str) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', run_at = $3, error = $4, progress = 0, lease_token = NULL, lease_until = NULL
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, run_at, error)? == 1)
}

pub async fn snooze(tx: &mut Tx, id: JobId, lease: Uuid, run_at: Millis, progress: f64) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', run_at = $3, progress = $4, attempts = attempts - 1,
                   lease_token = NULL, lease_until = NULL
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, run_at, progress)? == 1)
}

pub async fn release_lease(tx: &mut Tx, id: JobId, lease: Uuid) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, progress = 0,
                   lease_token = NULL, lease_until = NULL
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease)? == 1)
}

pub async fn set_progress(tx: &mut Tx, id: JobId, lease: Uuid, progress: f64) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET progress = $3 WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, progress)? == 1)
}

#[derive(FromRow)]
pub struct JobStatusRow {
    pub id: Uuid,
    pub page_id: Option<Uuid>,
    pub state: String,
    pub progress: f64,
}

pub async fn find_status(tx: &mut Tx, user: UserId, id: JobId) -> Result<Option<JobStatusRow>, Error> {
    let sql = "SELECT id, page_id, state, progress FROM jobs WHERE id = $1 AND user_id = $2";
    fetch_optional!(tx, JobStatusRow, sql, id.0, user.0)
}

pub async fn find_latest_status(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<JobStatusRow>, Error> {
    let sql = "SELECT id, page_id, state, progress FROM jobs WHERE page_id = $1 AND user_id = $2
               ORDER BY created_at DESC, id DESC LIMIT 1";
    fetch_optional!(tx, JobStatusRow, sql, page.0, user.0)
}

pub async fn find_latest_done_payload(
    tx: &mut Tx,
    user: UserId,
    kind: &str,
    page: PageId,
) -> Result<Option<String>, Error> {
    let sql = "SELECT payload FROM jobs WHERE page_id = $1 AND user_id = $2 AND kind = $3 AND state = 'done'
               ORDER BY created_at DESC, id DESC LIMIT 1";
    Ok(fetch_optional!(tx, (String,), sql, page.0, user.0, kind)?.map(|(payload,)| payload))
}

pub async fn has_waiting(tx: &mut Tx, user: UserId, kind: &str, payload: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM jobs WHERE user_id = $1 AND kind = $2 AND payload = $3 AND state = 'waiting' LIMIT 1";
    Ok(fetch_optional!(tx, (i32,), sql, user.0, kind, payload)?.is_some())
}

pub async fn find_by_idempotency_key(
    tx: &mut Tx,
    user: UserId,
    kind: &str,
    key: &str,
) -> Result<Option<(Uuid, String)>, Error> {
    let sql = "SELECT id, payload FROM jobs WHERE user_id = $1 AND kind = $2 AND idempotency_key = $3";
    fetch_optional!(tx, (Uuid, String), sql, user.0, kind, key)
}

pub async fn cancel_unfinished(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<Uuid>, Error> {
    let sql = "UPDATE jobs SET state = 'cancelled', finished_at = $3, lease_token = NULL, lease_until = NULL
               WHERE user_id = $1 AND page_id = $2 AND state IN ('waiting', 'running') RETURNING id";
    Ok(fetch_optional!(tx, (Uuid,), sql, user.0, page.0, tx.now)?.map(|(id,)| id))
}

#[derive(FromRow)]
pub struct DeadLetterRow {
    pub id: Uuid,
    pub page_id: Option<Uuid>,
    pub kind: String,
    pub attempts: i64,
    pub error: Option<String>,
    pub finished_at: Option<Millis>,
}

pub async fn list_dead_letters(tx: &mut Tx, limit: i64) -> Result<Vec<DeadLetterRow>, Error> {
    let sql = "SELECT id, page_id, kind, attempts, error, finished_at FROM jobs WHERE state = 'dead'
               ORDER BY id DESC LIMIT $1";
    fetch_all!(tx, DeadLetterRow, sql, limit)
}

/// Puts dead letters back into their queue, except jobs of pages: those were refunded.
pub async fn redrive(tx: &mut Tx, id: Option<JobId>) -> Result<u64, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', attempts = 0, expired_leases = 0, run_at = $2, fair_start_at = $2, finished_at = NULL
               WHERE state = 'dead' AND page_id IS NULL AND id = COALESCE($1, id)";
    execute!(tx, sql, id.map(|id| id.0), tx.now)
}

/// Calls `on_notification` for each PostgreSQL notification, until the connection fails.
pub async fn listen(pool: &sqlx::PgPool, channel: &str, on_notification: impl Fn()) -> Result<(), Error> {
    let mut listener = sqlx::postgres::PgListener::connect_with(pool).await?;
    listener.listen(channel).await?;
    loop {
        listener.recv().await?;
        on_notification();
    }
}

/// Sends a PostgreSQL notification; does nothing on SQLite.
pub async fn notify(db: &Db, channel: &str) -> Result<(), Error> {
    let Db::Postgres(pool) = db else { return Ok(()) };
    sqlx::query("SELECT pg_notify($1, '')").bind(channel).execute(pool).await?;
    Ok(())
}
