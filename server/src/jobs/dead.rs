//! Jobs that failed for good, and another chance for them once the cause is mended.

use model::JobId;

use super::store;
use crate::{AppState, Error, clock::rfc3339, db::Authority};

/// A job that failed for good. Its payload is not shown: it may hold what only one person should read.
#[derive(Debug)]
pub struct Dead {
    pub id: JobId,
    pub kind: String,
    pub attempts: i64,
    pub error: String,
    /// RFC 3339.
    pub at: String,
    /// A page's job was settled with its owner, who got the credit back; only others can be driven again.
    pub is_settled: bool,
}

/// The newest first.
pub async fn dead(state: &AppState, most: i64) -> Result<Vec<Dead>, Error> {
    let mut tx = state.db.read(Authority::System).await?;
    let rows = store::dead(&mut tx, most).await?;
    let dead = |row: store::DeadRow| Dead {
        id: JobId(row.id),
        kind: row.kind,
        attempts: row.attempts,
        error: row.error.unwrap_or_default(),
        at: row.finished_at.map(rfc3339).unwrap_or_default(),
        is_settled: row.page_id.is_some(),
    };
    Ok(rows.into_iter().map(dead).collect())
}

/// Puts dead jobs back into the line with all their attempts: one, or without an id every one that is not settled.
/// Returns how many.
pub async fn redrive(state: &AppState, id: Option<JobId>) -> Result<u64, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let driven = store::redrive(&mut tx, id).await?;
    tx.commit().await?;
    state.job_notifier.ring();
    Ok(driven)
}
