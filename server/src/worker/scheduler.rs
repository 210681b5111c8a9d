//! Scheduler of recurring jobs. Each scheduled time is a row with a unique key: the process that
//! inserts it enqueues the job, so that the job runs once however many processes there are.

use crate::{
    AppState, Error,
    clock::{HOUR, Millis},
    db::Authority,
    jobs,
    retention::Sweep,
};

const SWEEP_INTERVAL: Millis = HOUR;
/// Value of `schedules.name`.
const SWEEP_SCHEDULE: &str = "sweep";

/// Enqueues the retention sweep when none was enqueued in the current interval.
pub async fn enqueue_due_jobs(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    let due_at = tx.now - tx.now % SWEEP_INTERVAL;
    if jobs::is_scheduled_run_claimed(&mut tx, SWEEP_SCHEDULE, due_at).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = state.db.begin(Authority::System).await?;
    if jobs::claim_scheduled_run(&mut tx, SWEEP_SCHEDULE, due_at).await? {
        jobs::enqueue(&mut tx, jobs::new_job_id(), None, &Sweep {}, None).await?;
    }
    tx.commit().await?;
    state.job_notifier.notify();
    Ok(())
}
