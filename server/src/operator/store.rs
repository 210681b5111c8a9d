//! SQL for the operator tools.

use model::UserId;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all, fetch_one},
};

type AccountRow = (String, Option<String>, Option<Millis>);

/// `(role, reason of the flag, when the address was verified)`.
pub async fn find_account(tx: &mut Tx, user: UserId) -> Result<AccountRow, Error> {
    fetch_one!(tx, AccountRow, "SELECT role, flagged_for, email_verified_at FROM users WHERE id = $1", user.0)
}

pub async fn set_role(tx: &mut Tx, user: UserId, role: &str) -> Result<(), Error> {
    execute!(tx, "UPDATE users SET role = $2 WHERE id = $1", user.0, role)?;
    Ok(())
}

/// Returns `(accounts, guests)`.
pub async fn count_accounts_and_guests(tx: &mut Tx) -> Result<(i64, i64), Error> {
    let sql = "SELECT COUNT(email_verified_at), COUNT(*) - COUNT(email) FROM users";
    fetch_one!(tx, (i64, i64), sql)
}

pub async fn count_events_by_kind(tx: &mut Tx, since: Millis) -> Result<Vec<(String, i64)>, Error> {
    fetch_all!(tx, (String, i64), "SELECT kind, COUNT(*) FROM auth_events WHERE at >= $1 GROUP BY kind", since)
}

pub async fn list_flagged_accounts(tx: &mut Tx, limit: i64) -> Result<Vec<(String, String)>, Error> {
    let sql =
        "SELECT COALESCE(email, ''), flagged_for FROM users WHERE flagged_for IS NOT NULL ORDER BY id DESC LIMIT $1";
    fetch_all!(tx, (String, String), sql, limit)
}

pub async fn count_jobs_by_state(tx: &mut Tx) -> Result<Vec<(String, i64)>, Error> {
    fetch_all!(tx, (String, i64), "SELECT state, COUNT(*) FROM jobs GROUP BY state ORDER BY state")
}

pub async fn sum_stored_bytes(tx: &mut Tx) -> Result<i64, Error> {
    Ok(fetch_one!(tx, (i64,), "SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM assets")?.0)
}
