//! The database: SQLite or PostgreSQL behind one transaction type, so that every statement is written once.
//!
//! Statements use `$1`, which both engines take. A transaction is opened for somebody (`Authority`); statements on owned
//! data name the owner in their `WHERE`, and PostgreSQL is told who it is besides, and shows no rows of others.

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

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");

/// On whose behalf a transaction reads and writes.
#[derive(Clone, Copy, Debug)]
pub enum Authority {
    /// One account, and nothing that is not its own.
    Owner(UserId),
    /// The machine itself: signing people in, and the worker.
    System,
}

#[derive(Clone)]
pub enum Db {
    /// SQLite has one writer at a time: a pool of one connection makes writers queue here, in order.
    Lite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Pg(PgPool),
}

/// A transaction. Dropped without `commit`, it leaves no trace.
pub struct Tx {
    pub engine: Engine,
    /// The database's clock when the transaction began.
    pub now: Millis,
}

pub enum Engine {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens the database, creating the file and its folder for SQLite.
    pub async fn open(config: &Config) -> Result<Self, Error> {
        let url = config.database_url();
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Pg(postgres::open(&url).await?));
        }
        let options = SqliteConnectOptions::from_str(&url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(15));
        if let Some(folder) = options.get_filename().parent() {
            std::fs::create_dir_all(folder).map_err(|error| Error::Io("creating the database's folder", error))?;
        }
        // Each connection was tested when it was given back, which also waits until what was dropped is rolled back.
        let pool = || SqlitePoolOptions::new().test_before_acquire(false);
        let writer = pool()
            .max_connections(1)
            // SQLite ends a transaction by itself when the disk is full, and sqlx goes on counting it: such a connection
            // begins no other.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        let readers = pool().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self::Lite { readers, writer })
    }

    /// Brings the tables up to date; on PostgreSQL as the role that owns them.
    pub async fn migrate(&self) -> Result<(), Error> {
        match self {
            Self::Lite { writer, .. } => Ok(SQLITE.run(writer).await?),
            Self::Pg(pool) => postgres::migrate(pool).await,
        }
    }

    /// Makes sure of the tables and of our rights on them before anything else happens.
    ///
    /// # Errors
    /// In production on PostgreSQL: as a role that row security does not hold for, and with tables of another version,
    /// because such a role cannot change them.
    pub async fn prepare(&self, config: &Config) -> Result<(), Error> {
        let Self::Pg(pool) = self else { return self.migrate().await };
        if !config.is_dev() {
            postgres::check_role(pool).await?;
        }
        if postgres::is_up_to_date(pool).await? {
            Ok(())
        } else if config.is_dev() {
            self.migrate().await
        } else {
            Err(Error::config("the tables are not up to date: run `scribble migrate` as the role that owns them"))
        }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self, authority: Authority) -> Result<Tx, Error> {
        match self {
            // A reader that turns writer half-way can fail where waiting cannot help: take the lock at once.
            Self::Lite { writer, .. } => Ok(Tx::lite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Pg(pool) => Tx::pg(in_time(pool.begin()).await?, authority).await,
        }
    }

    /// Begins a transaction that only reads; on SQLite it waits for no writer.
    pub async fn read(&self, authority: Authority) -> Result<Tx, Error> {
        match self {
            Self::Lite { readers, .. } => Ok(Tx::lite(readers.begin().await?)),
            Self::Pg(pool) => Tx::pg(in_time(pool.begin()).await?, authority).await,
        }
    }
}

impl Tx {
    /// SQLite has no clock but that of its process.
    fn lite(tx: Transaction<'static, Sqlite>) -> Self {
        Self { engine: Engine::Lite(tx), now: local_now() }
    }

    async fn pg(mut tx: Transaction<'static, Postgres>, authority: Authority) -> Result<Self, Error> {
        let (role, owner) = match authority {
            Authority::Owner(id) => ("scribble_app", id.to_string()),
            Authority::System => ("scribble_worker", String::new()),
        };
        // For this transaction only: whatever the connection may do besides, row security holds for these roles.
        let setting = sqlx::query_as::<_, (Millis,)>(
            "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)
             FROM set_config('role', $1, true) AS role, set_config('app.user_id', $2, true) AS owner",
        );
        let (now,) = in_time(setting.bind(role).bind(owner).fetch_one(&mut *tx)).await?;
        Ok(Self { engine: Engine::Pg(tx), now })
    }

    /// Locks the owner's row until the transaction ends, so that changes to one owner's pages and books happen one after
    /// another. Take it before any other lock of the owner's rows. SQLite has a single writer and needs no lock.
    pub async fn lock_owner(&mut self, owner: UserId) -> Result<(), Error> {
        if let Engine::Pg(tx) = &mut self.engine {
            let lock = sqlx::query("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE").bind(owner.0);
            in_time(lock.fetch_optional(&mut **tx)).await?;
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<(), Error> {
        match self.engine {
            Engine::Lite(tx) => tx.commit().await?,
            Engine::Pg(tx) => in_time(tx.commit()).await.map_err(|error| match error {
                // It may have happened or not: nobody is told that it did not.
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => {
                    Error::internal(format!("a commit in doubt: {error}"))
                }
                error => error.into(),
            })?,
        }
        Ok(())
    }
}

pub(crate) use postgres::in_time;

/// Runs one statement on whichever engine the transaction is of: `on_engine!(tx, query, "...", args; fetch_one)`.
macro_rules! on_engine {
    ($tx:expr, $query:ident $(::<_, $row:ty>)?, $sql:expr, [$($arg:expr),*], $fetch:ident) => {
        match &mut $tx.engine {
            $crate::db::Engine::Lite(tx) => {
                sqlx::$query$(::<_, $row>)?($sql)$(.bind($arg))*.$fetch(&mut **tx).await.map_err($crate::Error::from)
            }
            $crate::db::Engine::Pg(tx) => {
                let statement = sqlx::$query$(::<_, $row>)?($sql)$(.bind($arg))*;
                $crate::db::in_time(statement.$fetch(&mut **tx)).await.map_err($crate::Error::from)
            }
        }
    };
}

/// `fetch_optional!(tx, Row, "SELECT ...", args...)`: `Result<Option<Row>, Error>`.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::db::on_engine!($tx, query_as::<_, $row>, $sql, [$($arg),*], fetch_optional)
    };
}

/// `fetch_one!(tx, Row, "SELECT ...", args...)`: `Result<Row, Error>`.
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::db::on_engine!($tx, query_as::<_, $row>, $sql, [$($arg),*], fetch_one)
    };
}

/// `fetch_all!(tx, Row, "SELECT ...", args...)`: `Result<Vec<Row>, Error>`.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::db::on_engine!($tx, query_as::<_, $row>, $sql, [$($arg),*], fetch_all)
    };
}

/// `execute!(tx, "UPDATE ...", args...)`: the number of rows touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match &mut $tx.engine {
            $crate::db::Engine::Lite(tx) => {
                sqlx::query($sql)$(.bind($arg))*.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            $crate::db::Engine::Pg(tx) => {
                let statement = sqlx::query($sql)$(.bind($arg))*;
                $crate::db::in_time(statement.execute(&mut **tx)).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::Error::from)
    };
}

pub(crate) use {execute, fetch_all, fetch_one, fetch_optional, on_engine};
