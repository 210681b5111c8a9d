//! The doorbell between processes, and work without one.

use std::time::{Duration, Instant};

use server::{Machine, db::Db, jobs::Lane, worker};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::harness::{json_of, text, with_app, with_settings};

/// Rings at one until the other hears: its line may not be up yet.
async fn hears(one: &Machine, other: &Machine) {
    let ringing = async {
        loop {
            one.doorbell.ring();
            sleep(Duration::from_millis(50)).await;
        }
    };
    let heard = timeout(Duration::from_secs(10), other.doorbell.rung(Lane::Drawings));
    tokio::select! {
        heard = heard => heard.expect("heard"),
        () = ringing => {}
    }
}

#[tokio::test]
async fn a_ring_is_heard_in_another_process_over_postgresql() {
    with_app(async |app| {
        if let Db::Pg(_) = app.machine.db {
            hears(&app.machine, &app.second_machine(&[]).await).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_ring_is_heard_in_another_process_over_redis() {
    let Ok(redis) = std::env::var("SCRIBBLE_TEST_REDIS_URL") else { return };
    with_settings(&[("--redis-url", &redis)], async |app| {
        hears(&app.machine, &app.second_machine(&["--redis-url", &redis]).await).await;
    })
    .await;
}

#[tokio::test]
async fn with_a_dead_doorbell_work_still_flows() {
    // Nothing listens on the port of discard.
    let dead = "redis://127.0.0.1:9";
    with_settings(&[("--redis-url", dead)], async |app| {
        let elsewhere = app.second_machine(&["--redis-url", dead]).await;
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(worker::run(elsewhere, stopped));
        let parent = app.guest().await;
        let job = json_of(parent.ask_for_page(&parent.photo().await, None).await).await;
        let begun = Instant::now();
        while parent.page(&text(&job, "page_id")).await["status"] != "ready" {
            assert!(begun.elapsed() < Duration::from_secs(20), "nobody came");
            sleep(Duration::from_millis(50)).await;
        }
        stop.send_replace(true);
        worker::ended(worker).await;
    })
    .await;
}
