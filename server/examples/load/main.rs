//! Benchmark of the server: latency of claims and lists with small and large tables, throughput of
//! pages and sign-ins compared to the engine and to Argon2 alone, memory of a server process.
//! `bin/bench-server` builds what it needs and runs it.

mod memory;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Params, Version};
use axum::Router;
use clap::Parser;
use futures::{StreamExt, TryStreamExt};
use lineart::{Photo, Style};
use reqwest::{Client, StatusCode, multipart};
use serde_json::{Value, json};
use server::{AppState, Config, db::Db, http, jobs::Queue, mail::read_outbox, worker};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, time::sleep};

/// The same as in the `scribble` command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Options {
    /// Path of the `scribble` binary whose memory is measured
    #[arg(long)]
    scribble: PathBuf,
    /// URL of a PostgreSQL server on which databases can be created
    #[arg(long)]
    postgres: Option<String>,
    /// Number of rows in the large tables
    #[arg(long, default_value_t = 1_000_000)]
    rows: i64,
    /// Number of pages drawn, and drawn again by the engine alone
    #[arg(long, default_value_t = 150)]
    pages: usize,
    /// Number of sign-ins, and of password hashes alone
    #[arg(long, default_value_t = 1000)]
    sign_ins: usize,
}

#[derive(Parser)]
struct Environment {
    #[command(flatten)]
    config: Config,
}

/// Number of samples of each latency.
const SAMPLES: usize = 300;
/// Number of alternations between sign-ins and hashing alone.
const ROUNDS: usize = 5;
const PAGES_PER_ACCOUNT: i64 = 100;
const PASSWORD: &str = "seven quiet otters";

type BenchResult<T> = Result<T, Box<dyn std::error::Error>>;

/// A server in this process, with its own database.
struct TestServer {
    state: AppState,
    base: String,
    _folder: TempDir,
}

impl TestServer {
    async fn open(postgres: Option<&str>) -> BenchResult<Self> {
        let folder = tempfile::tempdir()?;
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(path("site"))?;
        let database = match postgres {
            Some(server) => {
                let name = format!("load_{}", uuid::Uuid::now_v7().simple());
                let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
                sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
                format!("{server}/{name}")
            }
            None => format!("sqlite:{}", path("data/scribble.db")),
        };
        let (data, site) = (path("data"), path("site"));
        let arguments = ["load", "--data-dir", &data, "--site-dir", &site, "--database-url", &database];
        let state = AppState::start(Environment::try_parse_from(arguments)?.config).await?;
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let base = format!("http://{}", listener.local_addr()?);
        let router = http::router(state.clone(), Router::new())?;
        tokio::spawn(http::serve(listener, router, std::future::pending()));
        Ok(Self { state, base, _folder: folder })
    }

    async fn execute(&self, sqlite: &str, postgres: &str) -> BenchResult<()> {
        match &self.state.db {
            Db::Sqlite { writer, .. } => {
                sqlx::query(AssertSqlSafe(sqlite)).execute(writer).await?;
            }
            Db::Postgres(pool) => {
                sqlx::query(AssertSqlSafe(postgres)).execute(pool).await?;
            }
        }
        Ok(())
    }

    async fn count(&self, sql: &'static str) -> BenchResult<i64> {
        Ok(match &self.state.db {
            Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await?,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await?,
        })
    }

    /// Inserts `rows` pages, with [`PAGES_PER_ACCOUNT`] for each account, and a file and a waiting
    /// job for each page.
    async fn insert_rows(&self, rows: i64) -> BenchResult<()> {
        let users = (rows / PAGES_PER_ACCOUNT).max(1);
        let sql = |id: &str, series: &str, text: &str| {
            [
                format!("INSERT INTO users (id, created_at) SELECT {id}, 1 FROM {series} LIMIT {users}"),
                format!(
                    "INSERT INTO pages (id, user_id, title, status, style, created_at, keep_until)
                     SELECT {id}, u.id, 'many', 'ready', (SELECT style FROM pages LIMIT 1), 1, 9000000000000
                     FROM users AS u CROSS JOIN (SELECT 1 FROM {series} LIMIT {PAGES_PER_ACCOUNT}) AS each_page"
                ),
                format!(
                    "INSERT INTO assets (id, user_id, page_id, path, kind, content_type, bytes, width, height,
                         created_at, expires_at)
                     SELECT {id}, user_id, id, {text}, 'preview', 'image/png', 1, 1, 1, 1, 9000000000000
                     FROM pages WHERE title = 'many'"
                ),
                format!(
                    "INSERT INTO jobs (id, user_id, page_id, kind, payload, state, run_at, created_at, queue, fair_start_at)
                     SELECT {id}, user_id, id, 'draw_page', (SELECT payload FROM jobs WHERE kind = 'draw_page' LIMIT 1),
                         'waiting', 1, 1, 'drawing', ROW_NUMBER() OVER (ORDER BY id)
                     FROM pages WHERE title = 'many'"
                ),
                "ANALYZE".to_owned(),
            ]
        };
        let length = users.max(PAGES_PER_ACCOUNT);
        let sqlite = format!(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {length}) SELECT i FROM n)"
        );
        // Ascending ids, like UUIDs of version 7. With random ids the insertion takes SQLite ten
        // minutes.
        let sqlite = sql("unhex(printf('%032x', ROW_NUMBER() OVER ()))", &sqlite, "hex(id)");
        let postgres = sql("gen_random_uuid()", &format!("generate_series(1, {length}) AS n"), "CAST(id AS TEXT)");
        for (sqlite, postgres) in sqlite.iter().zip(&postgres) {
            self.execute(sqlite, postgres).await?;
        }
        Ok(())
    }
}

/// Returns a client signed in as a new guest, who has three credits.
async fn create_guest(base: &str) -> BenchResult<Client> {
    let client = Client::builder().cookie_store(true).no_proxy().build()?;
    let response = client.post(format!("{base}/api/v1/auth/device")).json(&json!({})).send().await?;
    assert_eq!(response.status(), StatusCode::OK);
    Ok(client)
}

async fn upload_photo(client: &Client, base: &str, file: Vec<u8>) -> BenchResult<Value> {
    let form = multipart::Form::new().part("file", multipart::Part::bytes(file).file_name("photo.jpg"));
    let response = client.post(format!("{base}/api/v1/upload")).multipart(form).send().await?;
    assert_eq!(response.status(), StatusCode::CREATED);
    Ok(response.json().await?)
}

async fn request_page(client: &Client, base: &str, photo: &Value) -> BenchResult<()> {
    let body = json!({ "asset_id": photo["id"], "style": { "preset": "standard" } });
    let response = client.post(format!("{base}/api/v1/jobs")).json(&body).send().await?;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    Ok(())
}

fn format_percentiles(mut times: Vec<Duration>) -> String {
    times.sort();
    let percentile = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    format!("median {:.2} ms, p95 {:.2} ms", percentile(50), percentile(95))
}

/// Latency of claims and of the gallery's list, with `rows` pages in the database.
async fn measure_claims_and_lists(postgres: Option<&str>, rows: i64) -> BenchResult<()> {
    let server = TestServer::open(postgres).await?;
    let client = create_guest(&server.base).await?;
    let photo = upload_photo(&client, &server.base, test_photo(64, 48)).await?;
    request_page(&client, &server.base, &photo).await?;
    worker::run_due_jobs(&server.state).await?;
    server.insert_rows(rows).await?;
    let pages = server.count("SELECT CAST(COUNT(*) AS BIGINT) FROM pages").await?;
    let (mut claims, mut empty_claims, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..SAMPLES {
        let start = Instant::now();
        let job = worker::claim_job(&server.state, Queue::Drawing).await?;
        claims.push(start.elapsed());
        assert!(job.is_some());
        // Keeps the accounts of the small table below their maximum of running jobs.
        let mark_done =
            "UPDATE jobs SET state = 'done', lease_token = NULL, lease_until = NULL WHERE state = 'running'";
        server.execute(mark_done, mark_done).await?;
        // What every idle worker does once a second.
        let start = Instant::now();
        let job = worker::claim_job(&server.state, Queue::Background).await?;
        empty_claims.push(start.elapsed());
        assert!(job.is_none());
        let start = Instant::now();
        let response = client.get(format!("{}/api/v1/pages", server.base)).send().await?;
        let list: Value = response.json().await?;
        lists.push(start.elapsed());
        assert_eq!(list["items"].as_array().map(Vec::len), Some(24));
    }
    println!("  among {pages:>7} pages and jobs");
    for (name, times) in [("claim", claims), ("claim from an empty queue", empty_claims), ("gallery over HTTP", lists)]
    {
        println!("    {name}: {}", format_percentiles(times));
    }
    Ok(())
}

/// Time that the engine alone takes for a number of pages, on all cores.
fn time_engine(file: &[u8], pages: usize, cores: usize) -> Duration {
    let (start, drawn) = (Instant::now(), AtomicUsize::new(0));
    let style: Style = serde_json::from_value(json!({ "preset": "standard" })).expect("a style");
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while drawn.fetch_add(1, Ordering::Relaxed) < pages {
                    let photo = Photo::decode(file).expect("a photo");
                    let drawing = lineart::draw(&photo, &style);
                    drop((drawing.to_svg(), drawing.to_png(3508), drawing.to_png(640)));
                }
            });
        }
    });
    start.elapsed()
}

/// Prints the rate of the server, and that of the component alone that dominates its time.
fn print_rates(unit: &str, count: usize, total: Duration, component: &str, alone: Duration) {
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    let percent = rate(total) / rate(alone) * 100.0;
    println!("  {unit} per second: {:.2}, {component} alone {:.2}: {percent:.0} %", rate(total), rate(alone));
}

async fn measure_pages_per_second(postgres: Option<&str>, pages: usize) -> BenchResult<()> {
    let server = TestServer::open(postgres).await?;
    let cores = std::thread::available_parallelism()?.get();
    let mut stored = Vec::new();
    for _ in 0..pages.div_ceil(3) {
        let client = create_guest(&server.base).await?;
        let photo = upload_photo(&client, &server.base, std::fs::read("public/samples/cat.jpg")?).await?;
        for _ in 0..3 {
            request_page(&client, &server.base, &photo).await?;
        }
        if stored.is_empty() {
            stored = server.state.files.get(photo["path"].as_str().unwrap_or_default()).await?.to_vec();
        }
    }
    let pages = pages.div_ceil(3) * 3;
    // The engine runs before and after, so that a temporary load of the host affects both sides.
    let before = time_engine(&stored, pages / 2, cores);
    let start = Instant::now();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker::run(server.state.clone(), stopped));
    while server.count("SELECT CAST(COUNT(*) AS BIGINT) FROM pages WHERE status <> 'ready'").await? > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    let total = start.elapsed();
    stop.send_replace(true);
    worker::join_with_timeout(running).await;
    let engine = before + time_engine(&stored, pages - pages / 2, cores);
    print_rates("pages", pages, total, "the engine", engine);
    Ok(())
}

/// Time that a number of Argon2 hashes takes, on all cores.
fn time_argon2(hashes: usize, cores: usize) -> BenchResult<Duration> {
    let hashing = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None)?);
    let (start, done) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while done.fetch_add(1, Ordering::Relaxed) < hashes {
                    let mut hash = [0; 32];
                    hashing.hash_password_into(PASSWORD.as_bytes(), b"sixteen bytes ..", &mut hash).expect("a hash");
                }
            });
        }
    });
    Ok(start.elapsed())
}

async fn measure_sign_ins_per_second(postgres: Option<&str>, sign_ins: usize) -> BenchResult<()> {
    let server = TestServer::open(postgres).await?;
    let cores = std::thread::available_parallelism()?.get();
    let client = Client::builder().no_proxy().build()?;
    let post = async |path: &str, body: Value, expected: StatusCode| -> BenchResult<()> {
        let response = client.post(format!("{}/api/v1/auth/{path}", server.base)).json(&body).send().await?;
        assert_eq!(response.status(), expected);
        Ok(())
    };
    // One account for each concurrent sign-in: those of one account are serialized.
    let concurrency = 4 * cores;
    let email = |number: usize| format!("parent{}@example.org", number % concurrency);
    for number in 0..concurrency {
        post("signup", json!({ "email": email(number), "password": PASSWORD }), StatusCode::ACCEPTED).await?;
        worker::run_due_jobs(&server.state).await?;
        let mails = read_outbox(&server.state).await;
        let code: String = mails.last().ok_or("no code was mailed")?.subject.chars().take(6).collect();
        let body = json!({ "email": email(number), "code": code, "session": "bearer" });
        post("verify-otp", body, StatusCode::OK).await?;
    }

    let (mut total, mut alone) = (Duration::ZERO, Duration::ZERO);
    let per_round = sign_ins / ROUNDS;
    // Alternating, so that a temporary load of the host affects both sides.
    for _ in 0..ROUNDS {
        alone += time_argon2(per_round, cores)?;
        let start = Instant::now();
        let sign_ins = (0..per_round).map(|number| {
            let account = json!({ "email": email(number), "password": PASSWORD, "session": "bearer" });
            post("signin", account, StatusCode::OK)
        });
        // Enough requests in flight to keep every core busy.
        futures::stream::iter(sign_ins).buffer_unordered(concurrency).try_collect::<()>().await?;
        total += start.elapsed();
    }
    print_rates("sign-ins", per_round * ROUNDS, total, "Argon2", alone);
    Ok(())
}

/// A JPEG with some contrast.
fn test_photo(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| [(x * 7 % 251) as u8, (y * 5 % 241) as u8, ((x / 40 + y / 40) % 2 * 200) as u8];
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Photo::from_rgb(width, height, rgb).expect("a photo").to_jpeg(width.max(height), 90)
}

#[tokio::main]
async fn main() -> BenchResult<()> {
    let options = Options::parse();
    println!("A server process");
    memory::measure_memory(&options).await?;
    for postgres in std::iter::once(None).chain(options.postgres.as_deref().map(Some)) {
        println!("{}", if postgres.is_some() { "PostgreSQL, with row security" } else { "SQLite" });
        measure_pages_per_second(postgres, options.pages).await?;
        measure_sign_ins_per_second(postgres, options.sign_ins).await?;
        for rows in [1000, options.rows] {
            measure_claims_and_lists(postgres, rows).await?;
        }
    }
    Ok(())
}
