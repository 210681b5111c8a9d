//! The job that moves files to the paths of their new owner after a guest was merged into an
//! account. It can be repeated from any point: each file is copied, then its row is updated, then
//! the old copy is deleted.

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
    /// Retried until the file store is available again.
    const MAX_ATTEMPTS: i64 = i64::MAX;
}

impl RelocateFiles {
    pub async fn run(&self, state: &AppState, owner: UserId) -> Result<(), Error> {
        let mut tx = state.db.begin_read(Authority::Owner(owner)).await?;
        let paths = assets::store::list_file_paths(&mut tx, owner).await?;
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
