//! Retention: what was kept as long as it was promised is removed, a little at a time, by the database's clock.

mod check;
mod store;
mod sweep;

pub use check::{Differences, differences};
pub use sweep::Sweep;

use crate::{
    AppState, Error, accounts, assets,
    clock::{DAY, Millis},
    db::{Authority, Tx},
    fraud, limits,
};

/// Files that one job removes.
const FILES_A_JOB: usize = 500;
/// How long a job that is over can be asked for, at least.
const FINISHED_JOBS: Millis = 30 * DAY;
/// Jobs, notes and announcements removed at once. None of them is anybody's picture.
const TRACES: i64 = 10_000;

/// How a sweep went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Swept {
    pub removed: i64,
    /// Left for later sweeps by the brake.
    pub left: i64,
}

/// Removes what nobody kept longer: files, pages, and traces of work that is over. At most a twentieth of everything
/// within an hour, unless `all` is said.
pub async fn sweep(state: &AppState, all: bool) -> Result<Swept, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    let mut swept = Swept::default();
    let mut paths = store::forget_traces(&mut tx, TRACES).await?;
    for kept in [store::Kept::Assets, store::Kept::GuestUploads] {
        let (due, total) = store::count(&mut tx, kept).await?;
        let passes =
            if all { due } else { limits::deletion_cap::reserve_deletions(&mut tx, kept.name(), due, total).await? };
        let removed = store::forget_expired(&mut tx, kept, passes).await?;
        swept.removed += removed.len() as i64;
        swept.left += due - passes;
        paths.extend(removed);
    }
    let now = tx.now;
    store::delete_expired_pages(&mut tx).await?;
    store::delete_jobs(&mut tx, now - FINISHED_JOBS, TRACES).await?;
    remove(&mut tx, paths).await?;
    tx.commit().await?;
    state.job_notifier.notify();
    swept.left += accounts::delete_expired(state, all).await?;
    limits::delete_expired(state).await?;
    fraud::delete_expired_devices(state).await?;
    if swept.left > 0 {
        let Swept { removed, left } = swept;
        tracing::warn!(removed, left, "the sweep stopped: more than a twentieth of everything is due within an hour");
    }
    Ok(swept)
}

async fn remove(tx: &mut Tx, mut paths: Vec<String>) -> Result<(), Error> {
    while !paths.is_empty() {
        let rest = paths.split_off(paths.len().min(FILES_A_JOB));
        assets::enqueue_file_removal(tx, paths).await?;
        paths = rest;
    }
    Ok(())
}
