//! SQL of the audit trail.

use model::UserId;
use uuid::Uuid;

use crate::{
    Error,
    clock::Millis,
    db::{Tx, execute, fetch_all},
};

/// Appends an event; `None` for an event that belongs to no known account.
pub async fn record_event(tx: &mut Tx, user: Option<UserId>, kind: &str) -> Result<(), Error> {
    let sql = "INSERT INTO auth_events (id, user_id, kind, at) VALUES ($1, $2, $3, $4)";
    execute!(tx, sql, Uuid::now_v7(), user.map(|id| id.0), kind, tx.now)?;
    Ok(())
}

/// The account's events with their times, oldest first.
pub async fn list_events(tx: &mut Tx, user: UserId) -> Result<Vec<(String, Millis)>, Error> {
    fetch_all!(tx, (String, Millis), "SELECT kind, at FROM auth_events WHERE user_id = $1 ORDER BY at, id", user.0)
}
