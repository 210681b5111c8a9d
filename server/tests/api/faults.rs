//! Faults that one process can be put through: races, locks, a store that fails. Few rounds with the other tests, all
//! of them with `SCRIBBLE_CHAOS=full` (`make chaos`). After each, the invariants are checked like after any test.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode};
use serde_json::json;
use server::{db::Db, jobs::Queue, worker::claim_job};
use sqlx::Connection;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use crate::{
    harness::{App, assert_problem, json_of, text, with_app, with_settings},
    invariants::select_column,
    photos,
    provider::Provider,
    stores::start_s3,
};

fn rounds(few: usize, all: usize) -> usize {
    if std::env::var("SCRIBBLE_CHAOS").is_ok_and(|mode| mode == "full") { all } else { few }
}

#[tokio::test]
async fn of_fifty_requests_at_once_for_the_last_credit_one_wins() {
    with_app(async |app| {
        for _ in 0..rounds(2, 20) {
            let guest = app.create_guest().await;
            let photo = guest.upload_photo().await;
            guest.request_page(&photo, None).await;
            guest.request_page(&photo, None).await;
            let answers = futures::future::join_all((0..50).map(|_| guest.request_page(&photo, None))).await;
            let won = answers.iter().filter(|answer| answer.status() == StatusCode::ACCEPTED).count();
            let refused = answers.iter().filter(|answer| answer.status() == StatusCode::PAYMENT_REQUIRED).count();
            assert_eq!((won, refused), (1, 49));
            assert_eq!(guest.balance().await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_deleted_in_the_moment_it_is_finished_is_paid_or_not_never_both() {
    with_app(async |app| {
        let mut guest = app.create_guest().await;
        let (mut finished, mut cancelled) = (0, 0);
        for round in 0..rounds(20, 1000) {
            if guest.balance().await == 0 {
                guest = app.create_guest().await;
            }
            let before = guest.balance().await;
            let job = json_of(guest.request_page(&guest.upload_photo().await, None).await).await;
            let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
            // From before the drawing to a little after its end.
            let pause = Duration::from_millis((round % 20) as u64 * 15);
            let delete = async {
                sleep(pause).await;
                guest.request(Method::DELETE, &path).send().await.expect("an answer").status()
            };
            let (deleted, ran) = tokio::join!(delete, task.run(&app.state));
            ran.expect("ends without a trace");
            assert_eq!(deleted, StatusCode::NO_CONTENT);
            match before - guest.balance().await {
                0 => cancelled += 1,
                1 => finished += 1,
                other => panic!("{other} credits went"),
            }
            app.run_jobs().await;
        }
        println!("finished first: {finished}, cancelled first: {cancelled}");
    })
    .await;
}

#[tokio::test]
async fn clients_that_hang_up_in_the_middle_leave_nothing_half_done() {
    with_app(async |app| {
        let guest = app.create_guest().await;
        let photo = guest.upload_photo().await;
        let answer = guest.request_page(&photo, Some("warm")).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        for round in 0..rounds(100, 2000) {
            let patience = Duration::from_micros((round % 40) as u64 * 150);
            let requests = (0..4).map(|_| timeout(patience, guest.request_page(&photo, Some("hung up"))));
            futures::future::join_all(requests).await;
        }
        // Ten connections on PostgreSQL, one writer on SQLite: with one of them stuck, this would not end.
        let requests = (0..20).map(|_| guest.request_page(&photo, Some("hung up")));
        let answers = timeout(Duration::from_secs(30), futures::future::join_all(requests)).await.expect("in time");
        assert!(answers.iter().all(|answer| answer.status() == StatusCode::ACCEPTED));
        assert_eq!(guest.balance().await, 1);
    })
    .await;
}

/// Takes the lock that every writer needs, for a time.
async fn lock(app: &Arc<App>, time: Duration) {
    match &app.state.db {
        Db::Sqlite { .. } => {
            let url = app.state.config.database_url();
            let mut other = sqlx::SqliteConnection::connect(&url).await.expect("another process");
            sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.expect("locked");
            sleep(time).await;
            sqlx::query("ROLLBACK").execute(&mut other).await.expect("released");
        }
        Db::Postgres(_) => {
            let url = app.state.config.database_url();
            let mut other = sqlx::PgConnection::connect(&url).await.expect("another process");
            let lock = "BEGIN; LOCK TABLE credits, jobs IN ACCESS EXCLUSIVE MODE";
            sqlx::raw_sql(lock).execute(&mut other).await.expect("locked");
            sleep(time).await;
            sqlx::raw_sql("ROLLBACK").execute(&mut other).await.expect("released");
        }
    }
}

#[tokio::test]
async fn a_database_that_is_locked_for_seconds_is_waited_for() {
    let seconds: &[u64] = if rounds(0, 1) == 1 { &[3, 10] } else { &[3] };
    for seconds in seconds {
        with_app(async |app| {
            let guest = app.create_guest().await;
            let photo = guest.upload_photo().await;
            let begun = Instant::now();
            let request = async {
                sleep(Duration::from_millis(200)).await;
                guest.request_page(&photo, None).await
            };
            let ((), answer) = tokio::join!(lock(app, Duration::from_secs(*seconds)), request);
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            assert!(begun.elapsed() < Duration::from_secs(seconds + 3));
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_cannot_wait_for_a_locked_database_any_longer_is_asked_to_come_back() {
    with_app(async |app| {
        // Longer than is waited for the lock of SQLite, or for a statement of PostgreSQL.
        let seconds = if matches!(app.state.db, Db::Sqlite { .. }) { 18 } else { 33 };
        let guest = app.create_guest().await;
        let photo = guest.upload_photo().await;
        let request = async {
            sleep(Duration::from_millis(200)).await;
            guest.request_page(&photo, None).await
        };
        let ((), answer) = tokio::join!(lock(app, Duration::from_secs(seconds)), request);
        assert!(answer.headers().contains_key("retry-after"));
        assert_problem(answer, 503, "busy").await;
        assert_eq!(guest.balance().await, 3);
    })
    .await;
}

const UP: u8 = 0;
const DOWN: u8 = 1;
const SLOW: u8 = 2;
const CUT: u8 = 3;

/// Stands between the server and its bucket. Returns its address.
async fn line_to(bucket: &str, state: Arc<AtomicU8>) -> String {
    let (_, rest) = bucket.split_once("endpoint=http://").expect("an endpoint");
    let target = rest.split('&').next().expect("an address").to_owned();
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let here = listener.local_addr().expect("an address").to_string();
    let address = bucket.replace(&target, &here);
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let (state, target) = (state.clone(), target.clone());
            tokio::spawn(async move {
                match state.load(Ordering::SeqCst) {
                    DOWN => return,
                    SLOW => sleep(Duration::from_secs(2)).await,
                    CUT => {
                        // A part of the request, and then nothing more.
                        let mut part = [0; 2000];
                        drop(near.read(&mut part).await);
                        drop(near.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await);
                        return;
                    }
                    _ => {}
                }
                let mut far = TcpStream::connect(target).await.expect("the store");
                // One request a connection, so that a change of state meets the next.
                drop(timeout(Duration::from_secs(3), copy_bidirectional(&mut near, &mut far)).await);
            });
        }
    });
    address
}

#[tokio::test]
async fn a_store_that_is_down_slow_or_cut_off_loses_nothing_and_charges_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = Arc::new(AtomicU8::new(UP));
    let bucket = line_to(&start_s3(&folder).await, state.clone()).await;
    with_settings(&[("--storage-url", &bucket)], async |app| {
        for fault in [DOWN, CUT, SLOW] {
            let guest = app.create_guest().await;
            let photo = guest.upload_photo().await;
            // Connections that are open would still work.
            sleep(Duration::from_millis(3100)).await;
            state.store(fault, Ordering::SeqCst);
            let begun = Instant::now();
            let status = guest.upload(photos::jpeg(64, 64)).await.status();
            assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
            assert_eq!(status == StatusCode::CREATED, fault == SLOW, "{status}");
            let job = json_of(guest.request_page(&photo, None).await).await;
            let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            if let Err(error) = task.run(&app.state).await {
                task.record_failure(&app.state, &error.to_string()).await.expect("recorded");
            }
            state.store(UP, Ordering::SeqCst);
            while !matches!(guest.page(&text(&job, "page_id")).await["status"].as_str(), Some("ready" | "failed")) {
                app.run_jobs().await;
                sleep(Duration::from_millis(200)).await;
            }
            assert_eq!(guest.page(&text(&job, "page_id")).await["status"], "ready");
            assert_eq!(guest.balance().await, 2);
            // What could not be stored or discarded meanwhile is left to the sweep.
            crate::invariants::execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
            server::retention::sweep(&app.state, false).await.expect("sweeps");
            app.run_jobs().await;
            assert_eq!(select_column(&app.state, "SELECT path FROM incoming").await, Vec::<String>::new());
        }
    })
    .await;
}

#[tokio::test]
async fn a_result_that_the_store_does_not_take_is_fetched_again_when_it_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = Arc::new(AtomicU8::new(UP));
    let bucket = line_to(&start_s3(&folder).await, state.clone()).await;
    let provider = Provider::start().await;
    let settings = [
        ("--storage-url", bucket.as_str()),
        ("--generator", "fal"),
        ("--fal-key", "fal-secret"),
        ("--fal-base-url", &provider.base),
    ];
    with_settings(&settings, async |app| {
        let guest = app.create_guest().await;
        let body =
            json!({ "asset_id": guest.upload_photo().await, "style": { "preset": "toddler" }, "fallback": false });
        let job = json_of(guest.post("/api/v1/jobs", body).await).await;
        app.run_jobs().await;
        // Connections that are open would still work.
        sleep(Duration::from_millis(3100)).await;
        let before = provider.script(|script| (script.submissions.len(), script.fetches));
        for fault in [DOWN, UP] {
            state.store(fault, Ordering::SeqCst);
            crate::invariants::execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
            let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            task.run(&app.state).await.expect("fetched again later, or drawn");
        }
        assert_eq!(guest.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(guest.balance().await, 2);
        let after = provider.script(|script| (script.submissions.len(), script.fetches));
        assert_eq!(after, (before.0, before.1 + 2));
        app.run_jobs().await;
        crate::invariants::execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
    })
    .await;
}
