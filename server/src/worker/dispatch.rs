//! Dispatch of claimed jobs by kind: decodes the payload, runs it, and records success, failure,
//! retry or refund.

use model::UserId;

use crate::{
    AppState, Error,
    accounts::guests::RelocateFiles,
    assets::RemoveFiles,
    clock::Millis,
    db::{Authority, Tx},
    jobs::{self, ClaimedJob, Job, JobOutcome, Queue},
    mail::SendMail,
    pages::{DrawPage, EmptyTrash},
    retention::Sweep,
};

/// Error text of a job whose workers' leases expired too often.
const TOO_MANY_EXPIRED_LEASES: &str = "too many leases expired";

/// The decoded payload: one variant for each kind of job, with the owner where it acts for one. The
/// owner is that of the row, because a guest's jobs move to the account that the guest becomes.
pub enum JobPayload {
    DrawPage(UserId, DrawPage),
    SendMail(SendMail),
    RemoveFiles(RemoveFiles),
    RelocateFiles(UserId, RelocateFiles),
    EmptyTrash(UserId, EmptyTrash),
    Sweep(Sweep),
}

/// A claimed job with its decoded payload.
pub struct RunnableJob {
    pub claimed: ClaimedJob,
    pub payload: JobPayload,
}

impl JobPayload {
    /// `None` when the kind or the payload is unknown to this version of the program.
    fn decode(claimed: &ClaimedJob) -> Option<Self> {
        match claimed.kind.as_str() {
            DrawPage::KIND => Some(Self::DrawPage(claimed.user?, claimed.decode_payload()?)),
            SendMail::KIND => claimed.decode_payload().map(Self::SendMail),
            RemoveFiles::KIND => claimed.decode_payload().map(Self::RemoveFiles),
            RelocateFiles::KIND => Some(Self::RelocateFiles(claimed.user?, claimed.decode_payload()?)),
            EmptyTrash::KIND => Some(Self::EmptyTrash(claimed.user?, claimed.decode_payload()?)),
            Sweep::KIND => claimed.decode_payload().map(Self::Sweep),
            _ => None,
        }
    }

    fn max_attempts(&self) -> i64 {
        match self {
            Self::DrawPage(..) => DrawPage::MAX_ATTEMPTS,
            Self::SendMail(_) => SendMail::MAX_ATTEMPTS,
            Self::RemoveFiles(_) => RemoveFiles::MAX_ATTEMPTS,
            Self::RelocateFiles(..) => RelocateFiles::MAX_ATTEMPTS,
            Self::EmptyTrash(..) => EmptyTrash::MAX_ATTEMPTS,
            Self::Sweep(_) => Sweep::MAX_ATTEMPTS,
        }
    }

    /// Number of expired leases before the job fails. Most workers die for reasons unrelated to the
    /// job (with workers that live for four seconds on an overloaded host, every second attempt
    /// ended that way), but a job that crashes its worker has to fail in the end.
    fn max_expired_leases(&self) -> i64 {
        self.max_attempts().saturating_mul(8)
    }
}

/// Claims the next due job of a queue and decodes it; marks the page of a drawing job as being
/// drawn.
///
/// # Errors
/// When the payload cannot be decoded. The job becomes a dead letter: left in the queue, it would
/// be claimed again and again.
pub async fn claim_job(state: &AppState, queue: Queue) -> Result<Option<RunnableJob>, Error> {
    let Some((claimed, mut tx)) = jobs::claim_next(state, queue).await? else { return Ok(None) };
    let Some(payload) = JobPayload::decode(&claimed) else {
        claimed.dead_letter(&mut tx, "undecodable payload").await?;
        if let (Some(user), Some(page)) = (claimed.user, claimed.page) {
            DrawPage::fail_and_refund(&mut tx, user, page, claimed.id).await?;
        }
        tx.commit().await?;
        return Err(Error::internal(format!("the payload of job {} cannot be decoded: dead letter", claimed.id)));
    };
    if let JobPayload::DrawPage(owner, job) = &payload {
        job.mark_drawing(&mut tx, *owner).await?;
    }
    tx.commit().await?;
    Ok(Some(RunnableJob { claimed, payload }))
}

impl RunnableJob {
    /// Runs one attempt and records its outcome.
    ///
    /// # Errors
    /// The attempt failed; the caller calls [`Self::record_failure`].
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        let expired_leases = self.claimed.expired_leases;
        if expired_leases >= self.payload.max_expired_leases() {
            tracing::warn!(job = %self.claimed.id, expired_leases, "{TOO_MANY_EXPIRED_LEASES}: dead letter");
            return self.dead_letter(state, TOO_MANY_EXPIRED_LEASES).await;
        }
        match &self.payload {
            // Stores its result and marks the job as done in one transaction.
            JobPayload::DrawPage(owner, job) => {
                return match job.run(state, *owner, &self.claimed).await? {
                    JobOutcome::Done => Ok(()),
                    JobOutcome::Failed(reason) => self.dead_letter(state, &reason).await,
                    JobOutcome::Snoozed { delay, progress } => self.snooze(state, delay, progress).await,
                };
            }
            JobPayload::SendMail(job) => job.run(state).await?,
            JobPayload::RemoveFiles(job) => job.run(state).await?,
            JobPayload::RelocateFiles(owner, job) => job.run(state, *owner).await?,
            JobPayload::EmptyTrash(owner, job) => job.run(state, *owner).await?,
            JobPayload::Sweep(job) => job.run(state).await?,
        }
        let mut tx = state.db.begin(Authority::System).await?;
        self.claimed.mark_done(&mut tx).await?;
        tx.commit().await
    }

    /// Puts the job back for another attempt; after the last one it becomes a dead letter.
    pub async fn record_failure(&self, state: &AppState, error: &str) -> Result<(), Error> {
        if self.claimed.attempts >= self.payload.max_attempts() {
            return self.dead_letter(state, error).await;
        }
        let mut tx = self.begin_with_owner_lock(state).await?;
        let is_held = self.claimed.retry_later(&mut tx, error).await?;
        self.mark_page_waiting(&mut tx, is_held).await?;
        tx.commit().await
    }

    /// Makes the job a dead letter; the owner of a page gets the credit back.
    async fn dead_letter(&self, state: &AppState, error: &str) -> Result<(), Error> {
        let mut tx = self.begin_with_owner_lock(state).await?;
        if self.claimed.dead_letter(&mut tx, error).await?
            && let JobPayload::DrawPage(owner, job) = &self.payload
        {
            DrawPage::fail_and_refund(&mut tx, *owner, job.page_id, self.claimed.id).await?;
        }
        tx.commit().await
    }

    /// Puts the job back until another system may have an answer. The page keeps its status: for
    /// its owner it is still being drawn.
    async fn snooze(&self, state: &AppState, delay: Millis, progress: f64) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        self.claimed.snooze(&mut tx, delay, progress).await?;
        tx.commit().await
    }

    /// On shutdown: puts the job back at once. The attempt is not counted.
    pub async fn release(&self, state: &AppState) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        let is_held = self.claimed.release_lease(&mut tx).await?;
        self.mark_page_waiting(&mut tx, is_held).await?;
        tx.commit().await
    }

    async fn begin_with_owner_lock(&self, state: &AppState) -> Result<Tx, Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        if let JobPayload::DrawPage(owner, _) = &self.payload {
            tx.lock_owner(*owner).await?;
        }
        Ok(tx)
    }

    async fn mark_page_waiting(&self, tx: &mut Tx, is_held: bool) -> Result<(), Error> {
        match &self.payload {
            JobPayload::DrawPage(owner, job) if is_held => job.mark_waiting(tx, *owner).await,
            _ => Ok(()),
        }
    }
}
