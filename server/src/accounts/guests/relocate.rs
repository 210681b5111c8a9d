//! The job that gives files the name of their new owner, after a guest was merged into an account. Safe at any point:
//! each file is copied, then its row changes, then the old copy goes.

use model::UserId;
use serde::{Deserialize, Serialize};

use crate::{AppState, Error, assets, db::Authority, jobs::Job};

#[derive(Serialize, Deserialize)]
pub struct RelocateFiles {
    /// The guest, whose id the file names begin with.
    pub from: UserId,
}

impl Job for RelocateFiles {
    const KIND: &'static str = "relocate_files";
    /// However long the store is down.
    const MAX_ATTEMPTS: i64 = i64::MAX;
}

impl RelocateFiles {
    pub async fn run(&self, state: &AppState, owner: UserId) -> Result<(), Error> {
        let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
        let paths = assets::store::list_paths(&mut tx, owner).await?;
        drop(tx);
        let old = format!("{}/", self.from);
        for path in paths {
            if let Some(rest) = path.strip_prefix(&old) {
                assets::move_file(state, owner, &path, &format!("{owner}/{rest}")).await?;
            }
        }
        Ok(())
    }
}
