//! What the server can do on this machine: claims and lists among few rows and many, pages a second beside the engine
//! alone, sign-ins beside the hashing alone, memory of a process. `bin/bench-server` builds what it needs and runs it.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
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
use server::{AppState, Config, db::Db, http, jobs::Queue, worker};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, time::sleep};

/// As in the command.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Options {
    /// The built command, for what is measured of a process
    #[arg(long)]
    scribble: PathBuf,
    /// A PostgreSQL server on which databases can be made
    #[arg(long)]
    postgres: Option<String>,
    /// Rows of the large tables
    #[arg(long, default_value_t = 1_000_000)]
    rows: i64,
    /// Pages drawn beside the engine alone
    #[arg(long, default_value_t = 150)]
    pages: usize,
    /// Sign-ins beside comparing the password alone
    #[arg(long, default_value_t = 1000)]
    sign_ins: usize,
}

#[derive(Parser)]
struct Environment {
    #[command(flatten)]
    config: Config,
}

/// How often each is measured.
const TIMES: usize = 300;
/// Sign-ins and passwords alone take turns so often.
const ROUNDS: usize = 5;
/// Pages of each account in the large tables.
const EACH: i64 = 100;
const PASSWORD: &str = "seven quiet otters";

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A server in this process, on a database of its own.
struct Site {
    state: AppState,
    base: String,
    _folder: TempDir,
}

impl Site {
    async fn open(postgres: Option<&str>) -> Outcome<Self> {
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

    async fn execute(&self, lite: &str, postgres: &str) -> Outcome<()> {
        match &self.state.db {
            Db::Sqlite { writer, .. } => {
                sqlx::query(AssertSqlSafe(lite)).execute(writer).await?;
            }
            Db::Postgres(pool) => {
                sqlx::query(AssertSqlSafe(postgres)).execute(pool).await?;
            }
        }
        Ok(())
    }

    async fn count(&self, sql: &'static str) -> Outcome<i64> {
        Ok(match &self.state.db {
            Db::Sqlite { readers, .. } => sqlx::query_scalar(sql).fetch_one(readers).await?,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await?,
        })
    }

    /// Fills the tables: accounts with a hundred pages each, a file and a waiting job for each page.
    async fn seed(&self, rows: i64) -> Outcome<()> {
        let users = (rows / EACH).max(1);
        let sql = |id: &str, series: &str, text: &str| {
            [
                format!("INSERT INTO users (id, created_at) SELECT {id}, 1 FROM {series} LIMIT {users}"),
                format!(
                    "INSERT INTO pages (id, user_id, title, status, style, created_at, keep_until)
                     SELECT {id}, u.id, 'many', 'ready', (SELECT style FROM pages LIMIT 1), 1, 9000000000000
                     FROM users AS u CROSS JOIN (SELECT 1 FROM {series} LIMIT {EACH}) AS each_page"
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
        let most = users.max(EACH);
        let lite = format!(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) SELECT i FROM n)"
        );
        // In order, as ids of version 7 are; at random, SQLite would seed for ten minutes.
        let lite = sql("unhex(printf('%032x', ROW_NUMBER() OVER ()))", &lite, "hex(id)");
        let postgres = sql("gen_random_uuid()", &format!("generate_series(1, {most}) AS n"), "CAST(id AS TEXT)");
        for (lite, postgres) in lite.iter().zip(&postgres) {
            self.execute(lite, postgres).await?;
        }
        Ok(())
    }
}

/// A guest with three credits.
async fn guest(base: &str) -> Outcome<Client> {
    let client = Client::builder().cookie_store(true).no_proxy().build()?;
    let answer = client.post(format!("{base}/api/v1/auth/device")).json(&json!({})).send().await?;
    assert_eq!(answer.status(), StatusCode::OK);
    Ok(client)
}

async fn upload(client: &Client, base: &str, file: Vec<u8>) -> Outcome<Value> {
    let form = multipart::Form::new().part("file", multipart::Part::bytes(file).file_name("photo.jpg"));
    let answer = client.post(format!("{base}/api/v1/upload")).multipart(form).send().await?;
    assert_eq!(answer.status(), StatusCode::CREATED);
    Ok(answer.json().await?)
}

async fn ask(client: &Client, base: &str, photo: &Value) -> Outcome<()> {
    let body = json!({ "asset_id": photo["id"], "style": { "preset": "standard" } });
    let answer = client.post(format!("{base}/api/v1/jobs")).json(&body).send().await?;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    Ok(())
}

/// Median and the 95th in a hundred, in milliseconds.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    format!("median {:.2} ms, p95 {:.2} ms", at(50), at(95))
}

async fn claims_and_lists(postgres: Option<&str>, rows: i64) -> Outcome<()> {
    let site = Site::open(postgres).await?;
    let client = guest(&site.base).await?;
    let photo = upload(&client, &site.base, picture(64, 48)).await?;
    ask(&client, &site.base, &photo).await?;
    worker::run_due_jobs(&site.state).await?;
    site.seed(rows).await?;
    let pages = site.count("SELECT CAST(COUNT(*) AS BIGINT) FROM pages").await?;
    let (mut claims, mut looks, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let begun = Instant::now();
        let task = worker::claim_job(&site.state, Queue::Drawing).await?;
        claims.push(begun.elapsed());
        assert!(task.is_some());
        // Ended, or the accounts of the small table would soon have as many running as they may.
        let ended = "UPDATE jobs SET state = 'done', lease_token = NULL, lease_until = NULL WHERE state = 'running'";
        site.execute(ended, ended).await?;
        // What every worker does once a second: nothing waits in the other lane.
        let begun = Instant::now();
        let task = worker::claim_job(&site.state, Queue::Background).await?;
        looks.push(begun.elapsed());
        assert!(task.is_none());
        let begun = Instant::now();
        let answer = client.get(format!("{}/api/v1/pages", site.base)).send().await?;
        let list: Value = answer.json().await?;
        lists.push(begun.elapsed());
        assert_eq!(list["items"].as_array().map(Vec::len), Some(24));
    }
    println!("  among {pages:>7} pages and jobs");
    for (what, times) in [("claim", claims), ("look in vain", looks), ("gallery over HTTP", lists)] {
        println!("    {what}: {}", spread(times));
    }
    Ok(())
}

/// How long the engine alone takes for so many pages, on all cores.
fn engine_alone(file: &[u8], pages: usize, cores: usize) -> Duration {
    let (begun, drawn) = (Instant::now(), AtomicUsize::new(0));
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
    begun.elapsed()
}

/// What the machine does of something in a second, beside the part alone that takes its time.
fn compare(what: &str, count: usize, state: Duration, part: &str, alone: Duration) {
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    let percent = rate(state) / rate(alone) * 100.0;
    println!("  {what} a second: {:.2}, {part} alone {:.2}: {percent:.0} %", rate(state), rate(alone));
}

async fn pages_a_second(postgres: Option<&str>, pages: usize) -> Outcome<()> {
    let site = Site::open(postgres).await?;
    let cores = std::thread::available_parallelism()?.get();
    let mut stored = Vec::new();
    for _ in 0..pages.div_ceil(3) {
        let client = guest(&site.base).await?;
        let photo = upload(&client, &site.base, std::fs::read("public/samples/cat.jpg")?).await?;
        for _ in 0..3 {
            ask(&client, &site.base, &photo).await?;
        }
        if stored.is_empty() {
            stored = site.state.files.get(photo["path"].as_str().unwrap_or_default()).await?.to_vec();
        }
    }
    let pages = pages.div_ceil(3) * 3;
    // The engine before and after, so that a machine that is busy for a while does not favour either.
    let before = engine_alone(&stored, pages / 2, cores);
    let begun = Instant::now();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker::run(site.state.clone(), stopped));
    while site.count("SELECT CAST(COUNT(*) AS BIGINT) FROM pages WHERE status <> 'ready'").await? > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    let state = begun.elapsed();
    stop.send_replace(true);
    worker::join_with_timeout(running).await;
    let engine = before + engine_alone(&stored, pages - pages / 2, cores);
    compare("pages", pages, state, "the engine", engine);
    Ok(())
}

/// How long comparing a password so often takes by itself, on all cores.
fn passwords_alone(times: usize, cores: usize) -> Outcome<Duration> {
    let hashing = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None)?);
    let (begun, done) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while done.fetch_add(1, Ordering::Relaxed) < times {
                    let mut hash = [0; 32];
                    hashing.hash_password_into(PASSWORD.as_bytes(), b"sixteen bytes ..", &mut hash).expect("a hash");
                }
            });
        }
    });
    Ok(begun.elapsed())
}

async fn sign_ins_a_second(postgres: Option<&str>, times: usize) -> Outcome<()> {
    let site = Site::open(postgres).await?;
    let cores = std::thread::available_parallelism()?.get();
    let client = Client::builder().no_proxy().build()?;
    let post = async |path: &str, body: Value, expected: StatusCode| -> Outcome<()> {
        let answer = client.post(format!("{}/api/v1/auth/{path}", site.base)).json(&body).send().await?;
        assert_eq!(answer.status(), expected);
        Ok(())
    };
    // As many people as come at once: one and the same would wait for themselves.
    let at_once = 4 * cores;
    let email = |number: usize| format!("parent{}@example.org", number % at_once);
    for number in 0..at_once {
        post("signup", json!({ "email": email(number), "password": PASSWORD }), StatusCode::ACCEPTED).await?;
        worker::run_due_jobs(&site.state).await?;
        let mails = server::mail::read_outbox(&site.state).await;
        let code: String = mails.last().ok_or("no code was mailed")?.subject.chars().take(6).collect();
        let body = json!({ "email": email(number), "code": code, "session": "bearer" });
        post("verify-otp", body, StatusCode::OK).await?;
    }

    let (mut state, mut alone) = (Duration::ZERO, Duration::ZERO);
    let each = times / ROUNDS;
    // In turns, so that a machine that is busy for a while does not favour either.
    for _ in 0..ROUNDS {
        alone += passwords_alone(each, cores)?;
        let begun = Instant::now();
        let sign_ins = (0..each).map(|number| {
            let account = json!({ "email": email(number), "password": PASSWORD, "session": "bearer" });
            post("signin", account, StatusCode::OK)
        });
        // Enough of them for each core to have the next at hand.
        futures::stream::iter(sign_ins).buffer_unordered(at_once).try_collect::<()>().await?;
        state += begun.elapsed();
    }
    compare("sign-ins", each * ROUNDS, state, "Argon2", alone);
    Ok(())
}

/// A photo with something to draw.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| [(x * 7 % 251) as u8, (y * 5 % 241) as u8, ((x / 40 + y / 40) % 2 * 200) as u8];
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Photo::from_rgb(width, height, rgb).expect("a photo").to_jpeg(width.max(height), 90)
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// A line of the kernel's report on the process, in MiB.
    fn memory(&self, name: &str) -> Outcome<u64> {
        let report = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = report.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap_or("0").parse()?;
        Ok(kilobytes / 1024)
    }
}

async fn memory(options: &Options) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("site"))?;
    let mut process = Command::new(&options.scribble)
        .args(["serve", "--addr", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .arg("--site-dir")
        .arg(folder.path().join("site"))
        .stderr(Stdio::piped())
        .spawn()?;
    let mut lines = BufReader::new(process.stderr.take().ok_or("no output")?).lines();
    let process = Process(process);
    let base =
        lines.find_map(|line| line.ok()?.split_once("Listening on:").map(|(_, at)| format!("http://{}", at.trim())));
    let base = base.ok_or("the server did not start")?;
    std::thread::spawn(move || lines.for_each(drop));
    sleep(Duration::from_secs(5)).await;
    println!("  idle: {} MiB resident", process.memory("VmRSS")?);
    let client = guest(&base).await?;
    let photo = picture(4000, 3000);
    let begun = Instant::now();
    let uploads = (0..50).map(|_| upload(&client, &base, photo.clone()));
    let stored = futures::future::join_all(uploads).await.into_iter().collect::<Outcome<Vec<_>>>()?;
    println!(
        "  {} uploads of 12 MP at once ({:.1} MB each): at most {} MiB resident, {:.1} s, none lost",
        stored.len(),
        photo.len() as f64 / 1e6,
        process.memory("VmHWM")?,
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let options = Options::parse();
    println!("A server process");
    memory(&options).await?;
    for postgres in std::iter::once(None).chain(options.postgres.as_deref().map(Some)) {
        println!("{}", if postgres.is_some() { "PostgreSQL, with row security" } else { "SQLite" });
        pages_a_second(postgres, options.pages).await?;
        sign_ins_a_second(postgres, options.sign_ins).await?;
        for rows in [1000, options.rows] {
            claims_and_lists(postgres, rows).await?;
        }
    }
    Ok(())
}
