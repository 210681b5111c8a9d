//! Jobs: work that outlives the request that asked for it. Leased rows in the database, so that a job is part of
//! the same transaction as its cause, and a worker that dies loses nothing.

mod dead;
mod notifier;
mod store;

use model::{JobId, PageId, UserId};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

pub use dead::{Dead, dead, redrive};
pub use notifier::JobNotifier;

use crate::{
    AppState, Error,
    clock::{MINUTE, Millis, SECOND},
    db::{Authority, Tx},
};

/// How far behind a person's last unfinished page the next one stands in the line: whoever asks for a hundred lets
/// others through.
const TURN: Millis = 10 * SECOND;

/// A piece of work: a small value that survives being written down, and is safe to be done twice.
pub trait Job: Serialize + DeserializeOwned {
    /// Its name in the table.
    const KIND: &'static str;
    /// How often it is tried before it counts as failed.
    const ATTEMPTS: i64;
    /// Where it waits.
    const QUEUE: Queue = Queue::Background;
    /// The lowest goes first.
    const PRIORITY: i64 = 0;

    /// How long it waits before it is first tried.
    const PAUSE: Millis = 0;

    /// The page it is for.
    fn page(&self) -> Option<PageId> {
        None
    }
}

/// A job in a worker's hands. Whoever holds the newest lease may write; everyone else's writes touch no row.
pub struct Claimed {
    pub id: JobId,
    pub user: Option<UserId>,
    pub page: Option<PageId>,
    pub kind: String,
    /// Counted before it runs, this one too.
    pub attempts: i64,
    /// How many workers fell silent over it.
    pub expired_leases: i64,
    payload: String,
    lease: Uuid,
}

/// The two kinds of work, which wait for different things: a page for a core, an errand mostly for somebody else. A
/// mail is not to stand in line behind drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    Drawing,
    Background,
}

impl Queue {
    fn as_str(self) -> &'static str {
        match self {
            Self::Drawing => "drawing",
            Self::Background => "background",
        }
    }
}

/// Adds a job to the caller's transaction. Ring the doorbell after the commit.
pub async fn add<J: Job>(
    tx: &mut Tx,
    id: JobId,
    user: Option<UserId>,
    job: &J,
    idempotency_key: Option<&str>,
) -> Result<(), Error> {
    let payload = serde_json::to_string(job).map_err(Error::internal)?;
    let now = tx.now;
    let fair_start_at = match (J::QUEUE, user) {
        (Queue::Drawing, Some(user)) => store::last_turn(tx, user).await?.map_or(now, |last| now.max(last + TURN)),
        _ => now,
    };
    let new = store::New {
        id,
        user,
        page: job.page(),
        kind: J::KIND,
        queue: J::QUEUE.as_str(),
        priority: J::PRIORITY,
        fair_start_at,
        run_at: now + J::PAUSE,
        payload: &payload,
        idempotency_key,
    };
    store::insert(tx, &new).await
}

/// True for the one who is to add the job of a schedule that is due.
pub async fn schedule(tx: &mut Tx, name: &str, due_at: Millis) -> Result<bool, Error> {
    store::schedule(tx, name, due_at).await
}

pub async fn is_scheduled(tx: &mut Tx, name: &str, due_at: Millis) -> Result<bool, Error> {
    store::is_scheduled(tx, name, due_at).await
}

/// A fresh id for a job.
pub fn new_id() -> JobId {
    JobId(Uuid::now_v7())
}

/// Takes the job whose turn it is; before that, the jobs of workers that fell silent go back into the line. Two short
/// statements; counts the attempt. Nobody gets more than their number of pages drawn at the same time: two workers that
/// claim in the same moment can pass it by one.
///
/// The transaction is the caller's to add to and commit: until then nothing is claimed.
pub async fn claim(state: &AppState, queue: Queue) -> Result<Option<(Claimed, Tx)>, Error> {
    // SQLite has one writer: look first, so that an idle worker never takes the lock.
    if !store::any_due(&mut state.db.read(Authority::System).await?, queue.as_str()).await? {
        return Ok(None);
    }
    let mut tx = state.db.begin(Authority::System).await?;
    let lease = Uuid::new_v4();
    let lease_until = tx.now + Millis::from(state.config.lease_seconds) * SECOND;
    store::take_back(&mut tx).await?;
    let cap = i64::from(state.config.jobs_per_person);
    let Some(row) = store::claim(&mut tx, queue.as_str(), lease, lease_until, cap).await? else {
        // Perhaps some were taken back.
        tx.commit().await?;
        return Ok(None);
    };
    let claimed = Claimed {
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

/// What a claimed job may do to its own row. Each is false, and nothing changed, when the lease was lost.
impl Claimed {
    /// The job itself; `None` when it was written by a program that meant something else.
    pub fn read<J: Job>(&self) -> Option<J> {
        serde_json::from_str(&self.payload).ok()
    }

    /// Prolongs the lease.
    pub async fn heartbeat(&self, state: &AppState) -> Result<bool, Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        let held = self.hold(state, &mut tx).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// Tells whoever waits how far the work is: 0 to 1.
    pub async fn progress(&self, state: &AppState, part: f64) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        store::set_progress(&mut tx, self.id, self.lease, part).await?;
        tx.commit().await
    }

    /// Makes sure, for a transaction that writes something else, that the lease is held until its end.
    pub async fn hold(&self, state: &AppState, tx: &mut Tx) -> Result<bool, Error> {
        let until = tx.now + Millis::from(state.config.lease_seconds) * SECOND;
        store::prolong(tx, self.id, self.lease, until).await
    }

    /// Puts the job back until somebody else has done their part. No attempt is counted: nothing failed.
    pub async fn wait(&self, tx: &mut Tx, pause: Millis, progress: f64) -> Result<bool, Error> {
        let at = tx.now + pause;
        store::wait(tx, self.id, self.lease, at, progress).await
    }

    /// Ends the job within the transaction that stores its result.
    pub async fn finish(&self, tx: &mut Tx) -> Result<bool, Error> {
        store::end(tx, self.id, self.lease, "done", None).await
    }

    /// Ends the job without a result.
    pub async fn bury(&self, tx: &mut Tx, error: &str) -> Result<bool, Error> {
        store::end(tx, self.id, self.lease, "dead", Some(error)).await
    }

    /// Puts the job back for a later attempt.
    pub async fn postpone(&self, tx: &mut Tx, error: &str) -> Result<bool, Error> {
        let at = tx.now + back_off(self.attempts);
        store::retry(tx, self.id, self.lease, at, error).await
    }

    /// Puts the job back as if it had not been claimed.
    pub async fn release(&self, tx: &mut Tx) -> Result<bool, Error> {
        store::release(tx, self.id, self.lease).await
    }
}

/// A page's job as its owner sees it.
pub struct State {
    pub id: JobId,
    pub page: PageId,
    pub state: String,
    /// 0 to 1, of the attempt under way.
    pub progress: f64,
}

impl State {
    fn of(row: store::StateRow) -> Option<Self> {
        Some(Self { id: JobId(row.id), page: PageId(row.page_id?), state: row.state, progress: row.progress })
    }
}

pub async fn find(tx: &mut Tx, user: UserId, id: JobId) -> Result<Option<State>, Error> {
    Ok(store::find(tx, user, id).await?.and_then(State::of))
}

/// The newest job of the owner's page.
pub async fn find_latest(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<State>, Error> {
    Ok(store::find_latest(tx, user, page).await?.and_then(State::of))
}

/// The newest job of this kind that brought the owner's page what it has.
pub async fn find_done<J: Job>(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<J>, Error> {
    let payload = store::find_done(tx, user, J::KIND, page).await?;
    payload.map(|payload| serde_json::from_str(&payload).map_err(Error::internal)).transpose()
}

/// True when the same work of this account waits in the line.
pub async fn waits<J: Job>(tx: &mut Tx, user: UserId, job: &J) -> Result<bool, Error> {
    store::waits(tx, user, J::KIND, &serde_json::to_string(job).map_err(Error::internal)?).await
}

/// The job made by an earlier request with the same key.
pub async fn find_by_key<J: Job>(tx: &mut Tx, user: UserId, key: &str) -> Result<Option<(JobId, J)>, Error> {
    let Some((id, payload)) = store::find_by_key(tx, user, J::KIND, key).await? else { return Ok(None) };
    let job = serde_json::from_str(&payload).map_err(Error::internal)?;
    Ok(Some((JobId(id), job)))
}

/// Cancels a page's unfinished job and names it; its worker's lease is void from here on.
pub async fn cancel(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<JobId>, Error> {
    Ok(store::cancel(tx, user, page).await?.map(JobId))
}

/// 1, 2, 4 ... s, at most five minutes, times 0.5 to 1.5 so that failures do not return in step.
fn back_off(attempts: i64) -> Millis {
    let exponent = u32::try_from(attempts.clamp(1, 13) - 1).unwrap_or(0);
    let pause = (SECOND << exponent).min(5 * MINUTE);
    rand::random_range(pause / 2..=pause * 3 / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_doubles_up_to_five_minutes() {
        for (attempts, pause) in [(1, SECOND), (2, 2 * SECOND), (3, 4 * SECOND), (40, 5 * MINUTE)] {
            let drawn = back_off(attempts);
            assert!((pause / 2..=pause * 3 / 2).contains(&drawn), "{attempts}: {drawn}");
        }
    }
}
