//! PostgreSQL connection pool with timeouts, migrations, and the check that row-level security
//! applies to the connection's role.

use std::{future::Future, time::Duration};

use sqlx::{PgPool, migrate::Migrator, postgres::PgPoolOptions};
use tokio::time::timeout;

use crate::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");
static ROW_SECURITY: &str = include_str!("../../../migrations/row_security.sql");

/// Exempts the owner of the tables from row-level security: where it is forced, a migration that
/// updates rows would find none. It still applies to the roles of the site, and `ROW_SECURITY`
/// forces it again.
static UNFORCE_ROW_SECURITY: &str = "DO $$
    DECLARE forced RECORD;
    BEGIN
        FOR forced IN
            SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relforcerowsecurity
        LOOP
            EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', forced.relname);
        END LOOP;
    END $$";

/// Longer than any of our statements takes. Without it, a network that drops packets would block a
/// statement for many minutes.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// For a statement that needs no work.
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// Opens the connection pool.
pub async fn open(url: &str) -> Result<PgPool, Error> {
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .acquire_timeout(Duration::from_secs(10))
        // A host that fails does not close its connections: the server releases their locks after
        // this time.
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("SET idle_in_transaction_session_timeout = '30s'").execute(connection).await.map(drop)
            })
        })
        // Replaced by the ping below, which has a timeout.
        .test_before_acquire(false)
        .before_acquire(|connection, idle| {
            Box::pin(async move {
                // A connection used within the last second is not tested.
                if idle.idle_for < Duration::from_secs(1) {
                    return Ok(true);
                }
                Ok(matches!(timeout(PING_TIMEOUT, sqlx::query("SELECT").execute(connection)).await, Ok(Ok(_))))
            })
        })
        // A request that is cancelled while it begins a transaction would return the connection
        // with the transaction open (sqlx #4385). Without an open one, a ROLLBACK alone would log a
        // warning each time.
        .after_release(|connection, _| {
            Box::pin(async move {
                Ok(matches!(
                    timeout(PING_TIMEOUT, sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection)).await,
                    Ok(Ok(_))
                ))
            })
        })
        .connect(url)
        .await?;
    Ok(pool)
}

/// Awaits a statement; [`sqlx::Error::PoolTimedOut`] after [`STATEMENT_TIMEOUT`].
pub async fn with_statement_timeout<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(STATEMENT_TIMEOUT, statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Runs missing migrations, then sets privileges and row-level security. Needs the role that owns
/// the tables.
pub async fn migrate(pool: &PgPool) -> Result<(), Error> {
    if !is_up_to_date(pool).await? {
        sqlx::raw_sql(UNFORCE_ROW_SECURITY).execute(pool).await?;
        MIGRATIONS.run(pool).await?;
    }
    sqlx::raw_sql(ROW_SECURITY).execute(pool).await?;
    Ok(())
}

/// Returns true when the database has all migrations of this program.
pub async fn is_up_to_date(pool: &PgPool) -> Result<bool, Error> {
    let (exists,): (bool,) =
        sqlx::query_as("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(pool).await?;
    if !exists {
        return Ok(false);
    }
    let applied: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(pool).await?;
    Ok(MIGRATIONS.iter().all(|migration| applied.contains(&(migration.version,))))
}

/// Checks the privileges of the connection's role.
///
/// # Errors
/// Row-level security does not apply to the role or to one it is a member of, or the role is not a
/// member of the two roles that transactions run as.
pub async fn check_role(pool: &PgPool) -> Result<(), Error> {
    let (role, bypasses, owns, is_member): (String, bool, bool, bool) = sqlx::query_as(
        "SELECT CAST(session_user AS TEXT),
             EXISTS (SELECT FROM pg_roles
                     WHERE (rolsuper OR rolbypassrls) AND pg_has_role(session_user, oid, 'MEMBER')),
             EXISTS (SELECT FROM pg_class
                     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
                         AND pg_has_role(session_user, relowner, 'MEMBER')),
             (SELECT COUNT(*) FROM pg_roles
              WHERE rolname IN ('scribble_app', 'scribble_worker') AND pg_has_role(session_user, oid, 'MEMBER')) = 2",
    )
    .fetch_one(pool)
    .await?;
    let problem = if bypasses {
        "is a superuser or has BYPASSRLS: row security, which keeps accounts apart, would not hold for it"
    } else if owns {
        "owns the tables, and with that could switch off the row security that keeps accounts apart"
    } else if !is_member {
        "is not a member of scribble_app and scribble_worker, the roles that transactions run as"
    } else {
        return Ok(());
    };
    let advice = "Connect as a role like `scribble` in migrations/roles.sql";
    Err(Error::config(format!("the database role {role} {problem}. {advice}")))
}
