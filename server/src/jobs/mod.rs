//! Jobs: work that outlives the request that asked for it. Leased rows in the database, so that a job is part of
//! the same transaction as its cause, and a worker that dies loses nothing.

mod store;

use std::sync::Arc;

use model::{JobId, PageId, UserId};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    Error, Machine,
    assets::RemoveFiles,
    clock::{MINUTE, Millis, SECOND},
    db::{Authority, Tx},
    mail::SendMail,
    pages::DrawPage,
};

/// Everything a worker can be asked to do. Each is safe to run twice. No `Debug`: a mail holds a code.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    DrawPage(DrawPage),
    SendMail(SendMail),
    RemoveFiles(RemoveFiles),
}

impl Work {
    fn kind(&self) -> &'static str {
        match self {
            Self::DrawPage(_) => "draw_page",
            Self::SendMail(_) => "send_mail",
            Self::RemoveFiles(_) => "remove_files",
        }
    }

    /// How often it is tried before it counts as failed.
    fn max_attempts(&self) -> i64 {
        match self {
            Self::DrawPage(_) => 3,
            // About 40 minutes: long enough for a mail server to come back, and longer than any code is good for.
            Self::SendMail(_) => 16,
            // What was to be deleted is deleted, however long the store is down.
            Self::RemoveFiles(_) => i64::MAX,
        }
    }

    /// The page it is for.
    fn page(&self) -> Option<PageId> {
        match self {
            Self::DrawPage(work) => Some(work.page_id),
            Self::SendMail(_) | Self::RemoveFiles(_) => None,
        }
    }
}

/// A job in a worker's hands. Whoever holds the newest lease may write; everyone else's writes touch no row.
pub struct Claimed {
    pub id: JobId,
    pub user: Option<UserId>,
    pub lease: Uuid,
    pub attempts: i64,
    pub work: Work,
}

/// The two kinds of work, which wait for different things: a page for a core, an errand mostly for somebody else. A
/// mail is not to stand in line behind drawings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Drawings,
    Errands,
}

/// Says that there may be work. Only shortens the wait: workers also look by themselves.
#[derive(Clone, Default)]
pub struct Doorbell(Arc<(Notify, Notify)>);

impl Doorbell {
    pub fn ring(&self) {
        self.0.0.notify_one();
        self.0.1.notify_one();
    }

    pub async fn rung(&self, lane: Lane) {
        match lane {
            Lane::Drawings => self.0.0.notified().await,
            Lane::Errands => self.0.1.notified().await,
        }
    }
}

/// Adds a job to the caller's transaction. Ring the doorbell after the commit.
pub async fn add(
    tx: &mut Tx,
    id: JobId,
    user: Option<UserId>,
    work: &Work,
    idempotency_key: Option<&str>,
) -> Result<(), Error> {
    let payload = serde_json::to_string(work).map_err(Error::internal)?;
    store::insert(tx, id, user, work.page(), work.kind(), &payload, idempotency_key).await
}

/// A fresh id for a job.
pub fn new_id() -> JobId {
    JobId(Uuid::now_v7())
}

/// Takes the job that has been due longest, or whose worker fell silent. One short statement; counts the attempt.
pub async fn claim(machine: &Machine, lane: Lane) -> Result<Option<Claimed>, Error> {
    let draw = lane == Lane::Drawings;
    // SQLite has one writer: look first, so that an idle worker never takes the lock.
    if !store::any_due(&mut machine.db.read(Authority::System).await?, draw).await? {
        return Ok(None);
    }
    let mut tx = machine.db.begin(Authority::System).await?;
    let lease = Uuid::new_v4();
    let lease_until = tx.now + Millis::from(machine.config.lease_seconds) * SECOND;
    let Some(row) = store::claim(&mut tx, draw, lease, lease_until).await? else { return Ok(None) };
    let Ok(work) = serde_json::from_str::<Work>(&row.payload) else {
        bury(tx, &row, lease).await?;
        return Err(Error::internal(format!("job {} cannot be read and was given up", row.id)));
    };
    let claimed = Claimed { id: JobId(row.id), user: row.user_id.map(UserId), lease, attempts: row.attempts, work };
    if let Work::DrawPage(work) = &claimed.work {
        work.started(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(Some(claimed))
}

/// Ends a job that no version of this program can read: left in line, it would be claimed for ever.
async fn bury(mut tx: Tx, row: &store::Row, lease: Uuid) -> Result<(), Error> {
    let id = JobId(row.id);
    store::end(&mut tx, id, lease, "dead", Some("unreadable")).await?;
    if let (Some(user), Some(page)) = (row.user_id, row.page_id) {
        DrawPage::give_up(&mut tx, UserId(user), PageId(page), id).await?;
    }
    tx.commit().await
}

impl Claimed {
    /// Prolongs the lease; false when it was lost.
    pub async fn heartbeat(&self, machine: &Machine) -> Result<bool, Error> {
        let mut tx = machine.db.begin(Authority::System).await?;
        let until = tx.now + Millis::from(machine.config.lease_seconds) * SECOND;
        let held = store::prolong(&mut tx, self.id, self.lease, until).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// True when more attempts were begun than the work is worth: its worker died each time.
    pub fn is_exhausted(&self) -> bool {
        self.attempts > self.work.max_attempts()
    }

    /// Ends the job within the transaction that stores its result; false when the lease was lost.
    pub async fn finish(&self, tx: &mut Tx) -> Result<bool, Error> {
        store::end(tx, self.id, self.lease, "done", None).await
    }

    /// After a failure: later again, or, after the last attempt, the end, with what was paid given back.
    pub async fn fail(&self, machine: &Machine, error: &str) -> Result<(), Error> {
        self.set_back(machine, error, self.attempts >= self.work.max_attempts()).await
    }

    /// After a failure that another attempt would only repeat.
    pub async fn give_up(&self, machine: &Machine, error: &str) -> Result<(), Error> {
        self.set_back(machine, error, true).await
    }

    async fn set_back(&self, machine: &Machine, error: &str, last: bool) -> Result<(), Error> {
        let mut tx = machine.db.begin(Authority::System).await?;
        let held = if last {
            store::end(&mut tx, self.id, self.lease, "dead", Some(error)).await?
        } else {
            let at = tx.now + back_off(self.attempts);
            store::retry(&mut tx, self.id, self.lease, at, error).await?
        };
        if let (true, Work::DrawPage(work)) = (held, &self.work) {
            if last {
                DrawPage::give_up(&mut tx, work.owner, work.page_id, self.id).await?;
            } else {
                work.postponed(&mut tx).await?;
            }
        }
        tx.commit().await
    }

    /// On shutdown: gives the job back at once, without counting the attempt.
    pub async fn release(&self, machine: &Machine) -> Result<(), Error> {
        let mut tx = machine.db.begin(Authority::System).await?;
        if store::release(&mut tx, self.id, self.lease).await?
            && let Work::DrawPage(work) = &self.work
        {
            work.postponed(&mut tx).await?;
        }
        tx.commit().await
    }
}

/// A page's job as its owner sees it.
pub struct State {
    pub page: PageId,
    pub state: String,
}

pub async fn find(tx: &mut Tx, user: UserId, id: JobId) -> Result<Option<State>, Error> {
    let row = store::find(tx, user, id).await?;
    Ok(row.and_then(|(page, state)| Some(State { page: PageId(page?), state })))
}

/// The job made by an earlier request with the same key, with the work it was for.
pub async fn find_by_key(tx: &mut Tx, user: UserId, key: &str) -> Result<Option<(JobId, Work)>, Error> {
    let Some((id, payload)) = store::find_by_key(tx, user, key).await? else { return Ok(None) };
    let work = serde_json::from_str(&payload).map_err(Error::internal)?;
    Ok(Some((JobId(id), work)))
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
