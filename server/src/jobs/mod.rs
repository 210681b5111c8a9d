//! Job queue in the database. A job is a leased row: it is inserted in the same transaction as its
//! cause, and when a worker dies another one continues after the lease has expired.

mod claimed;
mod dead_letters;
mod notifier;
mod store;

use model::{JobId, PageId, UserId};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

pub use claimed::{ClaimedJob, claim_next};
pub use dead_letters::{DeadLetter, list_dead_letters, redrive};
pub use notifier::JobNotifier;

use crate::{
    Error,
    clock::{Millis, SECOND},
    db::Tx,
};

/// Distance in the queue between two unfinished pages of one account, so that an account that
/// requests a hundred pages does not delay the others.
const FAIR_SHARE_STEP: Millis = 10 * SECOND;

/// A kind of job: a small serializable value. Running it twice has the same effect as once.
pub trait Job: Serialize + DeserializeOwned {
    /// Value of `jobs.kind`.
    const KIND: &'static str;
    /// Number of attempts before the job becomes a dead letter.
    const MAX_ATTEMPTS: i64;
    const QUEUE: Queue = Queue::Background;
    /// Jobs with a lower value run first.
    const PRIORITY: i64 = 0;
    /// Time between the insertion and the first attempt.
    const INITIAL_DELAY: Millis = 0;

    /// The page that this job draws; `None` for all other jobs.
    fn page_id(&self) -> Option<PageId> {
        None
    }
}

/// Drawing a page needs a core; background jobs mostly wait for other systems. They are separate so
/// that a mail does not wait behind drawings.
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

/// The result of an attempt that ended without an error.
#[derive(Clone, Debug, PartialEq)]
pub enum JobOutcome {
    /// The job has reached its final state, or its lease belongs to another worker.
    Done,
    /// Further attempts would fail, too: the job becomes a dead letter. The reason is logged.
    Failed(String),
    /// The job waits for another system for at least `delay`. `progress` is 0 to 1.
    Snoozed { delay: Millis, progress: f64 },
}

/// Inserts a job. Call [`JobNotifier::notify`] after the commit.
pub async fn enqueue<J: Job>(
    tx: &mut Tx,
    id: JobId,
    user: Option<UserId>,
    job: &J,
    idempotency_key: Option<&str>,
) -> Result<(), Error> {
    let payload = serde_json::to_string(job).map_err(Error::internal)?;
    let now = tx.now;
    let fair_start_at = match (J::QUEUE, user) {
        (Queue::Drawing, Some(user)) => {
            store::find_last_fair_start(tx, user).await?.map_or(now, |last| now.max(last + FAIR_SHARE_STEP))
        }
        _ => now,
    };
    let new = store::NewJob {
        id,
        user,
        page: job.page_id(),
        kind: J::KIND,
        queue: J::QUEUE.as_str(),
        priority: J::PRIORITY,
        fair_start_at,
        run_at: now + J::INITIAL_DELAY,
        payload: &payload,
        idempotency_key,
    };
    store::insert(tx, &new).await
}

/// Records that a schedule ran for `due_at`. Returns true for the first caller only, which has to
/// enqueue the job.
pub async fn claim_scheduled_run(tx: &mut Tx, schedule: &str, due_at: Millis) -> Result<bool, Error> {
    store::insert_scheduled_run(tx, schedule, due_at).await
}

/// Returns true when [`claim_scheduled_run`] was committed for this schedule and time.
pub async fn is_scheduled_run_claimed(tx: &mut Tx, schedule: &str, due_at: Millis) -> Result<bool, Error> {
    store::has_scheduled_run(tx, schedule, due_at).await
}

/// Returns a new time-ordered id (UUID version 7).
pub fn new_job_id() -> JobId {
    JobId(Uuid::now_v7())
}

/// The state of a page's job, for its owner.
pub struct JobStatus {
    pub id: JobId,
    pub page_id: PageId,
    /// `waiting`, `running`, `done`, `dead` or `cancelled`.
    pub state: String,
    /// 0 to 1, of the current attempt.
    pub progress: f64,
}

impl JobStatus {
    fn from_row(row: store::JobStatusRow) -> Option<Self> {
        Some(Self { id: JobId(row.id), page_id: PageId(row.page_id?), state: row.state, progress: row.progress })
    }
}

/// Returns the state of one job of this account that draws a page.
pub async fn find_status(tx: &mut Tx, user: UserId, id: JobId) -> Result<Option<JobStatus>, Error> {
    Ok(store::find_status(tx, user, id).await?.and_then(JobStatus::from_row))
}

/// Returns the state of the page's newest job.
pub async fn find_latest_status(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<JobStatus>, Error> {
    Ok(store::find_latest_status(tx, user, page).await?.and_then(JobStatus::from_row))
}

/// Returns the newest job of this kind that succeeded for the page.
pub async fn find_latest_done<J: Job>(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<J>, Error> {
    let payload = store::find_latest_done_payload(tx, user, J::KIND, page).await?;
    payload.map(|payload| serde_json::from_str(&payload).map_err(Error::internal)).transpose()
}

/// Returns true when the account has a waiting job of this kind with an equal payload.
pub async fn is_waiting<J: Job>(tx: &mut Tx, user: UserId, job: &J) -> Result<bool, Error> {
    let payload = serde_json::to_string(job).map_err(Error::internal)?;
    store::has_waiting(tx, user, J::KIND, &payload).await
}

/// Returns the job that an earlier request of this account with the same idempotency key created.
pub async fn find_by_idempotency_key<J: Job>(
    tx: &mut Tx,
    user: UserId,
    key: &str,
) -> Result<Option<(JobId, J)>, Error> {
    let Some((id, payload)) = store::find_by_idempotency_key(tx, user, J::KIND, key).await? else { return Ok(None) };
    let job = serde_json::from_str(&payload).map_err(Error::internal)?;
    Ok(Some((JobId(id), job)))
}

/// Cancels the unfinished job of a page, which also ends its worker's lease, and returns its id.
pub async fn cancel_unfinished(tx: &mut Tx, user: UserId, page: PageId) -> Result<Option<JobId>, Error> {
    Ok(store::cancel_unfinished(tx, user, page).await?.map(JobId))
}
