//! Database access: SQLite or PostgreSQL behind one transaction type, so that every statement is
//! written once.
//!
//! Placeholders are `$1`, which both databases accept. Each transaction has an [`Authority`].
//! Statements on owned data filter by owner; on PostgreSQL, row-level security additionally hides
//! the rows of other accounts.

mod postgres;

use std::{str::FromStr, time::Duration};

use model::UserId;
use sqlx::{
    Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Config, Error,
    clock::{Millis, local_now},
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("../migrations/sqlite");

/// The account that a transaction acts for; selects its PostgreSQL role.
#[derive(Clone, Copy, Debug)]
pub enum Authority {
    /// One account: on PostgreSQL, only its own rows are visible.
    Owner(UserId),
    /// All accounts: for sign-in and for the worker.
    System,
}

/// The connection pools.
#[derive(Clone)]
pub enum Db {
    /// SQLite allows one writer at a time. A pool of one connection queues the writers in order.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction. It is rolled back when dropped without [`Tx::commit`].
pub struct Tx {
    pub engine: Engine,
    /// Time when the transaction began, by the clock of the PostgreSQL server or of this process.
    pub now: Millis,
}

/// The database that a transaction runs on.
pub enum Engine {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens the database. Creates the SQLite file and its folder.
    pub async fn open(config: &Config) -> Result<Self, Error> {
        let url = config.database_url();
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres(postgres::open(&url).await?));
        }
        let options = SqliteConnectOptions::from_str(&url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(15));
        if let Some(folder) = options.get_filename().parent() {
            std::fs::create_dir_all(folder).map_err(|error| Error::Io("creating the folder of the database", error))?;
        }
        // sqlx tests each connection when it returns to the pool, which also completes a pending
        // rollback.
        let pool = || SqlitePoolOptions::new().test_before_acquire(false);
        let writer = pool()
            .max_connections(1)
            // When the disk is full, SQLite rolls back by itself and sqlx still counts an open
            // transaction: such a connection cannot begin another one and is closed.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        let readers = pool().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { readers, writer })
    }

    /// Runs the missing migrations. On PostgreSQL, the role has to own the tables.
    pub async fn migrate(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite { writer, .. } => Ok(SQLITE_MIGRATIONS.run(writer).await?),
            Self::Postgres(pool) => postgres::migrate(pool).await,
        }
    }

    /// Checks at start-up that the schema is up to date. Runs missing migrations on SQLite, and on
    /// PostgreSQL in development.
    ///
    /// # Errors
    /// In production on PostgreSQL: row-level security does not apply to the role, or migrations
    /// are missing, which a role that is subject to row-level security cannot run.
    pub async fn ensure_schema(&self, config: &Config) -> Result<(), Error> {
        let Self::Postgres(pool) = self else { return self.migrate().await };
        if !config.is_dev() {
            postgres::check_role(pool).await?;
        }
        if postgres::is_up_to_date(pool).await? {
            Ok(())
        } else if config.is_dev() {
            self.migrate().await
        } else {
            Err(Error::config(
                "the database schema is outdated: run `scribble migrate` as the role that owns the tables",
            ))
        }
    }

    /// Begins a transaction that can write.
    pub async fn begin(&self, authority: Authority) -> Result<Tx, Error> {
        match self {
            // Takes the write lock at once: a transaction that first reads and then writes can fail
            // with SQLITE_BUSY without waiting.
            Self::Sqlite { writer, .. } => Ok(Tx::from_sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => Tx::from_postgres(with_statement_timeout(pool.begin()).await?, authority).await,
        }
    }

    /// Begins a transaction that only reads. On SQLite it does not wait for writers.
    pub async fn begin_read(&self, authority: Authority) -> Result<Tx, Error> {
        match self {
            Self::Sqlite { readers, .. } => Ok(Tx::from_sqlite(readers.begin().await?)),
            Self::Postgres(pool) => Tx::from_postgres(with_statement_timeout(pool.begin()).await?, authority).await,
        }
    }
}

impl Tx {
    fn from_sqlite(tx: Transaction<'static, Sqlite>) -> Self {
        Self { engine: Engine::Sqlite(tx), now: local_now() }
    }

    /// Switches to the role of the authority and reads the server's clock.
    async fn from_postgres(mut tx: Transaction<'static, Postgres>, authority: Authority) -> Result<Self, Error> {
        let (role, owner) = match authority {
            Authority::Owner(id) => ("scribble_app", id.to_string()),
            Authority::System => ("scribble_worker", String::new()),
        };
        // Local to this transaction. Row-level security applies to both roles, whatever the
        // connection's own role is allowed to do.
        let set_role = sqlx::query_as::<_, (Millis,)>(
            "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
             FROM set_config('role', $1, true) AS role, set_config('app.user_id', $2, true) AS owner",
        );
        let (now,) = with_statement_timeout(set_role.bind(role).bind(owner).fetch_one(&mut *tx)).await?;
        Ok(Self { engine: Engine::Postgres(tx), now })
    }

    /// Locks the owner's row until the transaction ends, so that changes to the pages and books of
    /// one owner are serialized. Take it before any other lock on the owner's rows. SQLite has a
    /// single writer and needs no lock.
    pub async fn lock_owner(&mut self, owner: UserId) -> Result<(), Error> {
        if let Engine::Postgres(tx) = &mut self.engine {
            let lock = sqlx::query("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE").bind(owner.0);
            with_statement_timeout(lock.fetch_optional(&mut **tx)).await?;
        }
        Ok(())
    }

    /// # Errors
    /// On PostgreSQL a lost connection or a timeout becomes [`Error::Internal`], not a busy
    /// database: the commit may have succeeded, so the client must not be asked to retry.
    pub async fn commit(self) -> Result<(), Error> {
        match self.engine {
            Engine::Sqlite(tx) => tx.commit().await?,
            Engine::Postgres(tx) => with_statement_timeout(tx.commit()).await.map_err(|error| match error {
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => {
                    Error::internal(format!("outcome of the commit unknown: {error}"))
                }
                error => error.into(),
            })?,
        }
        Ok(())
    }
}

pub(crate) use postgres::with_statement_timeout;

/// Runs one statement on the transaction's database: `run_query!(tx, query, "...", [args],
/// fetch_one)`.
macro_rules! run_query {
    ($tx:expr, $query:ident $(::<_, $row:ty>)?, $sql:expr, [$($arg:expr),*], $fetch:ident) => {
        match &mut $tx.engine {
            $crate::db::Engine::Sqlite(tx) => {
                sqlx::$query$(::<_, $row>)?($sql)$(.bind($arg))*.$fetch(&mut **tx).await.map_err($crate::Error::from)
            }
            $crate::db::Engine::Postgres(tx) => {
                let statement = sqlx::$query$(::<_, $row>)?($sql)$(.bind($arg))*;
                $crate::db::with_statement_timeout(statement.$fetch(&mut **tx)).await.map_err($crate::Error::from)
            }
        }
    };
}

/// `fetch_optional!(tx, Row, "SELECT ...", args...)`: `Result<Option<Row>, Error>`.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::db::run_query!($tx, query_as::<_, $row>, $sql, [$($arg),*], fetch_optional)
    };
}

/// `fetch_one!(tx, Row, "SELECT ...", args...)`: `Result<Row, Error>`.
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::db::run_query!($tx, query_as::<_, $row>, $sql, [$($arg),*], fetch_one)
    };
}

/// `fetch_all!(tx, Row, "SELECT ...", args...)`: `Result<Vec<Row>, Error>`.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::db::run_query!($tx, query_as::<_, $row>, $sql, [$($arg),*], fetch_all)
    };
}

/// `execute!(tx, "UPDATE ...", args...)`: `Result<u64, Error>`, the number of affected rows.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.engine {
            $crate::db::Engine::Sqlite(tx) => {
                sqlx::query($sql)$(.bind($arg))*.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            $crate::db::Engine::Postgres(tx) => {
                let statement = sqlx::query($sql)$(.bind($arg))*;
                $crate::db::with_statement_timeout(statement.execute(&mut **tx)).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::Error::from)
    };
}

pub(crate) use {execute, fetch_all, fetch_one, fetch_optional, run_query};
