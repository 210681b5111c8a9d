//! What must be true after any story: nothing is left to do, the books add up, and rows and files agree.

use std::{collections::BTreeSet, path::Path};

use server::{Machine, db::Db};
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

/// Changes rows behind the product's back: what only time would do.
pub async fn run(machine: &Machine, sql: &'static str) {
    attempt(machine, sql).await.expect("a change");
}

/// The same, when the database may refuse.
pub async fn attempt(machine: &Machine, sql: &'static str) -> Result<(), sqlx::Error> {
    match &machine.db {
        Db::Lite { writer, .. } => sqlx::query(sql).execute(writer).await.map(drop),
        Db::Pg(pool) => sqlx::query(sql).execute(pool).await.map(drop),
    }
}

/// Has a provider's result lie somewhere else.
pub async fn put_result_url(machine: &Machine, url: &str) {
    let sql = "UPDATE generations SET result_url = $1";
    match &machine.db {
        Db::Lite { writer, .. } => sqlx::query(sql).bind(url).execute(writer).await.map(drop),
        Db::Pg(pool) => sqlx::query(sql).bind(url).execute(pool).await.map(drop),
    }
    .expect("a change");
}

pub async fn check(machine: &Machine) {
    let unfinished = "SELECT kind FROM jobs WHERE state IN ('waiting', 'running')";
    assert_eq!(column(machine, unfinished).await, Vec::<String>::new(), "jobs left");

    let unequal = "SELECT CAST(balance AS TEXT) FROM credits WHERE balance <> COALESCE(
        (SELECT SUM(delta) FROM credit_events WHERE credit_events.user_id = credits.user_id), 0)";
    assert_eq!(column(machine, unequal).await, Vec::<String>::new(), "balances that differ from their ledger");

    let charged = "SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status IN ('waiting', 'drawing')";
    assert_eq!(column(machine, charged).await, ["0"], "pages that nobody draws");

    let rows: BTreeSet<String> = column(machine, "SELECT path FROM assets").await.into_iter().collect();
    let folder = machine.config.storage_dir().expect("a folder");
    let mut files = BTreeSet::new();
    collect(&folder, &folder, &mut files);
    assert_eq!(rows, files, "rows and files differ");
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            collect(root, &entry.path(), files);
        } else {
            let path = entry.path();
            files.insert(path.strip_prefix(root).expect("inside").display().to_string());
        }
    }
}
