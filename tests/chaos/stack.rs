//! A database, a data folder, and any number of `scribble` processes that share them.

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
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

    /// Configures an external provider that draws the pages.
    pub fn with_provider(self, provider: &Provider) -> Self {
        let key = "fal-secret".to_owned();
        let settings =
            vec![("--generator", "fal".to_owned()), ("--fal-key", key), ("--fal-base-url", provider.base.clone())];
        Self { settings, ..self }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Returns the arguments that run a subcommand on this database and folder.
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

    /// Starts a server and waits until it listens. `wrapper` is a command that runs it, such as
    /// `faketime -f +5m`; `database` replaces the database URL.
    pub fn serve(&self, wrapper: &[&str], database: Option<&str>) -> Server {
        let mut arguments = self.arguments("serve");
        if let (Some(url), Some(at)) = (database, arguments.iter().position(|text| *text == self.database)) {
            arguments[at] = url.to_owned();
        }
        arguments.extend(["--addr".to_owned(), "127.0.0.1:0".to_owned()]);
        let mut process = scribble_command(wrapper).args(arguments).stderr(Stdio::piped()).spawn().expect("starts");
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let base = lines.find_map(|line| {
            let line = line.ok()?;
            line.split_once("Listening on:").map(|(_, address)| format!("http://{}", address.trim()))
        });
        let log = Arc::new(Mutex::new(String::new()));
        let copy = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                *copy.lock().expect("not poisoned") += &format!("{line}\n");
            }
        });
        Server { process: Process(process), base: base.expect("an address"), log }
    }

    /// Starts a process that only runs jobs.
    pub fn start_worker(&self) -> Process {
        Process(scribble_command(&[]).args(self.arguments("work")).stderr(Stdio::null()).spawn().expect("starts"))
    }

    /// Returns the first column of every row, as text.
    pub async fn select_column(&self, sql: &'static str) -> Vec<String> {
        match &self.db {
            Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_all(readers).await,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        }
        .expect("rows")
    }

    /// Asserts that no job is unfinished, every ready page cost one credit and every failed page
    /// none, and rows and files match.
    pub async fn assert_invariants(&self) {
        for (sql, message) in [
            ("SELECT kind FROM jobs WHERE state IN ('waiting', 'running') AND kind <> 'sweep'", "jobs left"),
            (
                "SELECT CAST(balance AS TEXT) FROM credits WHERE balance <> COALESCE(
                     (SELECT SUM(delta) FROM credit_events WHERE credit_events.user_id = credits.user_id), 0)",
                "balances that differ from their ledger",
            ),
            ("SELECT title FROM pages WHERE status IN ('waiting', 'drawing')", "pages without a job"),
            (
                "SELECT title FROM pages WHERE status = 'ready' AND 3 <> (
                     SELECT COUNT(*) FROM assets WHERE page_id = pages.id AND kind IN ('artifact', 'preview'))",
                "pages with too few or too many files",
            ),
            (
                "SELECT CAST(SUM(delta) AS TEXT) FROM credit_events JOIN pages ON pages.id = page_id
                 WHERE status = 'ready' GROUP BY page_id HAVING SUM(delta) <> -1",
                "ready pages that did not cost one credit",
            ),
            (
                "SELECT CAST(SUM(delta) AS TEXT) FROM credit_events JOIN pages ON pages.id = page_id
                 WHERE status = 'failed' GROUP BY page_id HAVING SUM(delta) <> 0",
                "failed pages without a refund",
            ),
        ] {
            assert_eq!(self.select_column(sql).await, Vec::<String>::new(), "{message}");
        }
        let check = scribble_command(&[]).args(self.arguments("sweep")).arg("--check").output().expect("runs");
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }

    /// Waits until all jobs are finished; panics after `time_limit`.
    pub async fn wait_for_jobs(&self, time_limit: Duration) {
        let start = Instant::now();
        let unfinished = "SELECT kind FROM jobs WHERE state IN ('waiting', 'running') AND kind <> 'sweep' LIMIT 1";
        while !self.select_column(unfinished).await.is_empty() {
            assert!(start.elapsed() < time_limit, "jobs are stuck");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

fn scribble_command(wrapper: &[&str]) -> Command {
    let mut words = wrapper.iter().copied().chain([env!("CARGO_BIN_EXE_scribble")]);
    let mut command = Command::new(words.next().expect("a program"));
    command
        .args(words)
        // Signals go to the group: the wrapper may run the server as a child.
        .process_group(0)
        .env_clear()
        .env("RUST_LOG", "info")
        .env("NO_COLOR", "1")
        .env("PATH", std::env::var("PATH").unwrap_or_default());
    command
}

/// A process group. Dropping it sends SIGKILL: no signal handler runs, as with a power failure.
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
        assert!(self.try_signal(name), "the process has exited");
    }

    fn try_signal(&self, name: &str) -> bool {
        let group = format!("-{}", self.id());
        let output = Command::new("kill").args([&format!("-{name}"), "--", &group]).output();
        output.expect("kill runs").status.success()
    }

    /// Sends SIGTERM, waits for the exit, and returns how long it took.
    pub fn terminate(mut self) -> Duration {
        let start = Instant::now();
        self.signal("TERM");
        self.0.wait().expect("ended");
        start.elapsed()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.try_signal("KILL");
        drop(self.0.wait());
    }
}

pub struct Server {
    pub process: Process,
    pub base: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Waits until the log contains a text; panics after 30 seconds.
    pub async fn wait_for_log(&self, text: &str) {
        let start = Instant::now();
        while !self.log.lock().expect("not poisoned").contains(text) {
            assert!(start.elapsed() < Duration::from_secs(30), "the log has no {text:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// A JPEG with two rectangles.
pub fn test_photo(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| match (x * 6 / width, y * 4 / height) {
        (1..=2, 1..=2) => [210, 70, 50],
        (4, 0..=2) => [40, 90, 200],
        _ => [230, 225, 200],
    };
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Photo::from_rgb(width, height, rgb).expect("a photo").to_jpeg(width.max(height), 90)
}

/// A client signed in as a guest, who has three credits. All servers of the stack share its
/// session.
pub struct Guest {
    client: Client,
}

impl Guest {
    pub async fn create(server: &Server) -> Self {
        // Without keep-alive, because a pooled connection to a killed server could be used again.
        let client = Client::builder().cookie_store(true).no_proxy().pool_max_idle_per_host(0).build();
        let guest = Self { client: client.expect("a client") };
        let response = guest.client.post(format!("{}/api/v1/auth/device", server.base)).json(&json!({})).send().await;
        assert_eq!(response.expect("a response").status(), StatusCode::OK);
        guest
    }

    pub async fn upload(&self, server: &Server, file: Vec<u8>) -> Response {
        let form = multipart::Form::new().part("file", multipart::Part::bytes(file).file_name("cat.jpg"));
        self.client.post(format!("{}/api/v1/upload", server.base)).multipart(form).send().await.expect("a response")
    }

    /// Uploads a photo and returns its asset.
    pub async fn upload_photo(&self, server: &Server, width: u32, height: u32) -> Value {
        let response = self.upload(server, test_photo(width, height)).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.expect("JSON")
    }

    /// Builds the request of a page; the key makes it idempotent.
    pub fn page_request(&self, server: &Server, photo: &Value, key: &str) -> RequestBuilder {
        let body = json!({ "asset_id": photo["id"], "style": { "preset": "simple" } });
        self.client.post(format!("{}/api/v1/jobs", server.base)).header("Idempotency-Key", key).json(&body)
    }

    /// Requests a page and returns its id.
    pub async fn request_page(&self, server: &Server, photo: &Value, key: &str) -> String {
        let response = self.page_request(server, photo, key).send().await.expect("a response");
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        let job: Value = response.json().await.expect("JSON");
        job["page_id"].as_str().expect("an id").to_owned()
    }

    /// Requests a page and opens the event stream of its job; the first event has been read.
    pub async fn open_event_stream(&self, server: &Server, photo: &Value) -> Response {
        let job: Value =
            self.page_request(server, photo, "stream").send().await.expect("a response").json().await.expect("JSON");
        let id = job["id"].as_str().expect("an id");
        let mut events = self.client.get(format!("{}/api/v1/jobs/{id}/events", server.base)).send().await.expect("one");
        assert!(events.chunk().await.expect("an event").is_some());
        events
    }

    pub async fn page_status(&self, server: &Server, page: &str) -> String {
        let response =
            self.client.get(format!("{}/api/v1/pages/{page}", server.base)).send().await.expect("a response");
        let page: Value = response.json().await.expect("JSON");
        page["status"].as_str().expect("a status").to_owned()
    }

    /// Waits until the page has this status; panics after 60 seconds.
    pub async fn wait_for_status(&self, server: &Server, page: &str, status: &str) {
        let start = Instant::now();
        while self.page_status(server, page).await != status {
            assert!(start.elapsed() < Duration::from_secs(60), "the page did not become {status}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn balance(&self, server: &Server) -> i64 {
        let response = self.client.get(format!("{}/api/v1/credits", server.base)).send().await.expect("a response");
        response.json::<Value>().await.expect("JSON")["balance"].as_i64().expect("a balance")
    }
}
