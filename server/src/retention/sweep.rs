//! The job that runs the sweep. It is scheduled once an hour, by whichever process is first.

use serde::{Deserialize, Serialize};

use super::sweep;
use crate::{AppState, Error, jobs::Job};

/// Job that runs [`sweep`].
#[derive(Serialize, Deserialize)]
pub struct Sweep {}

impl Job for Sweep {
    const KIND: &'static str = "sweep";
    /// Few attempts suffice: the next sweep follows within the hour.
    const MAX_ATTEMPTS: i64 = 3;
    /// Behind mail, which has priority 0.
    const PRIORITY: i64 = 10;
}

impl Sweep {
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        sweep(state, false).await.map(drop)
    }
}
