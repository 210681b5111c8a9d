//! Background job that deletes stored files whose rows are gone.

use serde::{Deserialize, Serialize};

use crate::{AppState, Error, jobs::Job};

#[derive(Serialize, Deserialize)]
pub struct RemoveFiles {
    pub paths: Vec<String>,
}

impl Job for RemoveFiles {
    const KIND: &'static str = "remove_files";
    /// Unlimited: a promised deletion has to happen, even after a long outage of the store.
    const MAX_ATTEMPTS: i64 = i64::MAX;
    /// Runs after mails.
    const PRIORITY: i64 = 10;
}

impl RemoveFiles {
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        for path in &self.paths {
            state.files.delete(path).await?;
        }
        Ok(())
    }
}
