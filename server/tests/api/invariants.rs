//! What must be true after any story: nothing is left to do, the books add up, and rows and files agree.

use server::{
    Machine,
    db::Db,
    retention::{Differences, differences},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// Makes an empty database on a PostgreSQL server and returns its address.
pub async fn create_database(server: &str) -> String {
    let name = format!("test_{}", Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.expect("PostgreSQL");
    let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&mut connection).await.expect("a database");
    format!("{server}/{name}")
}

/// The first column of every row, as text.
pub async fn column(machine: &Machine, sql: &'static str) -> Vec<String> {
    match &machine.db {
        Db::Lite { readers, .. } => sqlx::query_scalar(sql).fetch_all(readers).await,
        Db::Pg(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
    }
    .expect("rows")
}

/// Changes rows behind the product's back: time passes, or something is broken on purpose. Returns how many.
pub async fn change(machine: &Machine, sql: &'static str) -> u64 {
    match &machine.db {
        Db::Lite { writer, .. } => sqlx::query(sql).execute(writer).await.map(|done| done.rows_affected()),
        Db::Pg(pool) => sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()),
    }
    .expect("changed")
}

pub async fn check(machine: &Machine) {
    let unfinished = "SELECT kind FROM jobs WHERE state IN ('waiting', 'running')";
    assert_eq!(column(machine, unfinished).await, Vec::<String>::new(), "jobs left");

    let unequal = "SELECT CAST(balance AS TEXT) FROM credits WHERE balance <> COALESCE(
        (SELECT SUM(delta) FROM credit_events WHERE credit_events.user_id = credits.user_id), 0)";
    assert_eq!(column(machine, unequal).await, Vec::<String>::new(), "balances that differ from their ledger");

    let charged = "SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status IN ('waiting', 'drawing')";
    assert_eq!(column(machine, charged).await, ["0"], "pages that nobody draws");

    assert_eq!(differences(machine).await.expect("compared"), Differences::default());
    assert_eq!(column(machine, "SELECT path FROM incoming").await, Vec::<String>::new(), "files on their way");
}
