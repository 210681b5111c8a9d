//! SQL of limits. Counting and refusing is one statement, so that requests at the same time cannot slip by.

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_optional},
};

/// Counts `amount` more, unless that would be more than `max` before the row ends. True when it was counted. A row that
/// has ended begins anew.
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

/// Counts a failure and returns how many there were, unless it is too early for another. Each keeps the row until `ends_at`.
pub async fn add_failure(tx: &mut Tx, rule: &str, subject: &[u8], ends_at: Millis) -> Result<Option<i64>, Error> {
    let sql = "INSERT INTO rate_limits (rule, subject, used, ends_at) VALUES ($1, $2, 1, $3)
               ON CONFLICT (rule, subject) DO UPDATE SET
                   used = CASE WHEN rate_limits.ends_at <= $4 THEN 1 ELSE rate_limits.used + 1 END,
                   ends_at = excluded.ends_at
               WHERE rate_limits.free_at <= $4
               RETURNING used";
    Ok(fetch_optional!(tx, (i64,), sql, rule, subject, ends_at, tx.now)?.map(|(used,)| used))
}

/// Makes the next failure wait.
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

/// `(used, free_at, ends_at)` of a row that has not ended.
pub async fn find_counter(tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<Option<(i64, Millis, Millis)>, Error> {
    let sql = "SELECT used, free_at, ends_at FROM rate_limits WHERE rule = $1 AND subject = $2 AND ends_at > $3";
    fetch_optional!(tx, (i64, Millis, Millis), sql, rule, subject, tx.now)
}

pub async fn delete_counter(tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<(), Error> {
    execute!(tx, "DELETE FROM rate_limits WHERE rule = $1 AND subject = $2", rule, subject)?;
    Ok(())
}

pub async fn delete_expired(tx: &mut Tx) -> Result<(), Error> {
    execute!(tx, "DELETE FROM rate_limits WHERE ends_at <= $1", tx.now)?;
    Ok(())
}
