//! A job that a worker has claimed, and the changes its lease allows: heartbeat, retry, dead
//! letter.

use model::{JobId, PageId, UserId};
use uuid::Uuid;

use super::{Job, Queue, store};
use crate::{
    AppState, Error,
    clock::{MINUTE, Millis, SECOND},
    db::{Authority, Tx},
};

/// Longest wait between two attempts, before jitter.
const MAX_RETRY_DELAY: Millis = 5 * MINUTE;

/// A job under a lease. Only the holder of the newest lease can change the row.
pub struct ClaimedJob {
    pub id: JobId,
    pub user: Option<UserId>,
    pub page: Option<PageId>,
    pub kind: String,
    /// Includes the current attempt.
    pub attempts: i64,
    /// Number of earlier workers whose lease expired; those attempts are not in `attempts`.
    pub expired_leases: i64,
    payload: String,
    lease: Uuid,
}

/// Claims the next due job of a queue for `lease_seconds` and counts the attempt. Returns the job
/// and the open transaction: the caller commits it, and until then nothing is claimed.
///
/// Before that, jobs with an expired lease are put back into the queue. An account has at most
/// `jobs_per_person` running jobs in the queue; two workers that claim simultaneously can exceed
/// that by one.
pub async fn claim_next(state: &AppState, queue: Queue) -> Result<Option<(ClaimedJob, Tx)>, Error> {
    // SQLite has a single writer: a read first, so that an idle worker never takes the write lock.
    if !store::has_due(&mut state.db.begin_read(Authority::System).await?, queue.as_str()).await? {
        return Ok(None);
    }
    let mut tx = state.db.begin(Authority::System).await?;
    let lease = Uuid::new_v4();
    let lease_until = lease_end(state, &tx);
    store::requeue_expired(&mut tx).await?;
    let max_running = i64::from(state.config.jobs_per_person);
    let Some(row) = store::claim_next(&mut tx, queue.as_str(), lease, lease_until, max_running).await? else {
        // Keeps what `requeue_expired` changed.
        tx.commit().await?;
        return Ok(None);
    };
    let claimed = ClaimedJob {
        id: JobId(row.id),
        user: row.user_id.map(UserId),
        page: row.page_id.map(PageId),
        kind: row.kind,
        attempts: row.attempts,
        expired_leases: row.expired_leases,
        payload: row.payload,
        lease,
    };
    Ok(Some((claimed, tx)))
}

/// The methods that return a bool return false, and change nothing, when the lease was lost.
impl ClaimedJob {
    /// Deserializes the payload; `None` when it does not match `J`, for example because another
    /// version of the program wrote it.
    pub fn decode_payload<J: Job>(&self) -> Option<J> {
        serde_json::from_str(&self.payload).ok()
    }

    /// Extends the lease in a transaction of its own.
    pub async fn heartbeat(&self, state: &AppState) -> Result<bool, Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        let is_held = self.extend_lease(state, &mut tx).await?;
        tx.commit().await?;
        Ok(is_held)
    }

    /// Stores the progress, 0 to 1, for the page's owner to see.
    pub async fn set_progress(&self, state: &AppState, progress: f64) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        store::set_progress(&mut tx, self.id, self.lease, progress).await?;
        tx.commit().await
    }

    /// Extends the lease as part of a transaction that writes something else. The row stays locked
    /// until the transaction ends, so no other worker can claim the job before that.
    pub async fn extend_lease(&self, state: &AppState, tx: &mut Tx) -> Result<bool, Error> {
        let until = lease_end(state, tx);
        store::extend_lease(tx, self.id, self.lease, until).await
    }

    /// Puts the job back for at least `delay` because it waits for another system. The attempt is
    /// not counted.
    pub async fn snooze(&self, tx: &mut Tx, delay: Millis, progress: f64) -> Result<bool, Error> {
        let run_at = tx.now + delay;
        store::snooze(tx, self.id, self.lease, run_at, progress).await
    }

    /// Marks the job as done, in the transaction that stores its result.
    pub async fn mark_done(&self, tx: &mut Tx) -> Result<bool, Error> {
        store::mark_done(tx, self.id, self.lease).await
    }

    /// Makes the job a dead letter: no further attempt follows.
    pub async fn dead_letter(&self, tx: &mut Tx, error: &str) -> Result<bool, Error> {
        store::dead_letter(tx, self.id, self.lease, error).await
    }

    /// Puts the job back for another attempt, after an exponential back-off.
    pub async fn retry_later(&self, tx: &mut Tx, error: &str) -> Result<bool, Error> {
        let run_at = tx.now + retry_delay(self.attempts);
        store::retry_later(tx, self.id, self.lease, run_at, error).await
    }

    /// Puts the job back at once. The attempt is not counted.
    pub async fn release_lease(&self, tx: &mut Tx) -> Result<bool, Error> {
        store::release_lease(tx, self.id, self.lease).await
    }
}

/// The end of a lease that is granted or extended now.
fn lease_end(state: &AppState, tx: &Tx) -> Millis {
    tx.now + Millis::from(state.config.lease_seconds) * SECOND
}

/// Exponential back-off: 1, 2, 4 ... seconds up to [`MAX_RETRY_DELAY`], times a random factor of
/// 0.5 to 1.5 so that jobs that failed together are not retried together.
fn retry_delay(attempts: i64) -> Millis {
    let exponent = u32::try_from(attempts.clamp(1, 13) - 1).unwrap_or(0);
    let delay = (SECOND << exponent).min(MAX_RETRY_DELAY);
    rand::random_range(delay / 2..=delay * 3 / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_delay_doubles_up_to_five_minutes() {
        for (attempts, expected) in [(1, SECOND), (2, 2 * SECOND), (3, 4 * SECOND), (40, 5 * MINUTE)] {
            let delay = retry_delay(attempts);
            assert!((expected / 2..=expected * 3 / 2).contains(&delay), "{attempts}: {delay}");
        }
    }
}
