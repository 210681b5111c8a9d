//! Worker processes that are killed, terminated or paused while jobs run.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use tokio::time::sleep;

use crate::{
    provider::Provider,
    rounds,
    stack::{Guest, Stack},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_job_ends_once_when_workers_are_killed() {
    let stack = Stack::new().await;
    // Few pages are drawn slowly, so that most are left when the first worker is killed.
    let (pages, width, height) = if rounds(0, 1) == 0 { (60, 640, 480) } else { (10_000, 64, 48) };
    let guests = pages / 3 + 1;
    let server = stack.serve(&[], None);
    let request_pages = |_| async {
        let guest = Guest::create(&server).await;
        let photo = guest.upload_photo(&server, width, height).await;
        for key in ["a", "b", "c"] {
            guest.request_page(&server, &photo, key).await;
        }
    };
    stream::iter(0..guests).map(request_pages).buffer_unordered(8).collect::<()>().await;
    let stopped = server.process.terminate();
    assert!(stopped < Duration::from_secs(25), "shutdown took {stopped:?}");

    let start = Instant::now();
    let unfinished =
        "SELECT CAST(COUNT(*) AS TEXT) FROM jobs WHERE state IN ('waiting', 'running') AND kind = 'draw_page'";
    let (mut kills, mut workers) = (0, [stack.start_worker(), stack.start_worker()]);
    while stack.select_column(unfinished).await != ["0"] {
        assert!(start.elapsed() < Duration::from_secs(3600), "jobs are stuck");
        sleep(Duration::from_secs(2)).await;
        // Each worker in turn.
        std::mem::replace(&mut workers[kills % 2], stack.start_worker()).kill();
        kills += 1;
    }
    stack.wait_for_jobs(Duration::from_secs(60)).await;
    let count = async |sql: &'static str| stack.select_column(sql).await[0].clone();
    let ready = count("SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status = 'ready'").await;
    let failed = count("SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status = 'failed'").await;
    let seconds = start.elapsed().as_secs();
    println!("{ready} pages ready, {failed} failed and refunded; {kills} workers killed in {seconds} s");
    let ended = ready.parse::<usize>().expect("a number") + failed.parse::<usize>().expect("a number");
    assert_eq!(ended, guests * 3);
    let interrupted = count("SELECT CAST(SUM(expired_leases) AS TEXT) FROM jobs WHERE kind = 'draw_page'").await;
    assert!(kills > 0 && interrupted != "0", "no running job was interrupted: {kills} kills, {interrupted} leases");
    stack.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_does_not_wait_for_event_streams() {
    let provider = Provider::start().await;
    provider.script(|script| script.polls_pending = usize::MAX);
    let stack = Stack::new().await.with_provider(&provider);
    let server = stack.serve(&[], None);
    let guest = Guest::create(&server).await;
    let photo = guest.upload_photo(&server, 320, 240).await;
    let mut events = guest.open_event_stream(&server, &photo).await;
    let stopped = server.process.terminate();
    assert!(stopped < Duration::from_secs(10), "{stopped:?}");
    while events.chunk().await.expect("a complete stream").is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn worker_paused_past_its_lease_cannot_write() {
    let stack = Stack::new().await;
    let paused = stack.serve(&[], None);
    let guest = Guest::create(&paused).await;
    let photo = guest.upload_photo(&paused, 4000, 3000).await;
    let page = guest.request_page(&paused, &photo, "once").await;
    guest.wait_for_status(&paused, &page, "drawing").await;
    paused.process.signal("STOP");

    let other = stack.serve(&[], None);
    guest.wait_for_status(&other, &page, "ready").await;
    paused.process.signal("CONT");
    // The resumed worker finds that it has lost the lease and abandons the job.
    paused.wait_for_log("lease lost").await;
    assert_eq!(guest.balance(&other).await, 2);
    assert_eq!(guest.page_status(&other, &page).await, "ready");
    stack.wait_for_jobs(Duration::from_secs(30)).await;
    stack.assert_invariants().await;
}
