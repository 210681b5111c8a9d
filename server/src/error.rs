//! What can go wrong. A `Problem` is meant for the person; everything else is logged, here, and told as "our fault", or,
//! where the database cannot take it, as too busy or as no text.

use std::borrow::Cow;

use model::Problem;

/// Codes of a database that has no time: SQLITE_BUSY and its kinds (<https://sqlite.org/rescode.html>); of PostgreSQL
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>) a deadlock, a transaction that was idle for too
/// long, too many connections, a shutdown and a start.
const BUSY: [&str; 9] = ["5", "261", "517", "773", "40P01", "25P03", "53300", "57P01", "57P03"];

/// Seconds until somebody whom a busy database turned away may try again.
const RETRY_BUSY: u64 = 5;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused, for a reason the person should know.
    #[error("{0}")]
    Problem(#[from] Problem),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("store: {0}")]
    Store(#[from] object_store::Error),
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
    /// The environment is set up wrongly; said at the start.
    #[error("{0}")]
    Config(String),
    #[error("{0}")]
    Internal(String),
}

impl Error {
    pub fn config(text: impl Into<String>) -> Self {
        Self::Config(text.into())
    }

    /// For what should not happen.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// True when the store has no file of the name.
    pub fn is_missing_file(&self) -> bool {
        matches!(self, Self::Store(object_store::Error::NotFound { .. }))
    }

    /// True when the database refused because of the constraint or unique index of this name.
    ///
    /// SQLite names the columns of a unique constraint instead: give them as `table.column, table.column`.
    pub fn is_unique_violation(&self, name: &str, columns: &str) -> bool {
        let Self::Database(sqlx::Error::Database(refusal)) = self else { return false };
        refusal.is_unique_violation() && (refusal.constraint() == Some(name) || refusal.message().ends_with(columns))
    }

    /// True when what a row belongs to was removed meanwhile: the account, with everything that it had.
    fn is_of_something_gone(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(refusal)) if refusal.is_foreign_key_violation())
    }

    /// True when PostgreSQL refused a text with a NUL, which it cannot hold.
    fn is_text_with_nul(&self) -> bool {
        self.database_code().as_deref() == Some("22021")
    }

    /// True when the database was not to be had in time: locked by somebody else, out of reach, or about to stop.
    fn is_busy(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            _ => self.database_code().is_some_and(|code| BUSY.contains(&code.as_ref())),
        }
    }

    /// SQLSTATE of PostgreSQL, or the result code of SQLite.
    fn database_code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Database(sqlx::Error::Database(refusal)) => refusal.code(),
            _ => None,
        }
    }

    /// True when the database refused because of the check of this name; both engines name it in their message.
    pub fn is_check_violation(&self, name: &str) -> bool {
        let Self::Database(sqlx::Error::Database(refusal)) = self else { return false };
        refusal.is_check_violation() && refusal.message().contains(name)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Problem(problem) => problem,
            text if text.is_text_with_nul() => {
                tracing::warn!(error = %text, "a text that the database cannot hold");
                Problem::body_invalid()
            }
            gone if gone.is_of_something_gone() => {
                tracing::warn!(error = %gone, "what it belongs to was removed meanwhile");
                Problem::not_found()
            }
            busy if busy.is_busy() => {
                tracing::error!(error = %busy, "the database was not to be had");
                Problem { retry_after: Some(RETRY_BUSY), ..Problem::busy() }
            }
            hidden => {
                tracing::error!(error = %hidden, "request failed");
                Problem::internal()
            }
        }
    }
}
