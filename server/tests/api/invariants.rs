//! Invariants that hold after every test (no unfinished job, balances match the ledger, rows match
//! files), and direct access to the database.

use server::{
    AppState,
    db::Db,
    retention::{Differences, find_differences},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// Creates an empty database on a PostgreSQL server and returns its URL.
pub async fn create_database(server: &str) -> String {
    let name = format!("test_{}", Uuid::now_v7().simple());
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.expect("PostgreSQL");
    let sql = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&mut connection).await.expect("a database");
    format!("{server}/{name}")
}

/// Returns the first column of every row, as text.
pub async fn select_column(state: &AppState, sql: &'static str) -> Vec<String> {
    match &state.db {
        Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_all(readers).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
    }
    .expect("rows")
}

/// Executes a statement, to set up a state that no request can.
pub async fn execute(state: &AppState, sql: &str) {
    try_execute(state, sql).await.expect("executed");
}

/// Like [`execute`], but returns the error.
pub async fn try_execute(state: &AppState, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    match &state.db {
        Db::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await.map(drop),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
    }
}

/// Moves the creation of an account and the last use of its sessions back by `days`.
pub async fn backdate_account(state: &AppState, owner: &str, days: i64) {
    let ago = days * 24 * 60 * 60 * 1000;
    let id = id_literal(state, owner);
    execute(state, &format!("UPDATE users SET created_at = created_at - {ago} WHERE id = {id}")).await;
    execute(state, &format!("UPDATE sessions SET rotated_at = rotated_at - {ago} WHERE user_id = {id}")).await;
}

/// Adds credits that are not free credits.
pub async fn add_credits(state: &AppState, owner: &str, credits: i64) {
    let (id, line) = (id_literal(state, owner), id_literal(state, &Uuid::now_v7().to_string()));
    let sql = "INSERT INTO credit_events (id, user_id, delta, kind, at) VALUES";
    execute(state, &format!("{sql} ({line}, {id}, {credits}, 'moved', 1)")).await;
}

/// Returns an id as an SQL literal.
fn id_literal(state: &AppState, id: &str) -> String {
    match state.db {
        Db::Sqlite { .. } => format!("x'{}'", id.replace('-', "")),
        Db::Postgres(_) => format!("'{id}'"),
    }
}

/// Returns every table whose rows have an owner, with the column that holds the owner's id.
pub async fn list_owner_columns(state: &AppState) -> Vec<(String, String)> {
    let tables = match state.db {
        Db::Sqlite { .. } => {
            let sql = "SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
                       WHERE m.type = 'table' AND c.name = 'user_id'";
            select_column(state, sql).await
        }
        Db::Postgres(_) => {
            let sql = "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
                       WHERE table_schema = 'public' AND column_name = 'user_id'";
            select_column(state, sql).await
        }
    };
    let mut owner_columns: Vec<_> = tables.into_iter().map(|table| (table, "user_id".to_owned())).collect();
    assert!(owner_columns.len() > 6, "{owner_columns:?}");
    owner_columns.push(("users".to_owned(), "id".to_owned()));
    owner_columns
}

pub async fn count_rows_of_owner(state: &AppState, table: &str, owner_column: &str, owner: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table} WHERE {owner_column} = {}", id_literal(state, owner));
    let sql = AssertSqlSafe(sql);
    match &state.db {
        Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await,
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .expect("a number")
}

/// Asserts that no job is unfinished, every balance equals the sum of its ledger, every page is
/// drawn or failed, and rows and files match.
pub async fn assert_invariants(state: &AppState) {
    let unfinished = "SELECT kind FROM jobs WHERE state IN ('waiting', 'running')";
    assert_eq!(select_column(state, unfinished).await, Vec::<String>::new(), "jobs left");

    let wrong_balances = "SELECT CAST(balance AS TEXT) FROM credits WHERE balance <> COALESCE(
        (SELECT SUM(delta) FROM credit_events WHERE credit_events.user_id = credits.user_id), 0)";
    assert_eq!(
        select_column(state, wrong_balances).await,
        Vec::<String>::new(),
        "balances that differ from their ledger"
    );

    let unfinished_pages = "SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status IN ('waiting', 'drawing')";
    assert_eq!(select_column(state, unfinished_pages).await, ["0"], "pages without a job");

    assert_eq!(find_differences(state).await.expect("compared"), Differences::default());
    assert_eq!(select_column(state, "SELECT path FROM incoming").await, Vec::<String>::new(), "uploads left");
}
