//! Among many rows, every statement of a parent's way and of the workers behind it finds its rows by an index. The
//! statements are those that are logged while the story runs; the plans are those of tables that were filled and analysed.

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

/// The tables that are filled.
const TABLES: [&str; 7] = ["users", "sessions", "credits", "credit_events", "pages", "assets", "jobs"];
/// Indexes that stay small however many rows there are: these may be read from end to end. (A page stays in the bin for a
/// minute, and its end then lies before all others.)
const SMALL: [&str; 4] = ["jobs_running", "jobs_leases", "jobs_dead", "pages_keep_until"];

const CLAIM: &str = "UPDATE jobs SET state = 'running'";

/// Notes every statement that is run.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<BTreeSet<String>>>);

impl Subscriber for Listener {
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

impl Visit for Listener {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" {
            self.0.lock().expect("held by nobody who panicked").insert(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// What parents and workers do all day.
async fn story(app: &Arc<App>) {
    let parent = app.sign_up_parent("mia@example.org").await;
    let page = parent.create_drawn_page().await;
    let job = json_of(parent.request_page(&parent.upload_photo().await, Some("once")).await).await;
    parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await;
    for queue in [Queue::Background, Queue::Drawing] {
        while let Some(task) = claim_job(&app.state, queue).await.expect("claims") {
            assert!(task.claimed.heartbeat(&app.state).await.expect("beats"));
            task.run(&app.state).await.expect("runs");
        }
    }
    for path in ["pages", &format!("pages/{page}"), "pages?search=cat", "credits", "auth/session", "auth/sessions"] {
        assert!(parent.get(&format!("/api/v1/{path}")).await.status().is_success(), "{path}");
    }
    let path = format!("/api/v1/pages/{page}/redraw");
    assert!(parent.post(&path, json!({ "style": { "preset": "detailed" } })).await.status().is_success());
    app.run_jobs().await;
    let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
    assert!(parent.request(Method::DELETE, &path).send().await.expect("an answer").status().is_success());
    app.run_jobs().await;
    assert!(parent.sign_in("mia@example.org", crate::harness::PASSWORD).await.status().is_success());
}

/// Five thousand accounts, each with four pages that wait to be drawn.
async fn fill(app: &App) {
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

/// The plan, and what in it reads more rows the more there are.
async fn plan(tx: &mut Tx, statement: &str) -> (String, Vec<String>) {
    match &mut tx.engine {
        Engine::Sqlite(tx) => {
            let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let mut explained = sqlx::query(sql);
            // It plans by the values too, of which it keeps samples. These are in every row.
            if statement.starts_with(CLAIM) {
                explained = explained.bind(i64::MAX).bind("drawings").bind("lease").bind(i64::MAX).bind(2);
            }
            let rows = explained.fetch_all(&mut **tx).await.expect("a plan");
            let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let walks = steps.iter().filter(|step| walks_sqlite(step)).cloned().collect();
            (steps.join("\n"), walks)
        }
        Engine::Postgres(tx) => {
            let values = (1..20).filter(|number| statement.contains(&format!("${number}"))).map(|_| "NULL");
            let values = values.collect::<Vec<_>>().join(", ");
            let values = if values.is_empty() { values } else { format!("({values})") };
            for sql in
                ["SET LOCAL plan_cache_mode = force_generic_plan".to_owned(), format!("PREPARE it AS {statement}")]
            {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.expect("prepared");
            }
            let sql = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE it {values}"));
            let row = sqlx::raw_sql(sql).fetch_one(&mut **tx).await.expect("a plan");
            sqlx::raw_sql("DEALLOCATE it").execute(&mut **tx).await.expect("forgotten");
            let plan: String = row.get_unchecked(0);
            let mut walks = Vec::new();
            let root: Value = serde_json::from_str(&plan).expect("JSON");
            walks_postgres(&root[0]["Plan"], &mut walks);
            (plan, walks)
        }
    }
}

/// `SCAN jobs`, and `SEARCH jobs USING INDEX x (user_id>?)`, which begins nowhere in particular.
fn walks_sqlite(step: &str) -> bool {
    let mut words = step.split_whitespace();
    let (what, table) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    TABLES.contains(&table)
        && (what == "SCAN" || !step.contains('='))
        && !SMALL.iter().any(|index| step.contains(index))
}

fn walks_postgres(node: &Value, walks: &mut Vec<String>) {
    let word = |name: &str| node[name].as_str().unwrap_or_default();
    let of_filled = TABLES.contains(&word("Relation Name"));
    let by_index = word("Node Type").starts_with("Index") && !word("Index Cond").is_empty();
    let by_bitmap = word("Node Type") == "Bitmap Heap Scan" || word("Node Type") == "ModifyTable";
    if of_filled && !by_index && !by_bitmap && !SMALL.contains(&word("Index Name")) {
        walks.push(format!("{} {} {}", word("Node Type"), word("Relation Name"), word("Index Name")));
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        walks_postgres(below, walks);
    }
}

#[tokio::test]
async fn no_statement_of_a_parents_way_walks_a_table() {
    let listener = Listener::default();
    tracing::subscriber::set_global_default(listener.clone()).expect("nobody else listens in this process");
    let app = Arc::new(App::start(&[]).await);
    story(&app).await;
    let statements = std::mem::take(&mut *listener.0.lock().expect("held by nobody who panicked"));
    let is_ours = |sql: &&String| {
        ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb))
            && TABLES.iter().any(|table| sql.contains(table))
    };
    let statements: Vec<_> = statements.iter().filter(is_ours).collect();
    assert!(statements.len() > 30, "{}", statements.len());

    fill(&app).await;
    let mut tx = app.state.db.begin(Authority::System).await.expect("begins");
    let (mut claims, mut found) = (0, Vec::new());
    for statement in statements {
        let (plan, walks) = plan(&mut tx, statement).await;
        found.extend(walks.iter().map(|walk| format!("{walk}: {statement}")));
        if statement.starts_with(CLAIM) {
            claims += 1;
            assert!(plan.contains("jobs_claim_order") && plan.contains("jobs_running"), "{plan}");
            assert!(!plan.contains("B-TREE FOR ORDER BY") && !plan.contains("Sort Key"), "{plan}");
        }
    }
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(claims, 1);
}
