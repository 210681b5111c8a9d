//! Job notifications between processes, and polling when no notification arrives.

use std::time::{Duration, Instant};

use server::{AppState, db::Db, jobs::Queue, worker};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::harness::{json_of, text, with_app, with_settings};

/// Notifies repeatedly, because the receiver may still be connecting, until a notification arrives.
async fn assert_notification_arrives(from: &AppState, to: &AppState) {
    let notify = async {
        loop {
            from.job_notifier.notify();
            sleep(Duration::from_millis(50)).await;
        }
    };
    let received = timeout(Duration::from_secs(10), to.job_notifier.notified(Queue::Drawing));
    tokio::select! {
        received = received => received.expect("a notification within 10 seconds"),
        () = notify => {}
    }
}

#[tokio::test]
async fn notification_arrives_over_postgresql() {
    with_app(async |app| {
        if let Db::Postgres(_) = app.state.db {
            assert_notification_arrives(&app.state, &app.start_second_server(&[]).await).await;
        }
    })
    .await;
}

#[tokio::test]
async fn notification_arrives_over_redis() {
    let Ok(redis) = std::env::var("SCRIBBLE_TEST_REDIS_URL") else { return };
    with_settings(&[("--redis-url", &redis)], async |app| {
        let other = app.start_second_server(&["--redis-url", &redis]).await;
        assert_notification_arrives(&app.state, &other).await;
    })
    .await;
}

#[tokio::test]
async fn worker_polls_when_redis_is_unreachable() {
    // Port 9 (discard), where nothing listens.
    let unreachable = "redis://127.0.0.1:9";
    with_settings(&[("--redis-url", unreachable)], async |app| {
        let other = app.start_second_server(&["--redis-url", unreachable]).await;
        let (shutdown, receiver) = watch::channel(false);
        let worker = tokio::spawn(worker::run(other, receiver));
        let guest = app.create_guest().await;
        let job = json_of(guest.request_page(&guest.upload_photo().await, None).await).await;
        let start = Instant::now();
        while guest.page(&text(&job, "page_id")).await["status"] != "ready" {
            assert!(start.elapsed() < Duration::from_secs(20), "the page was not drawn");
            sleep(Duration::from_millis(50)).await;
        }
        shutdown.send_replace(true);
        worker::join_with_timeout(worker).await;
    })
    .await;
}
