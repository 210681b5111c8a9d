//! Isolation of accounts by row-level security, privileges of the database roles, and the checks at
//! start-up.

use std::collections::BTreeSet;

use clap::Parser;
use model::UserId;
use server::{
    AppState, Error,
    db::{Authority, Db, Engine, Tx},
};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

use crate::{
    harness::{App, Environment, json_of, text, with_app},
    invariants::{create_database, list_owner_columns, select_column},
};

/// Returns the tables with a `user_id` column.
async fn list_owned_tables(state: &AppState) -> BTreeSet<String> {
    let owner_columns = list_owner_columns(state).await.into_iter();
    owner_columns.filter(|(_, column)| column == "user_id").map(|(table, _)| table).collect()
}

#[tokio::test]
async fn owned_tables_have_an_index_on_the_owner() {
    with_app(async |app| {
        let sql = match app.state.db {
            Db::Sqlite { .. } => {
                "SELECT t.name FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
                 WHERE t.type = 'table' AND c.seqno = 0 AND c.name = 'user_id' AND i.partial = 0"
            }
            Db::Postgres(_) => {
                "SELECT CAST(c.relname AS TEXT) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                 WHERE a.attname = 'user_id' AND i.indpred IS NULL"
            }
        };
        let indexed: BTreeSet<String> = select_column(&app.state, sql).await.into_iter().collect();
        let owned = list_owned_tables(&app.state).await;
        assert!(owned.len() >= 7, "{owned:?}");
        assert_eq!(owned.difference(&indexed).collect::<Vec<_>>(), Vec::<&String>::new());
    })
    .await;
}

#[tokio::test]
async fn owned_tables_force_row_level_security() {
    with_app(async |app| {
        let Db::Postgres(_) = app.state.db else { return };
        let secured = "SELECT CAST(c.relname AS TEXT) FROM pg_class c
             WHERE c.relrowsecurity AND c.relforcerowsecurity AND (
                 SELECT ARRAY_AGG(CAST(r.rolname AS TEXT) ORDER BY r.rolname) FROM pg_policy p
                 JOIN pg_roles r ON r.oid = ANY (p.polroles) WHERE p.polrelid = c.oid
             ) = ARRAY['scribble_app', 'scribble_worker']";
        let secured: BTreeSet<String> = select_column(&app.state, secured).await.into_iter().collect();
        let mut owned = list_owned_tables(&app.state).await;
        owned.insert("users".to_owned());
        assert_eq!(owned, secured);
    })
    .await;
}

#[tokio::test]
async fn app_role_has_exactly_the_expected_privileges() {
    with_app(async |app| {
        let Db::Postgres(_) = app.state.db else { return };
        let granted = "SELECT CONCAT_WS(' ', c.relname, (
                 SELECT STRING_AGG(word, ' ' ORDER BY word)
                 FROM UNNEST(ARRAY['DELETE', 'INSERT', 'REFERENCES', 'SELECT', 'TRIGGER', 'TRUNCATE', 'UPDATE']) AS word
                 WHERE has_table_privilege('scribble_app', c.oid, word)))
             FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')";
        let all = "DELETE INSERT SELECT UPDATE";
        let of_accounts = list_owned_tables(&app.state).await.into_iter().map(|table| match table.as_str() {
            // Append-only.
            "auth_events" | "credit_events" => format!("{table} INSERT SELECT"),
            // The balance is granted as a column, below.
            "credits" => format!("{table} SELECT"),
            _ => format!("{table} {all}"),
        });
        // Tables without an owner.
        let others = ["incoming DELETE SELECT", "users SELECT", "_sqlx_migrations SELECT"].map(str::to_owned);
        let nothing = ["device_limits", "email_domains", "flags", "free_credits", "guest_uploads", "schedules"];
        let others = others.into_iter().chain([format!("rate_limits {all}")]).chain(nothing.map(str::to_owned));
        let expected: BTreeSet<String> = of_accounts.chain(others).collect();
        let granted: BTreeSet<String> = select_column(&app.state, granted).await.into_iter().collect();
        assert_eq!(granted, expected);
        let columns = "SELECT CONCAT(attrelid::regclass, '.', attname) FROM pg_attribute
             WHERE attrelid IN ('users'::regclass, 'credits'::regclass) AND attnum > 0
                 AND has_column_privilege('scribble_app', attrelid, attnum, 'UPDATE') ORDER BY attname";
        assert_eq!(
            select_column(&app.state, columns).await,
            ["credits.balance", "users.language", "users.password_hash"]
        );
    })
    .await;
}

/// Runs a statement in a transaction and returns the number of rows it returned.
async fn count_rows(tx: &mut Tx, sql: &'static str) -> usize {
    match &mut tx.engine {
        Engine::Postgres(tx) => sqlx::query(sql).fetch_all(&mut **tx).await.expect("rows").len(),
        Engine::Sqlite(_) => panic!("PostgreSQL only"),
    }
}

#[tokio::test]
async fn statement_without_owner_filter_affects_no_other_account() {
    with_app(async |app| {
        let Db::Postgres(_) = app.state.db else { return };
        let mut users = Vec::new();
        for email in ["mia@example.org", "noah@example.org"] {
            let parent = app.sign_up_parent(email).await;
            parent.create_drawn_page().await;
            let user = json_of(parent.get("/api/v1/auth/session").await).await;
            users.push(text(&user, "id").parse::<UserId>().expect("an id"));
        }
        let db = &app.state.db;
        let pages = "SELECT id FROM pages";
        assert_eq!(count_rows(&mut db.begin_read(Authority::Owner(users[0])).await.expect("begins"), pages).await, 1);
        assert_eq!(count_rows(&mut db.begin_read(Authority::System).await.expect("begins"), pages).await, 2);
        // The role of the site, with an account that does not exist.
        let stranger = Authority::Owner(UserId(Uuid::now_v7()));
        for sql in [
            pages,
            "SELECT id FROM users",
            "SELECT balance FROM credits",
            "SELECT id FROM sessions",
            "SELECT id FROM jobs",
            "SELECT id FROM assets",
            "UPDATE credits SET balance = 100 RETURNING user_id",
            "DELETE FROM assets RETURNING id",
        ] {
            assert_eq!(count_rows(&mut db.begin(stranger).await.expect("begins"), sql).await, 0, "{sql}");
        }
        for (forged, expected) in [
            ("INSERT INTO credits (user_id, balance) VALUES ($1, 100)", "permission denied"),
            ("INSERT INTO auth_events (id, user_id, kind, at) VALUES ($1, $1, 'sign_in', 1)", "row-level security"),
        ] {
            let mut tx = db.begin(stranger).await.expect("begins");
            let Engine::Postgres(inner) = &mut tx.engine else { return };
            let result = sqlx::query(forged).bind(users[1].0).execute(&mut **inner).await;
            assert!(result.expect_err("an error").to_string().contains(expected), "{forged}");
        }
    })
    .await;
}

/// Creates a login role. Roles are shared by all databases of the server, so its name is random.
async fn create_login(admin: &PgPool, rights: &str) -> String {
    let name = format!("login_{}", Uuid::now_v7().simple());
    let sql = AssertSqlSafe(format!("CREATE ROLE {name} LOGIN {rights}"));
    sqlx::query(sql).execute(admin).await.expect("a role");
    name
}

/// Replaces the user of a PostgreSQL URL.
fn as_role(url: &str, role: &str) -> String {
    let (_, rest) = url.split_once('@').expect("an address with a role");
    format!("postgres://{role}@{rest}")
}

/// Starts the server in production mode.
async fn start_production(url: &str) -> Result<AppState, Error> {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().display().to_string();
    let arguments = ["test", "--env", "production", "--data-dir", &data, "--database-url", url];
    let secret = ["--secret-key", "0123456789abcdef0123456789abcdef", "--public-url", "https://scribble.example"];
    let config = Environment::try_parse_from(arguments.into_iter().chain(secret)).expect("settings").config;
    AppState::start(config).await
}

/// Returns the message of a configuration error; panics otherwise.
fn config_error(result: Result<AppState, Error>) -> String {
    match result {
        Err(Error::Config(text)) => text,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it started"),
    }
}

#[tokio::test]
async fn production_rejects_roles_that_bypass_row_security() {
    let Ok(server) = std::env::var("SCRIBBLE_TEST_POSTGRES_URL") else { return };
    let url = create_database(&server).await;
    let admin = PgPool::connect(&url).await.expect("PostgreSQL");
    assert!(config_error(start_production(&url).await).contains("superuser"));
    let bypass = create_login(&admin, "BYPASSRLS").await;
    assert!(config_error(start_production(&as_role(&url, &bypass)).await).contains("BYPASSRLS"));
    let member = create_login(&admin, &format!("IN ROLE {bypass}")).await;
    assert!(config_error(start_production(&as_role(&url, &member)).await).contains("BYPASSRLS"));
}

#[tokio::test]
async fn production_rejects_the_owner_of_the_tables() {
    let Ok(server) = std::env::var("SCRIBBLE_TEST_POSTGRES_URL") else { return };
    let url = create_database(&server).await;
    let admin = PgPool::connect(&url).await.expect("PostgreSQL");
    let owner = create_login(&admin, "CREATEROLE").await;
    let grant = AssertSqlSafe(format!("GRANT CREATE, USAGE ON SCHEMA public TO {owner}"));
    sqlx::query(grant).execute(&admin).await.expect("granted");
    // The migration creates scribble_app and scribble_worker where the server does not have them.
    drop(App::open_migrated(&as_role(&url, &owner)).await);
    assert!(config_error(start_production(&as_role(&url, &owner)).await).contains("owns the tables"));
}

#[tokio::test]
async fn production_requires_membership_and_current_schema() {
    let Ok(server) = std::env::var("SCRIBBLE_TEST_POSTGRES_URL") else { return };
    let url = create_database(&server).await;
    let admin = PgPool::connect(&url).await.expect("PostgreSQL");
    let app = create_login(&admin, "NOINHERIT").await;
    let start = async || start_production(&as_role(&url, &app)).await;
    assert!(config_error(start().await).contains("not a member"));
    drop(App::open_migrated(&url).await);
    let member = AssertSqlSafe(format!("GRANT scribble_app, scribble_worker TO {app}"));
    sqlx::query(member).execute(&admin).await.expect("granted");
    start().await.expect("starts");
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 1").execute(&admin).await.expect("deleted");
    assert!(config_error(start().await).contains("scribble migrate"));
}

#[tokio::test]
async fn unprivileged_role_can_create_and_delete_a_page() {
    let Ok(server) = std::env::var("SCRIBBLE_TEST_POSTGRES_URL") else { return };
    let url = create_database(&server).await;
    drop(App::open_migrated(&url).await);
    let admin = PgPool::connect(&url).await.expect("PostgreSQL");
    let role = create_login(&admin, "NOINHERIT IN ROLE scribble_app, scribble_worker").await;
    let app = App::start(&[("--database-url", &as_role(&url, &role))]).await;
    let app = std::sync::Arc::new(app);
    let parent = app.sign_up_parent("mia@example.org").await;
    let page = parent.create_drawn_page().await;
    assert_eq!(parent.page(&page).await["status"], "ready");
    let response = parent.request(reqwest::Method::DELETE, &format!("/api/v1/pages/{page}")).send().await;
    assert_eq!(response.expect("a response").status(), reqwest::StatusCode::NO_CONTENT);
    assert_eq!(parent.balance().await, 2);
}
