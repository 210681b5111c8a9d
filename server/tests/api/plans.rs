//! Query plans: with many rows, every statement of common requests and of the worker uses an index.
//! The statements are recorded from sqlx's log events while the requests run; then the tables are
//! filled and analysed, and each statement is explained.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{Arc, Mutex},
};

use reqwest::Method;
use serde_json::{Value, json};
use server::{
    db::{Authority, Db, Engine, Tx},
    jobs::Queue,
    worker::claim_job,
};
use sqlx::{AssertSqlSafe, Row};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::{
    harness::{App, json_of, text},
    invariants::execute,
};

/// Tables that are filled.
const FILLED_TABLES: [&str; 7] = ["users", "sessions", "credits", "credit_events", "pages", "assets", "jobs"];
/// Partial indexes with few entries, whatever the size of the table; a full scan of one is allowed.
const SMALL_INDEXES: [&str; 4] = ["jobs_running", "jobs_leases", "jobs_dead", "pages_trash"];

/// Prefix of the statement that claims a job.
const CLAIM: &str = "UPDATE jobs SET state = 'running'";

/// Records every statement that sqlx logs.
#[derive(Clone, Default)]
struct StatementRecorder(Arc<Mutex<BTreeSet<String>>>);

impl Subscriber for StatementRecorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Visit for StatementRecorder {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" {
            self.0.lock().expect("not poisoned").insert(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// Makes the requests and runs the jobs of everyday use.
async fn run_common_requests(app: &Arc<App>) {
    let parent = app.sign_up_parent("mia@example.org").await;
    let page = parent.create_drawn_page().await;
    let job = json_of(parent.request_page(&parent.upload_photo().await, Some("once")).await).await;
    parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await;
    for queue in [Queue::Background, Queue::Drawing] {
        while let Some(job) = claim_job(&app.state, queue).await.expect("claims") {
            assert!(job.claimed.heartbeat(&app.state).await.expect("no database error"));
            job.run(&app.state).await.expect("runs");
        }
    }
    for path in ["pages", &format!("pages/{page}"), "pages?title=cat", "credits", "auth/session", "auth/sessions"] {
        assert!(parent.get(&format!("/api/v1/{path}")).await.status().is_success(), "{path}");
    }
    let path = format!("/api/v1/pages/{page}/redraw");
    assert!(parent.post(&path, json!({ "style": { "preset": "detailed" } })).await.status().is_success());
    app.run_jobs().await;
    assert!(crate::trash::submit_delete(&parent, &[&page]).await.status().is_success());
    assert!(crate::trash::submit_restore(&parent, &[&page]).await.status().is_success());
    let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
    assert!(parent.request(Method::DELETE, &path).send().await.expect("a response").status().is_success());
    app.run_jobs().await;
    assert!(parent.sign_in("mia@example.org", crate::harness::PASSWORD).await.status().is_success());
}

/// Inserts five thousand accounts, each with four pages that wait to be drawn.
async fn fill_tables(app: &App) {
    let (id, users, each, bytes) = match app.state.db {
        Db::Sqlite { .. } => (
            "randomblob(16)",
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n)",
            "(VALUES (1), (2), (3), (4))",
            "x''",
        ),
        Db::Postgres(_) => ("gen_random_uuid()", "generate_series(1, 5000)", "generate_series(1, 4)", "''"),
    };
    for sql in [
        format!("INSERT INTO users (id, created_at) SELECT {id}, 1 FROM {users} AS many"),
        format!(
            "INSERT INTO sessions (id, user_id, seed, generation, refresh_hash, stay, created_at, rotated_at, expires_at)
             SELECT {id}, id, {bytes}, 0, {bytes}, TRUE, 1, 1, 9000000000000 FROM users"
        ),
        format!(
            "INSERT INTO credit_events (id, user_id, delta, kind, at)
             SELECT {id}, id, 3, 'granted', 1 FROM users WHERE id NOT IN (SELECT user_id FROM credit_events)"
        ),
        format!(
            "INSERT INTO pages (id, user_id, title, status, style, created_at, keep_until)
             SELECT {id}, users.id, 'many', 'waiting', '{{}}', 1, 9000000000000 FROM users CROSS JOIN {each} AS each_page"
        ),
        format!(
            "INSERT INTO assets (id, user_id, page_id, path, kind, content_type, bytes, width, height, created_at, expires_at)
             SELECT {id}, user_id, id, CONCAT('many ', ROW_NUMBER() OVER ()), 'preview', 'image/png', 1, 1, 1, 1, 9000000000000
             FROM pages"
        ),
        format!(
            "INSERT INTO jobs (id, user_id, page_id, kind, payload, state, run_at, created_at, queue, fair_start_at)
             SELECT {id}, user_id, id, 'draw_page', '{{}}', 'waiting', 1, 1, 'drawing', ROW_NUMBER() OVER () FROM pages"
        ),
        "ANALYZE".to_owned(),
    ] {
        execute(&app.state, &sql).await;
    }
}

/// Returns the plan of a statement, and the steps that scan a whole table or index.
async fn explain(tx: &mut Tx, statement: &str) -> (String, Vec<String>) {
    match &mut tx.engine {
        Engine::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let mut explained = sqlx::query(sql);
            // SQLite's planner uses samples of the values. These match every row.
            if statement.starts_with(CLAIM) {
                explained = explained.bind(i64::MAX).bind("drawing").bind("lease").bind(i64::MAX).bind(2);
            }
            let rows = explained.fetch_all(&mut **tx).await.expect("a plan");
            let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let scans = steps.iter().filter(|step| is_scan_sqlite(step)).cloned().collect();
            (steps.join("\n"), scans)
        }
        Engine::Postgres(tx) => {
            let values = (1..20).filter(|number| statement.contains(&format!("${number}"))).map(|_| "NULL");
            let values = values.collect::<Vec<_>>().join(", ");
            let values = if values.is_empty() { values } else { format!("({values})") };
            for sql in [
                "SET LOCAL plan_cache_mode = force_generic_plan".to_owned(),
                format!("PREPARE explained AS {statement}"),
            ] {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.expect("prepared");
            }
            let sql = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE explained {values}"));
            let row = sqlx::raw_sql(sql).fetch_one(&mut **tx).await.expect("a plan");
            sqlx::raw_sql("DEALLOCATE explained").execute(&mut **tx).await.expect("deallocated");
            let plan: String = row.get_unchecked(0);
            let mut scans = Vec::new();
            let root: Value = serde_json::from_str(&plan).expect("JSON");
            collect_scans_postgres(&root[0]["Plan"], &mut scans);
            (plan, scans)
        }
    }
}

/// Returns true for `SCAN jobs`, and for `SEARCH jobs USING INDEX x (user_id>?)`, a range scan
/// without an equality.
fn is_scan_sqlite(step: &str) -> bool {
    let mut words = step.split_whitespace();
    let (operation, table) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    FILLED_TABLES.contains(&table)
        && (operation == "SCAN" || !step.contains('='))
        && !SMALL_INDEXES.iter().any(|index| step.contains(index))
}

fn collect_scans_postgres(node: &Value, scans: &mut Vec<String>) {
    let field = |name: &str| node[name].as_str().unwrap_or_default();
    let is_filled = FILLED_TABLES.contains(&field("Relation Name"));
    let by_index = field("Node Type").starts_with("Index") && !field("Index Cond").is_empty();
    let by_bitmap = field("Node Type") == "Bitmap Heap Scan" || field("Node Type") == "ModifyTable";
    if is_filled && !by_index && !by_bitmap && !SMALL_INDEXES.contains(&field("Index Name")) {
        scans.push(format!("{} {} {}", field("Node Type"), field("Relation Name"), field("Index Name")));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        collect_scans_postgres(child, scans);
    }
}

#[tokio::test]
async fn common_statements_scan_no_table() {
    let recorder = StatementRecorder::default();
    tracing::subscriber::set_global_default(recorder.clone()).expect("no other subscriber in this process");
    let app = Arc::new(App::start(&[]).await);
    run_common_requests(&app).await;
    let statements = std::mem::take(&mut *recorder.0.lock().expect("not poisoned"));
    let is_ours = |sql: &&String| {
        ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb))
            && FILLED_TABLES.iter().any(|table| sql.contains(table))
    };
    let statements: Vec<_> = statements.iter().filter(is_ours).collect();
    assert!(statements.len() > 30, "{}", statements.len());

    fill_tables(&app).await;
    let mut tx = app.state.db.begin(Authority::System).await.expect("begins");
    // A statement without an index, so that the test fails if scans are not recognised.
    let (plan, scans) = explain(&mut tx, "SELECT id FROM pages WHERE title = $1").await;
    assert_eq!(scans.len(), 1, "{plan}");
    let (mut claims, mut found) = (0, Vec::new());
    for statement in statements {
        let (plan, scans) = explain(&mut tx, statement).await;
        found.extend(scans.iter().map(|scan| format!("{scan}: {statement}")));
        if statement.starts_with(CLAIM) {
            claims += 1;
            assert!(plan.contains("jobs_claim_order") && plan.contains("jobs_running"), "{plan}");
            assert!(!plan.contains("B-TREE FOR ORDER BY") && !plan.contains("Sort Key"), "{plan}");
        }
    }
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(claims, 1);
}
