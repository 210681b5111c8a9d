//! Soft deletion: a deleted page stays in the trash for a minute, hidden from every query, and can
//! be restored.

use std::collections::HashSet;

use model::{PageId, Problem, UserId, photo::AssetKind};
use serde::{Deserialize, Serialize};

use super::{delete_page, delete_page_rows, store};
use crate::{
    AppState, Error,
    assets::store as assets,
    clock::{Millis, SECOND},
    db::{Authority, Tx},
    identity::Account,
    jobs::{self, Job},
};

/// Moves the pages to the trash and adds a job for each that deletes it a minute later. A page
/// without a drawing that is still waiting or being drawn is deleted at once. A page that is being
/// redrawn keeps its previous drawing.
///
/// # Errors
/// `not_found` when one of the pages is not the account's; then none is deleted.
pub async fn move_to_trash(state: &AppState, account: &Account, ids: &[PageId]) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut unfinished = Vec::new();
    // A form may send the same id twice.
    for id in ids.iter().collect::<HashSet<_>>() {
        if has_drawing(&mut tx, account.id, *id).await?
            && jobs::cancel_unfinished(&mut tx, account.id, *id).await?.is_some()
        {
            store::set_ready_or_failed(&mut tx, account.id, *id).await?;
        }
        if store::move_to_trash(&mut tx, account.id, *id).await? {
            let job = EmptyTrash { page: *id };
            jobs::enqueue(&mut tx, jobs::new_job_id(), Some(account.id), &job, None).await?;
        } else if store::find(&mut tx, account.id, *id).await?.is_some() {
            unfinished.push(*id);
        } else {
            return Err(Problem::not_found().into());
        }
    }
    tx.commit().await?;
    for id in unfinished {
        delete_page(state, account, id).await?;
    }
    Ok(())
}

async fn has_drawing(tx: &mut Tx, owner: UserId, id: PageId) -> Result<bool, Error> {
    let drawing = assets::find_page_file(tx, owner, id, AssetKind::Artifact, "image/svg+xml").await?;
    Ok(drawing.is_some())
}

/// The account's pages in the trash, newest page first, at most 100.
pub async fn list_trashed_ids(state: &AppState, account: &Account) -> Result<Vec<PageId>, Error> {
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    store::list_trashed_ids(&mut tx, account.id).await
}

/// Restores pages from the trash unchanged. Returns false when at least one of them was already
/// deleted for good.
pub async fn restore(state: &AppState, account: &Account, ids: &[PageId]) -> Result<bool, Error> {
    let mut tx = state.db.begin(Authority::Owner(account.id)).await?;
    tx.lock_owner(account.id).await?;
    let mut all_restored = true;
    for id in ids {
        // A page that was restored before counts as restored.
        all_restored &=
            store::restore(&mut tx, account.id, *id).await? || store::find(&mut tx, account.id, *id).await?.is_some();
    }
    tx.commit().await?;
    Ok(all_restored)
}

/// Job that deletes one page for good if it is still in the trash.
#[derive(Serialize, Deserialize)]
pub struct EmptyTrash {
    page: PageId,
}

impl Job for EmptyTrash {
    const KIND: &'static str = "empty_trash";
    /// Retried without end: the user was told that the page is deleted.
    const MAX_ATTEMPTS: i64 = i64::MAX;
    const INITIAL_DELAY: Millis = 60 * SECOND;
}

impl EmptyTrash {
    pub async fn run(&self, state: &AppState, owner: UserId) -> Result<(), Error> {
        let mut tx = state.db.begin(Authority::Owner(owner)).await?;
        tx.lock_owner(owner).await?;
        // The page was restored and deleted again: the later job gives it the whole minute.
        if jobs::is_waiting(&mut tx, owner, self).await? {
            return Ok(());
        }
        // The owner may have restored the page; the row decides which of the two came first.
        if !store::restore(&mut tx, owner, self.page).await? {
            return Ok(());
        }
        delete_page_rows(&mut tx, owner, self.page).await?;
        tx.commit().await?;
        state.job_notifier.notify();
        Ok(())
    }
}
