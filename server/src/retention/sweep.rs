//! The job that sweeps, once an hour whichever process is first.

use serde::{Deserialize, Serialize};

use super::sweep;
use crate::{AppState, Error, jobs::Job};

#[derive(Serialize, Deserialize)]
pub struct Sweep {}

impl Job for Sweep {
    const KIND: &'static str = "sweep";
    /// Another follows within the hour.
    const MAX_ATTEMPTS: i64 = 3;
    /// A mail goes first.
    const PRIORITY: i64 = 10;
}

impl Sweep {
    pub async fn run(&self, state: &AppState) -> Result<(), Error> {
        sweep(state, false).await.map(drop)
    }
}
