//! SQL for counters (table `rate_limits`). Checking and counting is one statement, so that
//! concurrent requests cannot exceed a limit.

use sqlx::FromRow;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_optional},
};

/// A counter that has not ended.
#[derive(FromRow)]
pub struct CounterRow {
    pub used: i64,
    /// No failure is counted before this time.
    pub free_at: Millis,
    pub ends_at: Millis,
}

/// Adds `amount` uses, unless the sum would exceed `max`. Returns whether it did. Restarts a
/// counter that has ended.
pub async fn add_uses(
    tx: &mut Tx,
    rule: &str,
    subject: &[u8],
    amount: i64,
    max: i64,
    ends_at: Millis,
) -> Result<bool, Error> {
    if amount > max {
        return Ok(false);
    }
    let sql = "INSERT INTO rate_limits (rule, subject, used, ends_at) VALUES ($1, $2, $6, $3)
               ON CONFLICT (rule, subject) DO UPDATE SET
                   used = CASE WHEN rate_limits.ends_at <= $4 THEN $6 ELSE rate_limits.used + $6 END,
                   ends_at = CASE WHEN rate_limits.ends_at <= $4 THEN excluded.ends_at ELSE rate_limits.ends_at END
               WHERE rate_limits.ends_at <= $4 OR rate_limits.used + $6 <= $5";
    Ok(execute!(tx, sql, rule, subject, ends_at, tx.now, max, amount)? == 1)
}

/// Counts a failure and returns the number of failures; `None` while the counter is blocked. Each
/// failure extends the counter to `ends_at`.
pub async fn add_failure(tx: &mut Tx, rule: &str, subject: &[u8], ends_at: Millis) -> Result<Option<i64>, Error> {
    let sql = "INSERT INTO rate_limits (rule, subject, used, ends_at) VALUES ($1, $2, 1, $3)
               ON CONFLICT (rule, subject) DO UPDATE SET
                   used = CASE WHEN rate_limits.ends_at <= $4 THEN 1 ELSE rate_limits.used + 1 END,
                   ends_at = excluded.ends_at
               WHERE rate_limits.free_at <= $4
               RETURNING used";
    Ok(fetch_optional!(tx, (i64,), sql, rule, subject, ends_at, tx.now)?.map(|(used,)| used))
}

/// Blocks further failures until `free_at`.
pub async fn block_until(
    tx: &mut Tx,
    rule: &str,
    subject: &[u8],
    free_at: Millis,
    ends_at: Millis,
) -> Result<(), Error> {
    let sql = "UPDATE rate_limits SET free_at = $3, ends_at = $4 WHERE rule = $1 AND subject = $2";
    execute!(tx, sql, rule, subject, free_at, ends_at)?;
    Ok(())
}

/// Returns a counter that has not ended.
pub async fn find_counter(tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<Option<CounterRow>, Error> {
    let sql = "SELECT used, free_at, ends_at FROM rate_limits WHERE rule = $1 AND subject = $2 AND ends_at > $3";
    fetch_optional!(tx, CounterRow, sql, rule, subject, tx.now)
}

pub async fn delete_counter(tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<(), Error> {
    execute!(tx, "DELETE FROM rate_limits WHERE rule = $1 AND subject = $2", rule, subject)?;
    Ok(())
}

pub async fn delete_expired(tx: &mut Tx) -> Result<(), Error> {
    execute!(tx, "DELETE FROM rate_limits WHERE ends_at <= $1", tx.now)?;
    Ok(())
}
