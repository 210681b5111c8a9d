//! One file for each screen: what it asks of the server, and what it shows.

pub mod book;
pub mod callback;
pub mod choose;
pub mod create;
pub mod gallery;
pub mod login;
pub mod page;
pub mod refused;
pub mod reset_password;

use model::Problem;
use serde::Deserialize;

/// What a form left in the address when it failed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Failed {
    problem: Option<String>,
    /// Seconds, when it was too early.
    wait: Option<String>,
}

impl Failed {
    pub fn problem(&self) -> Option<Problem> {
        let wait = self.wait.as_deref().and_then(|seconds| seconds.parse().ok());
        Problem::from_query(self.problem.as_deref()?, wait)
    }
}
