//! Dead letters: jobs that failed for good. An operator can list them and run them again.

use model::JobId;

use super::store;
use crate::{AppState, Error, clock::rfc3339, db::Authority};

/// A job that failed for good. The payload is left out because it can hold personal data.
#[derive(Debug)]
pub struct DeadLetter {
    pub id: JobId,
    pub kind: String,
    pub attempts: i64,
    pub error: String,
    /// RFC 3339.
    pub failed_at: String,
    /// True for the job of a page: its owner got the credit back, so it cannot run again.
    pub is_refunded: bool,
}

/// Returns at most `limit` dead letters, newest first.
pub async fn list_dead_letters(state: &AppState, limit: i64) -> Result<Vec<DeadLetter>, Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let rows = store::list_dead_letters(&mut tx, limit).await?;
    let from_row = |row: store::DeadLetterRow| DeadLetter {
        id: JobId(row.id),
        kind: row.kind,
        attempts: row.attempts,
        error: row.error.unwrap_or_default(),
        failed_at: row.finished_at.map(rfc3339).unwrap_or_default(),
        is_refunded: row.page_id.is_some(),
    };
    Ok(rows.into_iter().map(from_row).collect())
}

/// Puts dead letters back into their queue with all their attempts: the one with this id, or all.
/// Skips refunded jobs. Returns the number of jobs put back.
pub async fn redrive(state: &AppState, id: Option<JobId>) -> Result<u64, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let redriven = store::redrive(&mut tx, id).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(redriven)
}
