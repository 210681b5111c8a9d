//! A database, a folder, and as many processes on them as a story needs.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use clap::Parser;
use lineart::Photo;
use reqwest::{Client, RequestBuilder, Response, StatusCode, multipart};
use serde_json::{Value, json};
use server::{Config, db::Db};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::provider::Provider;

#[derive(Parser)]
struct Environment {
    #[command(flatten)]
    config: Config,
}

pub struct Stack {
    folder: TempDir,
    pub database: String,
    db: Db,
    settings: Vec<(&'static str, String)>,
}

impl Stack {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("site")).expect("a site folder");
        let database = match std::env::var("SCRIBBLE_TEST_POSTGRES_URL") {
            Ok(server) => {
                let name = format!("chaos_{}_{}", std::process::id(), folder.path().display().to_string().len());
                let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.expect("PostgreSQL");
                for sql in [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")] {
                    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a database");
                }
                format!("{server}/{name}?sslmode=disable")
            }
            Err(_) => format!("sqlite:{}", folder.path().join("data/scribble.db").display()),
        };
        let config = Environment::try_parse_from(["test", "--database-url", &database]).expect("settings").config;
        let db = Db::open(&config).await.expect("opens");
        db.migrate().await.expect("migrates");
        Self { folder, database, db, settings: Vec::new() }
    }

    /// The same with pages that a provider draws.
    pub fn drawn_by(self, provider: &Provider) -> Self {
        let key = "fal-secret".to_owned();
        let settings =
            vec![("--generator", "fal".to_owned()), ("--fal-key", key), ("--fal-base-url", provider.base.clone())];
        Self { settings, ..self }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The arguments of a subcommand on this stack.
    pub fn arguments(&self, subcommand: &str) -> Vec<String> {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let mut arguments = vec![subcommand.to_owned()];
        for (name, value) in [
            ("--data-dir", path("data")),
            ("--site-dir", path("site")),
            ("--database-url", self.database.clone()),
            ("--lease-seconds", "2".to_owned()),
            ("--jobs-per-person", "100".to_owned()),
        ] {
            arguments.extend([name.to_owned(), value]);
        }
        for (name, value) in &self.settings {
            arguments.extend([(*name).to_owned(), value.clone()]);
        }
        arguments
    }

    /// Starts a server. `before` is what stands before the command, such as `faketime -f +5m`.
    pub fn serve(&self, before: &[&str], database: Option<&str>) -> Server {
        let mut arguments = self.arguments("serve");
        if let (Some(url), Some(at)) = (database, arguments.iter().position(|text| *text == self.database)) {
            arguments[at] = url.to_owned();
        }
        arguments.extend(["--addr".to_owned(), "127.0.0.1:0".to_owned()]);
        let mut process = command(before).args(arguments).stderr(Stdio::piped()).spawn().expect("starts");
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let base = lines.find_map(|line| {
            let line = line.ok()?;
            line.split_once("Listening on:").map(|(_, address)| format!("http://{}", address.trim()))
        });
        std::thread::spawn(move || lines.for_each(drop));
        Server { process: Process(process), base: base.expect("an address") }
    }

    pub fn work(&self) -> Process {
        Process(command(&[]).args(self.arguments("work")).stderr(Stdio::null()).spawn().expect("starts"))
    }

    /// The first column, as text, of every row.
    pub async fn column(&self, sql: &'static str) -> Vec<String> {
        match &self.db {
            Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_all(readers).await,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        }
        .expect("rows")
    }

    /// Nothing left to do, nothing charged twice or for nothing, and rows and files agree.
    pub async fn check(&self) {
        for (sql, what) in [
            ("SELECT kind FROM jobs WHERE state IN ('waiting', 'running') AND kind <> 'sweep'", "jobs left"),
            (
                "SELECT CAST(balance AS TEXT) FROM credits WHERE balance <> COALESCE(
                     (SELECT SUM(delta) FROM credit_events WHERE credit_events.user_id = credits.user_id), 0)",
                "balances that differ from their ledger",
            ),
            ("SELECT title FROM pages WHERE status IN ('waiting', 'drawing')", "pages that nobody draws"),
            (
                "SELECT title FROM pages WHERE status = 'ready' AND 3 <> (
                     SELECT COUNT(*) FROM assets WHERE page_id = pages.id AND kind IN ('artifact', 'preview'))",
                "pages with too few or too many files",
            ),
            (
                "SELECT CAST(SUM(delta) AS TEXT) FROM credit_events JOIN pages ON pages.id = page_id
                 WHERE status = 'ready' GROUP BY page_id HAVING SUM(delta) <> -1",
                "pages that cost another price than one",
            ),
            (
                "SELECT CAST(SUM(delta) AS TEXT) FROM credit_events JOIN pages ON pages.id = page_id
                 WHERE status = 'failed' GROUP BY page_id HAVING SUM(delta) <> 0",
                "failed pages that cost something",
            ),
        ] {
            assert_eq!(self.column(sql).await, Vec::<String>::new(), "{what}");
        }
        let check = command(&[]).args(self.arguments("sweep")).arg("--check").output().expect("runs");
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }

    /// Waits until no job is left.
    pub async fn settle(&self, most: Duration) {
        let begun = Instant::now();
        let left = "SELECT kind FROM jobs WHERE state IN ('waiting', 'running') AND kind <> 'sweep' LIMIT 1";
        while !self.column(left).await.is_empty() {
            assert!(begun.elapsed() < most, "jobs are stuck");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

fn command(before: &[&str]) -> Command {
    let mut words = before.iter().copied().chain([env!("CARGO_BIN_EXE_scribble")]);
    let mut command = Command::new(words.next().expect("a program"));
    command
        .args(words)
        // Of its own: what stands before the command may have made it a child, and dies alone otherwise.
        .process_group(0)
        .env_clear()
        .env("RUST_LOG", "info")
        .env("NO_COLOR", "1")
        .env("PATH", std::env::var("PATH").unwrap_or_default());
    command
}

/// Killed when dropped, as a power cut would: no signal handler runs.
pub struct Process(Child);

impl Process {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn kill(mut self) {
        self.signal("KILL");
        self.0.wait().expect("ended");
    }

    pub fn signal(&self, name: &str) {
        assert!(self.is_sent(name), "the process is gone");
    }

    fn is_sent(&self, name: &str) -> bool {
        let group = format!("-{}", self.id());
        let output = Command::new("kill").args([&format!("-{name}"), "--", &group]).output();
        output.expect("kill runs").status.success()
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Duration {
        let begun = Instant::now();
        self.signal("TERM");
        self.0.wait().expect("ended");
        begun.elapsed()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.is_sent("KILL");
        drop(self.0.wait());
    }
}

pub struct Server {
    pub process: Process,
    pub base: String,
}

/// A photo with something to draw.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| match (x * 6 / width, y * 4 / height) {
        (1..=2, 1..=2) => [210, 70, 50],
        (4, 0..=2) => [40, 90, 200],
        _ => [230, 225, 200],
    };
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Photo::from_rgb(width, height, rgb).expect("a photo").to_jpeg(width.max(height), 90)
}

/// A guest with three credits. The session is good at every server of the stack.
pub struct Guest {
    client: Client,
}

impl Guest {
    pub async fn new(server: &Server) -> Self {
        // No connection is kept: one to a server that was killed could be taken for the next request.
        let client = Client::builder().cookie_store(true).no_proxy().pool_max_idle_per_host(0).build();
        let guest = Self { client: client.expect("a client") };
        let answer = guest.client.post(format!("{}/api/v1/auth/device", server.base)).json(&json!({})).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
        guest
    }

    pub async fn upload(&self, server: &Server, file: Vec<u8>) -> Response {
        let form = multipart::Form::new().part("file", multipart::Part::bytes(file).file_name("cat.jpg"));
        self.client.post(format!("{}/api/v1/upload", server.base)).multipart(form).send().await.expect("an answer")
    }

    /// Uploads a photo and returns its asset.
    pub async fn photo(&self, server: &Server, width: u32, height: u32) -> Value {
        let answer = self.upload(server, photo(width, height)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json().await.expect("JSON")
    }

    pub fn ask(&self, server: &Server, photo: &Value, key: &str) -> RequestBuilder {
        let body = json!({ "asset_id": photo["id"], "style": { "preset": "simple" } });
        self.client.post(format!("{}/api/v1/jobs", server.base)).header("Idempotency-Key", key).json(&body)
    }

    /// Asks for a page and returns its id.
    pub async fn page(&self, server: &Server, photo: &Value, key: &str) -> String {
        let answer = self.ask(server, photo, key).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let job: Value = answer.json().await.expect("JSON");
        job["page_id"].as_str().expect("an id").to_owned()
    }

    /// The events of a page's job, from the first on.
    pub async fn watch(&self, server: &Server, photo: &Value) -> Response {
        let job: Value =
            self.ask(server, photo, "watched").send().await.expect("an answer").json().await.expect("JSON");
        let id = job["id"].as_str().expect("an id");
        let mut events = self.client.get(format!("{}/api/v1/jobs/{id}/events", server.base)).send().await.expect("one");
        assert!(events.chunk().await.expect("an event").is_some());
        events
    }

    pub async fn status(&self, server: &Server, page: &str) -> String {
        let answer = self.client.get(format!("{}/api/v1/pages/{page}", server.base)).send().await.expect("an answer");
        let page: Value = answer.json().await.expect("JSON");
        page["status"].as_str().expect("a status").to_owned()
    }

    /// Waits until the page has this status.
    pub async fn wait_for(&self, server: &Server, page: &str, status: &str) {
        let begun = Instant::now();
        while self.status(server, page).await != status {
            assert!(begun.elapsed() < Duration::from_secs(60), "the page never got {status}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn balance(&self, server: &Server) -> i64 {
        let answer = self.client.get(format!("{}/api/v1/credits", server.base)).send().await.expect("an answer");
        answer.json::<Value>().await.expect("JSON")["balance"].as_i64().expect("a balance")
    }
}
