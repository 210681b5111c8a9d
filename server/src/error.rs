//! What can go wrong. A `Problem` is meant for the person; everything else is logged, here, and told as "our fault".

use model::Problem;

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

    /// True when PostgreSQL refused a text with a NUL, which it cannot hold.
    fn is_text_with_nul(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(refusal)) if refusal.code().as_deref() == Some("22021"))
    }

    /// True when the database was not to be had in time: locked by somebody else, or out of reach.
    fn is_busy(&self) -> bool {
        match self {
            // SQLITE_BUSY in the low byte (https://sqlite.org/rescode.html).
            Self::Database(sqlx::Error::Database(refusal)) => {
                refusal.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some()
                    && refusal.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5)
            }
            Self::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            _ => false,
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
            text if text.is_text_with_nul() => Problem::body_invalid(),
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
