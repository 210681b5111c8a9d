//! The job that gives files the name of their new owner, after a guest was merged into an account. Safe at any point:
//! each file is copied, then its row changes, then the old copy goes.

use model::UserId;
use serde::{Deserialize, Serialize};

use crate::{AppState, Error, assets, db::Authority, jobs::Job};

#[derive(Serialize, Deserialize)]
pub struct RelocateFiles {
    pub from: UserId,
    pub to: UserId,
}

impl Job for RelocateFiles {
    const KIND: &'static str = "relocate_files";
    /// However long the store is down.
    const ATTEMPTS: i64 = i64::MAX;
}

impl RelocateFiles {
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        let mut tx = state.db.read(Authority::Owner(self.to)).await?;
        let paths = assets::store::paths_of(&mut tx, self.to).await?;
        drop(tx);
        let old = format!("{}/", self.from);
        for path in paths {
            if let Some(rest) = path.strip_prefix(&old) {
                assets::relocate(state, self.to, &path, &format!("{}/{rest}", self.to)).await?;
            }
        }
        Ok(())
    }
}
