//! Error type of the server, and its mapping to problem responses (RFC 9457). Clients see a
//! `Problem` as it is; every other error is logged here, and the client sees a generic problem.

use std::borrow::Cow;

use model::Problem;

/// Error codes after which a retry can succeed: SQLITE_BUSY and its extended codes
/// (<https://sqlite.org/rescode.html>); of PostgreSQL
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>) deadlock, idle transaction
/// timeout, too many connections, shutdown and startup.
const BUSY_CODES: [&str; 9] = ["5", "261", "517", "773", "40P01", "25P03", "53300", "57P01", "57P03"];

/// `Retry-After` of a busy database, in seconds.
const BUSY_RETRY_AFTER: u64 = 5;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request was rejected; the client sees the reason.
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
    /// Invalid configuration; reported at start-up.
    #[error("{0}")]
    Config(String),
    #[error("{0}")]
    Internal(String),
}

impl Error {
    pub fn config(text: impl Into<String>) -> Self {
        Self::Config(text.into())
    }

    /// Wraps an unexpected failure, which the client sees as an internal error.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// Returns true when the object store has no file with this path.
    pub fn is_missing_file(&self) -> bool {
        matches!(self, Self::Store(object_store::Error::NotFound { .. }))
    }

    /// Returns true for a violation of the unique constraint or index `name`. SQLite reports its
    /// columns instead of its name: `columns` is `table.column, table.column`.
    pub fn is_unique_violation(&self, name: &str, columns: &str) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.is_unique_violation() && (error.constraint() == Some(name) || error.message().ends_with(columns))
    }

    /// Returns true when the referenced row was deleted concurrently, usually with its account.
    fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_foreign_key_violation())
    }

    /// Returns true when a text contained a NUL character, which PostgreSQL cannot store.
    fn is_nul_in_text(&self) -> bool {
        self.database_code().as_deref() == Some("22021")
    }

    /// Returns true when the database was locked, unreachable, overloaded or shutting down.
    fn is_busy(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            _ => self.database_code().is_some_and(|code| BUSY_CODES.contains(&code.as_ref())),
        }
    }

    /// Returns the SQLSTATE of PostgreSQL, or the extended result code of SQLite.
    fn database_code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Database(sqlx::Error::Database(error)) => error.code(),
            _ => None,
        }
    }

    /// Returns true for a violation of the check constraint `name`. Both databases put the name
    /// into the message.
    pub fn is_check_violation(&self, name: &str) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.is_check_violation() && error.message().contains(name)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Problem(problem) => problem,
            error if error.is_nul_in_text() => {
                tracing::warn!(%error, "text contains a NUL character");
                Problem::body_invalid()
            }
            error if error.is_foreign_key_violation() => {
                tracing::warn!(%error, "the referenced row was deleted concurrently");
                Problem::not_found()
            }
            error if error.is_busy() => {
                tracing::error!(%error, "database unavailable");
                Problem { retry_after: Some(BUSY_RETRY_AFTER), ..Problem::busy() }
            }
            error => {
                tracing::error!(%error, "request failed");
                Problem::internal()
            }
        }
    }
}
