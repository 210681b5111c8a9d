//! Every kind of job there is: how it is read, run, and settled when it fails.

use model::UserId;

use crate::{
    AppState, Error,
    accounts::guests::RelocateFiles,
    assets::RemoveFiles,
    clock::Millis,
    db::{Authority, Tx},
    jobs::{self, Claimed, Job, Queue},
    mail::SendMail,
    pages::{DrawPage, EmptyTrash, Ending},
    retention::Sweep,
};

/// Every kind of job, with its owner where it acts for one. The owner is the one of the job's row: a guest's jobs change hands.
pub enum Work {
    DrawPage(UserId, DrawPage),
    SendMail(SendMail),
    RemoveFiles(RemoveFiles),
    RelocateFiles(UserId, RelocateFiles),
    EmptyTrash(UserId, EmptyTrash),
    Sweep(Sweep),
}

/// A claimed job and what it says is to be done.
pub struct Task {
    pub claimed: Claimed,
    pub work: Work,
}

impl Work {
    fn read(claimed: &Claimed) -> Option<Self> {
        match claimed.kind.as_str() {
            DrawPage::KIND => Some(Self::DrawPage(claimed.user?, claimed.read()?)),
            SendMail::KIND => claimed.read().map(Self::SendMail),
            RemoveFiles::KIND => claimed.read().map(Self::RemoveFiles),
            RelocateFiles::KIND => Some(Self::RelocateFiles(claimed.user?, claimed.read()?)),
            EmptyTrash::KIND => Some(Self::EmptyTrash(claimed.user?, claimed.read()?)),
            Sweep::KIND => claimed.read().map(Self::Sweep),
            _ => None,
        }
    }

    fn attempts(&self) -> i64 {
        match self {
            Self::DrawPage(..) => DrawPage::ATTEMPTS,
            Self::SendMail(_) => SendMail::ATTEMPTS,
            Self::RemoveFiles(_) => RemoveFiles::ATTEMPTS,
            Self::RelocateFiles(..) => RelocateFiles::ATTEMPTS,
            Self::EmptyTrash(..) => EmptyTrash::ATTEMPTS,
            Self::Sweep(_) => Sweep::ATTEMPTS,
        }
    }

    /// How many workers may fall silent over it before it counts as failed. Most of them were killed for another reason:
    /// where workers live for four seconds on a crowded machine, every second attempt ends so. But a job that kills its
    /// worker must end, too.
    fn expired_leases(&self) -> i64 {
        self.attempts().saturating_mul(8)
    }
}

/// Claims the next job of a lane. One that cannot be read is ended: left in line, it would be claimed for ever.
pub async fn take(state: &AppState, queue: Queue) -> Result<Option<Task>, Error> {
    let Some((claimed, mut tx)) = jobs::claim(state, queue).await? else { return Ok(None) };
    let Some(work) = Work::read(&claimed) else {
        claimed.bury(&mut tx, "unreadable").await?;
        if let (Some(user), Some(page)) = (claimed.user, claimed.page) {
            DrawPage::give_up(&mut tx, user, page, claimed.id).await?;
        }
        tx.commit().await?;
        return Err(Error::internal(format!("job {} cannot be read and was given up", claimed.id)));
    };
    if let Work::DrawPage(owner, work) = &work {
        work.started(&mut tx, *owner).await?;
    }
    tx.commit().await?;
    Ok(Some(Task { claimed, work }))
}

impl Task {
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        if self.claimed.expired_leases >= self.work.expired_leases() {
            tracing::warn!(job = %self.claimed.id, expired_leases = self.claimed.expired_leases, "given up: its workers fell silent");
            return self.set_back(state, "its workers fell silent", true).await;
        }
        match &self.work {
            // Stores its result and ends the job in one transaction.
            Work::DrawPage(owner, work) => {
                return match work.run(state, *owner, &self.claimed).await? {
                    Ending::Settled => Ok(()),
                    Ending::InVain(reason) => self.set_back(state, &reason, true).await,
                    Ending::Waiting { pause, progress } => self.wait(state, pause, progress).await,
                };
            }
            Work::SendMail(work) => work.run(state).await?,
            Work::RemoveFiles(work) => work.run(state).await?,
            Work::RelocateFiles(owner, work) => work.run(state, *owner).await?,
            Work::EmptyTrash(owner, work) => work.run(state, *owner).await?,
            Work::Sweep(work) => work.run(state).await?,
        }
        let mut tx = state.db.begin(Authority::System).await?;
        self.claimed.finish(&mut tx).await?;
        tx.commit().await
    }

    /// After a failure: later again, or, after the last attempt, the end, with what was paid given back.
    pub async fn fail(&self, state: &AppState, error: &str) -> Result<(), Error> {
        self.set_back(state, error, self.claimed.attempts >= self.work.attempts()).await
    }

    async fn set_back(&self, state: &AppState, error: &str, last: bool) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        if let Work::DrawPage(owner, _) = &self.work {
            tx.lock_owner(*owner).await?;
        }
        if !last {
            let held = self.claimed.postpone(&mut tx, error).await?;
            self.wait_again(&mut tx, held).await?;
        } else if self.claimed.bury(&mut tx, error).await?
            && let Work::DrawPage(owner, work) = &self.work
        {
            DrawPage::give_up(&mut tx, *owner, work.page_id, self.claimed.id).await?;
        }
        tx.commit().await
    }

    /// Until somebody else has done their part. Whoever looks at the page still sees it drawn.
    async fn wait(&self, state: &AppState, pause: Millis, progress: f64) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        self.claimed.wait(&mut tx, pause, progress).await?;
        tx.commit().await
    }

    /// On shutdown: gives the job back at once, without counting the attempt.
    pub async fn release(&self, state: &AppState) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::System).await?;
        let held = self.claimed.release(&mut tx).await?;
        self.wait_again(&mut tx, held).await?;
        tx.commit().await
    }

    async fn wait_again(&self, tx: &mut Tx, held: bool) -> Result<(), Error> {
        match &self.work {
            Work::DrawPage(owner, work) if held => work.postponed(tx, *owner).await,
            _ => Ok(()),
        }
    }
}
