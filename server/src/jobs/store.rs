//! SQL of the job table.

use model::{JobId, PageId, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Engine, Tx, execute, fetch_one, fetch_optional},
};

#[derive(FromRow)]
pub struct Row {
    pub id: Uuid,
    pub user_id: Option<Uuid>,
    pub page_id: Option<Uuid>,
    pub kind: String,
    pub payload: String,
    pub attempts: i64,
}

pub async fn insert(
    tx: &mut Tx,
    id: JobId,
    user: Option<UserId>,
    page: Option<PageId>,
    kind: &str,
    payload: &str,
    idempotency_key: Option<&str>,
) -> Result<(), Error> {
    let sql = "INSERT INTO jobs (id, user_id, page_id, kind, payload, state, run_at, idempotency_key, created_at)
               VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $6)";
    execute!(tx, sql, id.0, user.map(|user| user.0), page.map(|page| page.0), kind, payload, tx.now, idempotency_key)?;
    Ok(())
}

/// The condition under which a job may be taken: `$1` is now, `$2` whether to draw. Its first part is that of the index.
macro_rules! due {
    () => {
        "state IN ('waiting', 'running') AND run_at <= $1 AND (state = 'waiting' OR lease_until < $1)
         AND (kind = 'draw_page') = $2"
    };
}

pub async fn any_due(tx: &mut Tx, draw: bool) -> Result<bool, Error> {
    let sql = concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM jobs WHERE ", due!(), " LIMIT 1) AS due");
    Ok(fetch_one!(tx, (i64,), sql, tx.now, draw)?.0 > 0)
}

/// `$lock` keeps workers on PostgreSQL from waiting for one another; SQLite has one writer and needs none.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs SET state = 'running', lease_token = $3, lease_until = $4, attempts = attempts + 1 WHERE id = (",
            "SELECT id FROM jobs WHERE ",
            due!(),
            " ORDER BY run_at, id LIMIT 1 ",
            $lock,
            ") RETURNING id, user_id, page_id, kind, payload, attempts"
        )
    };
}

pub async fn claim(tx: &mut Tx, draw: bool, lease: Uuid, lease_until: Millis) -> Result<Option<Row>, Error> {
    let sql = match tx.engine {
        Engine::Lite(_) => claim!(""),
        Engine::Pg(_) => claim!("FOR UPDATE SKIP LOCKED"),
    };
    fetch_optional!(tx, Row, sql, tx.now, draw, lease, lease_until)
}

pub async fn prolong(tx: &mut Tx, id: JobId, lease: Uuid, until: Millis) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, until)? == 1)
}

/// A mail's payload is emptied: its code is nobody's business once it has left.
pub async fn end(tx: &mut Tx, id: JobId, lease: Uuid, state: &str, error: Option<&str>) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = $3, error = $4, finished_at = $5, lease_token = NULL, lease_until = NULL,
                   payload = CASE kind WHEN 'send_mail' THEN '{}' ELSE payload END
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, state, error, tx.now)? == 1)
}

pub async fn retry(tx: &mut Tx, id: JobId, lease: Uuid, at: Millis, error: &str) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', run_at = $3, error = $4, progress = 0, lease_token = NULL, lease_until = NULL
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, at, error)? == 1)
}

pub async fn wait(tx: &mut Tx, id: JobId, lease: Uuid, at: Millis, progress: f64) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', run_at = $3, progress = $4, attempts = attempts - 1,
                   lease_token = NULL, lease_until = NULL
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, at, progress)? == 1)
}

pub async fn release(tx: &mut Tx, id: JobId, lease: Uuid) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET state = 'waiting', attempts = attempts - 1, lease_token = NULL, lease_until = NULL
               WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease)? == 1)
}

pub async fn set_progress(tx: &mut Tx, id: JobId, lease: Uuid, part: f64) -> Result<bool, Error> {
    let sql = "UPDATE jobs SET progress = $3 WHERE id = $1 AND lease_token = $2 AND state = 'running'";
    Ok(execute!(tx, sql, id.0, lease, part)? == 1)
}

/// How a page's job stands.
#[derive(FromRow)]
pub struct StateRow {
    pub id: Uuid,
    pub page_id: Option<Uuid>,
    pub state: String,
    pub progress: f64,
}

pub async fn find(tx: &mut Tx, user: UserId, id: JobId) -> Result<Option<StateRow>, Error> {
    let sql = "SELECT id, page_id, state, progress FROM jobs WHERE id = $1 AND user_id = $2";
    fetch_optional!(tx, StateRow, sql, id.0, user.0)
}

pub async fn find_latest(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<StateRow>, Error> {
    let sql = "SELECT id, page_id, state, progress FROM jobs WHERE page_id = $1 AND user_id = $2
               ORDER BY id DESC LIMIT 1";
    fetch_optional!(tx, StateRow, sql, page.0, user.0)
}

pub async fn find_by_key(tx: &mut Tx, user: UserId, kind: &str, key: &str) -> Result<Option<(Uuid, String)>, Error> {
    let sql = "SELECT id, payload FROM jobs WHERE user_id = $1 AND kind = $2 AND idempotency_key = $3";
    fetch_optional!(tx, (Uuid, String), sql, user.0, kind, key)
}

pub async fn cancel(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<Uuid>, Error> {
    let sql = "UPDATE jobs SET state = 'cancelled', finished_at = $3, lease_token = NULL, lease_until = NULL
               WHERE user_id = $1 AND page_id = $2 AND state IN ('waiting', 'running') RETURNING id";
    Ok(fetch_optional!(tx, (Uuid,), sql, user.0, page.0, tx.now)?.map(|(id,)| id))
}
