//! One file for each screen: what it asks of the server, and what it shows.

pub mod account;
pub mod admin;
pub mod book;
pub mod callback;
pub mod choose;
pub mod credits;
pub mod dev_mail;
pub mod gallery;
pub mod home;
pub mod login;
pub mod not_found;
pub mod offline;
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
