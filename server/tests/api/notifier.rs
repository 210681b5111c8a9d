//! The doorbell between processes, and work without one.

use std::time::{Duration, Instant};

use server::{AppState, db::Db, jobs::Queue, worker};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::harness::{json_of, text, with_app, with_settings};

/// Rings at one until the other hears: its line may not be up yet.
async fn hears(one: &AppState, other: &AppState) {
    let ringing = async {
        loop {
            one.job_notifier.notify();
            sleep(Duration::from_millis(50)).await;
        }
    };
    let heard = timeout(Duration::from_secs(10), other.job_notifier.notified(Queue::Drawing));
    tokio::select! {
        heard = heard => heard.expect("heard"),
        () = ringing => {}
    }
}

#[tokio::test]
async fn a_ring_is_heard_in_another_process_over_postgresql() {
    with_app(async |app| {
        if let Db::Postgres(_) = app.state.db {
            hears(&app.state, &app.start_second_server(&[]).await).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_ring_is_heard_in_another_process_over_redis() {
    let Ok(redis) = std::env::var("SCRIBBLE_TEST_REDIS_URL") else { return };
    with_settings(&[("--redis-url", &redis)], async |app| {
        hears(&app.state, &app.start_second_server(&["--redis-url", &redis]).await).await;
    })
    .await;
}

#[tokio::test]
async fn with_a_dead_doorbell_work_still_flows() {
    // Nothing listens on the port of discard.
    let dead = "redis://127.0.0.1:9";
    with_settings(&[("--redis-url", dead)], async |app| {
        let elsewhere = app.start_second_server(&["--redis-url", dead]).await;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(worker::run(elsewhere, stopped));
        let parent = app.create_guest().await;
        let job = json_of(parent.request_page(&parent.upload_photo().await, None).await).await;
        let begun = Instant::now();
        while parent.page(&text(&job, "page_id")).await["status"] != "ready" {
            assert!(begun.elapsed() < Duration::from_secs(20), "nobody came");
            sleep(Duration::from_millis(50)).await;
        }
        stop.send_replace(true);
        worker::join_with_timeout(worker).await;
    })
    .await;
}
