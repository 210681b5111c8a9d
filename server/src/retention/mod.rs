//! Retention: deletes expired files, pages and finished jobs. Times are those of the database's
//! clock.

mod check;
mod store;
mod sweep;

pub use check::{Differences, find_differences};
use serde::Serialize;
pub use sweep::Sweep;
use utoipa::ToSchema;

use crate::{
    AppState, Error, accounts, assets,
    clock::{DAY, Millis},
    db::{Authority, Tx},
    fraud, limits,
};

/// Files removed by one job.
const MAX_FILES_PER_JOB: usize = 500;
/// How long a finished job can still be read, at least.
const FINISHED_JOB_TTL: Millis = 30 * DAY;
/// Rows of finished jobs, incoming files and unused direct uploads that one sweep deletes, each.
/// None of them holds a stored image, so the deletion cap does not apply.
const MAX_ROWS_PER_SWEEP: i64 = 10_000;

/// Result of a sweep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Swept)]
pub struct SweepReport {
    /// Files whose rows were deleted.
    pub removed: i64,
    /// Expired rows left for later sweeps by the deletion cap.
    pub left: i64,
}

/// Deletes expired files, pages, jobs, accounts and limits. The deletion cap allows a twentieth of
/// each table per hour, at least 20 rows, so that a wrong clock cannot delete everything; `all`
/// lifts it.
pub async fn sweep(state: &AppState, all: bool) -> Result<SweepReport, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let mut report = SweepReport::default();
    let mut paths = store::delete_expired_uploads(&mut tx, MAX_ROWS_PER_SWEEP).await?;
    for table in [store::FileTable::Assets, store::FileTable::GuestUploads] {
        let (expired, total) = store::count_expired_files(&mut tx, table).await?;
        let allowed = if all {
            expired
        } else {
            limits::deletion_cap::reserve_deletions(&mut tx, table.name(), expired, total).await?
        };
        let removed = store::delete_expired_files(&mut tx, table, allowed).await?;
        report.removed += removed.len() as i64;
        report.left += expired - allowed;
        paths.extend(removed);
    }
    let now = tx.now;
    store::delete_expired_pages(&mut tx).await?;
    store::delete_finished_jobs(&mut tx, now - FINISHED_JOB_TTL, MAX_ROWS_PER_SWEEP).await?;
    enqueue_file_removal(&mut tx, paths).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    report.left += accounts::delete_expired(state, all).await?;
    limits::delete_expired_counters(state).await?;
    fraud::delete_expired_devices(state).await?;
    if report.left > 0 {
        let SweepReport { removed, left } = report;
        tracing::warn!(
            removed,
            left,
            "the sweep stopped at the deletion cap: more than a twentieth of a table expired within an hour"
        );
    }
    Ok(report)
}

/// Adds jobs that remove the files, [`MAX_FILES_PER_JOB`] each.
async fn enqueue_file_removal(tx: &mut Tx, mut paths: Vec<String>) -> Result<(), Error> {
    while !paths.is_empty() {
        let rest = paths.split_off(paths.len().min(MAX_FILES_PER_JOB));
        assets::enqueue_file_removal(tx, paths).await?;
        paths = rest;
    }
    Ok(())
}
