//! Deleting with second thoughts: for a minute a page lies in a bin, where nobody sees it, and can be taken out again.

use std::collections::HashSet;

use model::{PageId, Problem, UserId, photo::AssetKind};
use serde::{Deserialize, Serialize};

use super::{delete, forget, store};
use crate::{
    AppState, Error,
    assets::store as assets,
    clock::{DAY, Millis, SECOND},
    db::{Authority, Tx},
    identity::Account,
    jobs::{self, Job},
};

/// In the bin the end of a page lies a century earlier: nothing shows it any more, and its true end is still known.
const CENTURY: Millis = 100 * 365 * DAY;

/// No page that is not in the bin ended before this.
pub(crate) fn long_ago(now: Millis) -> Millis {
    now - CENTURY / 2
}

/// Deletes the pages a minute from now; those that were never drawn yet, at once. One that is drawn anew keeps the drawing
/// it had.
///
/// # Errors
/// `not_found`; then nothing is deleted.
pub async fn discard(state: &AppState, account: &Account, ids: &[PageId]) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut unfinished = Vec::new();
    // The same page may have been ticked twice.
    for id in ids.iter().collect::<HashSet<_>>() {
        if has_drawing(&mut tx, account.id, *id).await? && jobs::cancel(&mut tx, account.id, *id).await?.is_some() {
            store::set_not_drawn(&mut tx, account.id, *id).await?;
        }
        if store::discard(&mut tx, account.id, *id, CENTURY).await? {
            let job = EmptyBin { page: *id };
            jobs::add(&mut tx, jobs::new_id(), Some(account.id), &job, None).await?;
        } else if store::find(&mut tx, account.id, *id).await?.is_some() {
            unfinished.push(*id);
        } else {
            return Err(Problem::not_found().into());
        }
    }
    tx.commit().await?;
    for id in unfinished {
        delete(state, account, id).await?;
    }
    Ok(())
}

async fn has_drawing(tx: &mut Tx, owner: UserId, id: PageId) -> Result<bool, Error> {
    let drawing = assets::find_of_page(tx, owner, id, AssetKind::Artifact, "image/svg+xml").await?;
    Ok(drawing.is_some())
}

/// The account's pages that can still be taken back, at most a hundred.
pub async fn binned(state: &AppState, account: &Account) -> Result<Vec<PageId>, Error> {
    let mut tx = state.db.read(Authority::Owner(account.id)).await?;
    let long_ago = long_ago(tx.now);
    store::binned(&mut tx, account.id, long_ago).await
}

/// Takes pages out of the bin: they are as they were. False when some were there no more.
pub async fn take_out(state: &AppState, account: &Account, ids: &[PageId]) -> Result<bool, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let long_ago = long_ago(tx.now);
    let mut all = true;
    for id in ids {
        // Taken out before, it is there too.
        all &= store::take_out(&mut tx, account.id, *id, long_ago, CENTURY).await?
            || store::find(&mut tx, account.id, *id).await?.is_some();
    }
    tx.commit().await?;
    Ok(all)
}

/// The job that deletes a page if it still lies in the bin.
#[derive(Serialize, Deserialize)]
pub struct EmptyBin {
    page: PageId,
}

impl Job for EmptyBin {
    const KIND: &'static str = "empty_bin";
    /// What was to be deleted is deleted.
    const ATTEMPTS: i64 = i64::MAX;
    const PAUSE: Millis = 60 * SECOND;
}

impl EmptyBin {
    pub async fn run(&self, state: &AppState, owner: UserId) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::Owner(owner)).await?;
        tx.lock_owner(owner).await?;
        // Taken out and discarded once more meanwhile: that has a minute of its own.
        if jobs::waits(&mut tx, owner, self).await? {
            return Ok(());
        }
        let long_ago = long_ago(tx.now);
        // Whoever takes it out first has it: this job to remove it, or its owner to keep it.
        if !store::take_out(&mut tx, owner, self.page, long_ago, CENTURY).await? {
            return Ok(());
        }
        forget(&mut tx, owner, self.page).await?;
        tx.commit().await?;
        state.job_notifier.ring();
        Ok(())
    }
}
