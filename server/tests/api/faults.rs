//! Fault injection within one process: races, a locked database, a failing object store. A few
//! rounds by default, all of them with `SCRIBBLE_CHAOS=full` (`make chaos`).

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use server::{db::Db, jobs::Queue, worker::claim_job};
use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
    photos,
    provider::Provider,
    stores::start_s3,
};

/// Returns the number of rounds for a normal run or a full one.
fn rounds(few: usize, all: usize) -> usize {
    if std::env::var("SCRIBBLE_CHAOS").is_ok_and(|mode| mode == "full") { all } else { few }
}

#[tokio::test]
async fn last_credit_pays_one_of_fifty_concurrent_requests() {
    with_app(async |app| {
        for _ in 0..rounds(2, 20) {
            let guest = app.create_guest().await;
            let photo = guest.upload_photo().await;
            guest.request_page(&photo, None).await;
            guest.request_page(&photo, None).await;
            let responses = futures::future::join_all((0..50).map(|_| guest.request_page(&photo, None))).await;
            let accepted = responses.iter().filter(|response| response.status() == StatusCode::ACCEPTED).count();
            let rejected =
                responses.iter().filter(|response| response.status() == StatusCode::PAYMENT_REQUIRED).count();
            assert_eq!((accepted, rejected), (1, 49));
            assert_eq!(guest.balance().await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn deletion_during_drawing_charges_once_or_refunds() {
    with_app(async |app| {
        let mut guest = app.create_guest().await;
        // The time of one drawing scales the delays below, so that both outcomes occur.
        guest.request_page(&guest.upload_photo().await, None).await;
        let start = Instant::now();
        app.run_jobs().await;
        let drawing_time = start.elapsed();
        let (mut charged, mut refunded) = (0, 0);
        for round in 0..rounds(20, 1000) {
            if guest.balance().await == 0 {
                guest = app.create_guest().await;
            }
            let before = guest.balance().await;
            let requested = json_of(guest.request_page(&guest.upload_photo().await, None).await).await;
            let job = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            let path = format!("/api/v1/pages/{}", text(&requested, "page_id"));
            // From the start of the drawing to well after its end.
            let delay = drawing_time * (round as u32 % 20) / 10;
            let delete = async {
                sleep(delay).await;
                guest.request(Method::DELETE, &path).send().await.expect("a response").status()
            };
            let (deleted, result) = tokio::join!(delete, job.run(&app.state));
            result.expect("no error");
            assert_eq!(deleted, StatusCode::NO_CONTENT);
            match before - guest.balance().await {
                0 => refunded += 1,
                1 => charged += 1,
                other => panic!("{other} credits charged"),
            }
            app.run_jobs().await;
        }
        println!("drawn first: {charged}, deleted first: {refunded}");
        assert!(charged > 0 && refunded > 0, "one outcome only: {charged} drawn first, {refunded} deleted first");
    })
    .await;
}

#[tokio::test]
async fn cancelled_requests_leave_no_open_transaction() {
    with_app(async |app| {
        let guest = app.create_guest().await;
        let photo = guest.upload_photo().await;
        let response = guest.request_page(&photo, Some("first")).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        let mut cancelled = 0;
        for round in 0..rounds(100, 2000) {
            let time_limit = Duration::from_micros((round % 40) as u64 * 150);
            let requests = (0..4).map(|_| timeout(time_limit, guest.request_page(&photo, Some("cancelled"))));
            let results = futures::future::join_all(requests).await;
            cancelled += results.iter().filter(|result| result.is_err()).count();
        }
        assert!(cancelled > 0, "no request was cancelled");
        // PostgreSQL has ten connections and SQLite one writer: with one of them stuck, this would
        // time out.
        let requests = (0..20).map(|_| guest.request_page(&photo, Some("cancelled")));
        let responses =
            timeout(Duration::from_secs(30), futures::future::join_all(requests)).await.expect("no timeout");
        assert!(responses.iter().all(|response| response.status() == StatusCode::ACCEPTED));
        assert_eq!(guest.balance().await, 1);
    })
    .await;
}

/// Another connection that holds the lock that every writer needs.
enum WriteLock {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl WriteLock {
    async fn acquire(app: &App) -> Self {
        let url = app.state.config.database_url();
        match &app.state.db {
            Db::Sqlite { .. } => {
                let mut connection = SqliteConnection::connect(&url).await.expect("connects");
                sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.expect("locked");
                Self::Sqlite(connection)
            }
            Db::Postgres(_) => {
                let mut connection = PgConnection::connect(&url).await.expect("connects");
                let lock = "BEGIN; LOCK TABLE credits, jobs IN ACCESS EXCLUSIVE MODE";
                sqlx::raw_sql(lock).execute(&mut connection).await.expect("locked");
                Self::Postgres(connection)
            }
        }
    }

    async fn release_after(self, time: Duration) {
        sleep(time).await;
        match self {
            Self::Sqlite(mut connection) => sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.map(drop),
            Self::Postgres(mut connection) => sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.map(drop),
        }
        .expect("released");
    }
}

/// Requests a page while the database is locked; returns the response and the time it took.
async fn request_page_under_lock(app: &App, guest: &TestClient, locked: Duration) -> (Response, Duration) {
    let photo = guest.upload_photo().await;
    let lock = WriteLock::acquire(app).await;
    let start = Instant::now();
    let request = async {
        let response = guest.request_page(&photo, None).await;
        (response, start.elapsed())
    };
    let ((), result) = tokio::join!(lock.release_after(locked), request);
    result
}

#[tokio::test]
async fn request_waits_for_a_locked_database() {
    let seconds: &[u64] = if rounds(0, 1) == 1 { &[3, 10] } else { &[3] };
    for seconds in seconds {
        with_app(async |app| {
            let guest = app.create_guest().await;
            let locked = Duration::from_secs(*seconds);
            let (response, time) = request_page_under_lock(app, &guest, locked).await;
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            assert!(time >= locked, "the request did not wait for the lock: {time:?}");
            assert!(time < locked + Duration::from_secs(3), "{time:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn request_gets_503_when_the_database_stays_locked() {
    with_app(async |app| {
        // Longer than SQLite's busy timeout, or the statement timeout on PostgreSQL.
        let locked = Duration::from_secs(if matches!(app.state.db, Db::Sqlite { .. }) { 18 } else { 33 });
        let guest = app.create_guest().await;
        let (response, time) = request_page_under_lock(app, &guest, locked).await;
        assert!(time < locked, "the response came after the lock was released: {time:?}");
        assert!(response.headers().contains_key("retry-after"));
        assert_problem(response, 503, "busy").await;
        assert_eq!(guest.balance().await, 3);
    })
    .await;
}

const UP: u8 = 0;
const DOWN: u8 = 1;
const SLOW: u8 = 2;
const TRUNCATED: u8 = 3;

/// Lifetime of a proxied connection. After that, a new fault applies to all requests.
const CONNECTION_LIFETIME: Duration = Duration::from_secs(3);

/// Starts a TCP proxy between the server and its bucket, with the current value of `fault`. Returns
/// the storage URL that leads through the proxy.
async fn start_storage_proxy(storage_url: &str, fault: Arc<AtomicU8>) -> String {
    let (_, rest) = storage_url.split_once("endpoint=http://").expect("an endpoint");
    let upstream = rest.split('&').next().expect("an address").to_owned();
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let proxy = listener.local_addr().expect("an address").to_string();
    let proxied_url = storage_url.replace(&upstream, &proxy);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (fault, upstream) = (fault.clone(), upstream.clone());
            tokio::spawn(async move {
                match fault.load(Ordering::SeqCst) {
                    DOWN => return,
                    SLOW => sleep(Duration::from_secs(2)).await,
                    TRUNCATED => {
                        // Reads a part of the request and sends a part of a response.
                        let mut part = [0; 2000];
                        drop(client.read(&mut part).await);
                        drop(client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await);
                        return;
                    }
                    _ => {}
                }
                let mut server = TcpStream::connect(upstream).await.expect("the object store");
                drop(timeout(CONNECTION_LIFETIME, copy_bidirectional(&mut client, &mut server)).await);
            });
        }
    });
    proxied_url
}

/// Waits until connections that were opened before a change of the fault are closed.
async fn wait_for_open_connections() {
    sleep(CONNECTION_LIFETIME + Duration::from_millis(100)).await;
}

/// Deletes files whose upload or deletion failed.
async fn sweep_pending_files(app: &App) {
    app.run_jobs().await;
    execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
    server::retention::sweep(&app.state, false).await.expect("sweeps");
    app.run_jobs().await;
}

#[tokio::test]
async fn store_failure_loses_no_page_and_no_credit() {
    let folder = tempfile::tempdir().expect("a folder");
    let fault = Arc::new(AtomicU8::new(UP));
    let storage_url = start_storage_proxy(&start_s3(&folder).await, fault.clone()).await;
    with_settings(&[("--storage-url", &storage_url)], async |app| {
        for kind in [DOWN, TRUNCATED, SLOW] {
            let guest = app.create_guest().await;
            let photo = guest.upload_photo().await;
            wait_for_open_connections().await;
            fault.store(kind, Ordering::SeqCst);
            let start = Instant::now();
            let status = guest.upload(photos::jpeg(64, 64)).await.status();
            assert!(start.elapsed() < Duration::from_secs(40), "{:?}", start.elapsed());
            assert_eq!(status == StatusCode::CREATED, kind == SLOW, "{status}");
            let requested = json_of(guest.request_page(&photo, None).await).await;
            let page = text(&requested, "page_id");
            let job = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            let result = job.run(&app.state).await;
            assert_eq!(result.is_ok(), kind == SLOW, "{result:?}");
            if let Err(error) = result {
                job.record_failure(&app.state, &error.to_string()).await.expect("recorded");
            }
            fault.store(UP, Ordering::SeqCst);
            while !matches!(guest.page(&page).await["status"].as_str(), Some("ready" | "failed")) {
                app.run_jobs().await;
                sleep(Duration::from_millis(200)).await;
            }
            assert_eq!(guest.page(&page).await["status"], "ready");
            assert_eq!(guest.balance().await, 2);
            sweep_pending_files(app).await;
            assert_eq!(select_column(&app.state, "SELECT path FROM incoming").await, Vec::<String>::new());
        }
    })
    .await;
}

#[tokio::test]
async fn provider_result_is_fetched_again_after_store_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let fault = Arc::new(AtomicU8::new(UP));
    let storage_url = start_storage_proxy(&start_s3(&folder).await, fault.clone()).await;
    let provider = Provider::start().await;
    let settings = [
        ("--storage-url", storage_url.as_str()),
        ("--generator", "fal"),
        ("--fal-key", "fal-secret"),
        ("--fal-base-url", &provider.base),
    ];
    with_settings(&settings, async |app| {
        let guest = app.create_guest().await;
        let body =
            json!({ "asset_id": guest.upload_photo().await, "style": { "preset": "toddler" }, "fallback": false });
        let page = text(&json_of(guest.post("/api/v1/jobs", body).await).await, "page_id");
        app.run_jobs().await;
        wait_for_open_connections().await;
        let before = provider.script(|script| (script.submissions.len(), script.fetches));
        for (kind, status) in [(DOWN, "drawing"), (UP, "ready")] {
            fault.store(kind, Ordering::SeqCst);
            execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
            let job = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            job.run(&app.state).await.expect("snoozed or drawn");
            assert_eq!(guest.page(&page).await["status"], status);
        }
        assert_eq!(guest.balance().await, 2);
        let after = provider.script(|script| (script.submissions.len(), script.fetches));
        assert_eq!(after, (before.0, before.1 + 2));
        sweep_pending_files(app).await;
    })
    .await;
}
