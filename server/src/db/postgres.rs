//! What PostgreSQL needs besides: a pool that survives a silent network, roles that row security holds for, and the
//! refusal to start as a role that it does not hold for.

use std::{future::Future, time::Duration};

use sqlx::{PgPool, migrate::Migrator, postgres::PgPoolOptions};
use tokio::time::timeout;

use crate::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");
static ROW_SECURITY: &str = include_str!("../../../migrations/row_security.sql");

/// Forced row security hides every row from the owner too: a migration that changes rows would change none. The roles
/// of the site are held to it meanwhile; `ROW_SECURITY` forces it again.
static OWNER_SEES_ROWS: &str = "DO $$
    DECLARE forced RECORD;
    BEGIN
        FOR forced IN
            SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relforcerowsecurity
        LOOP
            EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', forced.relname);
        END LOOP;
    END $$";

/// Longer than any statement of ours takes. A network that swallows packets would otherwise hold it for many minutes.
const STATEMENT: Duration = Duration::from_secs(30);
/// For a word with the server that needs no work.
const WORD: Duration = Duration::from_secs(3);

pub async fn open(url: &str) -> Result<PgPool, Error> {
    let pool = PgPoolOptions::new()
        .max_connections(10)
        .acquire_timeout(Duration::from_secs(10))
        // A process that vanished with its machine says no goodbye: its locks are not to outlive it for long.
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("SET idle_in_transaction_session_timeout = '30s'").execute(connection).await.map(drop)
            })
        })
        // Below: a test that waits no longer than a word takes.
        .test_before_acquire(false)
        .before_acquire(|connection, idle| {
            Box::pin(async move {
                // Used a moment ago, it works.
                if idle.idle_for < Duration::from_secs(1) {
                    return Ok(true);
                }
                Ok(matches!(timeout(WORD, sqlx::query("SELECT").execute(connection)).await, Ok(Ok(_))))
            })
        })
        // A request dropped while it begins would hand back an open transaction (sqlx #4385). Where none is open, a
        // mere ROLLBACK would leave a warning in the server's log each time.
        .after_release(|connection, _| {
            Box::pin(async move {
                Ok(matches!(timeout(WORD, sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection)).await, Ok(Ok(_))))
            })
        })
        .connect(url)
        .await?;
    Ok(pool)
}

/// The statement's result, or an error when it takes longer than any should.
pub async fn in_time<T>(statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(STATEMENT, statement).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

/// Brings the tables up to date, and the rights on them. Needs the role that owns them.
pub async fn migrate(pool: &PgPool) -> Result<(), Error> {
    if !is_up_to_date(pool).await? {
        sqlx::raw_sql(OWNER_SEES_ROWS).execute(pool).await?;
        MIGRATIONS.run(pool).await?;
    }
    sqlx::raw_sql(ROW_SECURITY).execute(pool).await?;
    Ok(())
}

/// True when all migrations of this program were run.
pub async fn is_up_to_date(pool: &PgPool) -> Result<bool, Error> {
    let (made,): (bool,) = sqlx::query_as("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(pool).await?;
    if !made {
        return Ok(false);
    }
    let done: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(pool).await?;
    Ok(MIGRATIONS.iter().all(|migration| done.contains(&(migration.version,))))
}

/// # Errors
/// When row security does not hold for the role that we are connected as, or for one that it may become; or when it
/// may not become the two roles that transactions run as.
pub async fn check_role(pool: &PgPool) -> Result<(), Error> {
    let (role, bypasses, owns, becomes): (String, bool, bool, bool) = sqlx::query_as(
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
    let wrong = if bypasses {
        "is a superuser or has BYPASSRLS: row security, which keeps accounts apart, would not hold for it"
    } else if owns {
        "owns the tables, and with that could switch off the row security that keeps accounts apart"
    } else if !becomes {
        "is not a member of scribble_app and scribble_worker, the roles that transactions run as"
    } else {
        return Ok(());
    };
    let way_out = "Connect as a role like `scribble` in migrations/roles.sql";
    Err(Error::config(format!("the database role {role} {wrong}. {way_out}")))
}
