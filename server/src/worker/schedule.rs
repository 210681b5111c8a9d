//! What happens regularly: each due moment is a row, and whichever process writes it adds the job.

use crate::{
    AppState, Error,
    clock::{HOUR, Millis},
    db::Authority,
    jobs,
    retention::Sweep,
};

/// How often the sweep is due.
const SWEEP_EVERY: Millis = HOUR;

/// Adds the jobs that have become due.
pub async fn add_due(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.read(Authority::System).await?;
    let due_at = tx.now - tx.now % SWEEP_EVERY;
    if jobs::is_scheduled(&mut tx, "sweep", due_at).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = state.db.begin(Authority::System).await?;
    if jobs::schedule(&mut tx, "sweep", due_at).await? {
        jobs::add(&mut tx, jobs::new_id(), None, &Sweep {}, None).await?;
    }
    tx.commit().await?;
    state.job_notifier.ring();
    Ok(())
}
