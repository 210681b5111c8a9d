//! What can go wrong. A `Problem` is meant for the person; everything else is logged, here, and told as "our fault".

use model::Problem;

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
            hidden => {
                tracing::error!(error = %hidden, "request failed");
                Problem::internal()
            }
        }
    }
}
