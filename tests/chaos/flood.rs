//! Thousands of jobs, and workers that do not live long.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use tokio::time::sleep;

use crate::{
    provider::Provider,
    rounds,
    stack::{Guest, Stack},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_job_ends_once_though_a_worker_is_killed_every_two_seconds() {
    let stack = Stack::new().await;
    let jobs = rounds(60, 10_000);
    let server = stack.serve(&[], None);
    let seed = |_| async {
        let guest = Guest::new(&server).await;
        let photo = guest.photo(&server, 64, 48).await;
        for key in ["a", "b", "c"] {
            guest.page(&server, &photo, key).await;
        }
    };
    // Three pages a guest.
    stream::iter(0..jobs.div_ceil(3)).map(seed).buffer_unordered(8).collect::<()>().await;
    let stopped = server.process.stop();
    assert!(stopped < Duration::from_secs(25), "a stop takes at most 25 seconds: {stopped:?}");

    let begun = Instant::now();
    let left = "SELECT CAST(COUNT(*) AS TEXT) FROM jobs WHERE state IN ('waiting', 'running') AND kind = 'draw_page'";
    let (mut kills, mut workers) = (0, [stack.work(), stack.work()]);
    while stack.column(left).await != ["0"] {
        assert!(begun.elapsed() < Duration::from_secs(3600), "jobs are stuck");
        sleep(Duration::from_secs(2)).await;
        // One dies each time, the other a little later.
        std::mem::replace(&mut workers[kills % 2], stack.work()).kill();
        kills += 1;
    }
    stack.settle(Duration::from_secs(60)).await;
    let count = async |status: &'static str| stack.column(status).await[0].clone();
    let ready = count("SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status = 'ready'").await;
    let failed = count("SELECT CAST(COUNT(*) AS TEXT) FROM pages WHERE status = 'failed'").await;
    let seconds = begun.elapsed().as_secs();
    println!("{ready} pages ready, {failed} failed and refunded; {kills} workers killed in {seconds} s");
    assert_eq!(
        ready.parse::<usize>().expect("a number") + failed.parse::<usize>().expect("a number"),
        jobs.div_ceil(3) * 3
    );
    stack.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_those_who_watch() {
    let provider = Provider::start().await;
    provider.script(|script| script.polls_pending = usize::MAX);
    let stack = Stack::new().await.drawn_by(&provider);
    let server = stack.serve(&[], None);
    let guest = Guest::new(&server).await;
    let photo = guest.photo(&server, 320, 240).await;
    let mut events = guest.watch(&server, &photo).await;
    let stopped = server.process.stop();
    assert!(stopped < Duration::from_secs(10), "{stopped:?}");
    while events.chunk().await.expect("a whole stream").is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_paused_past_its_lease_cannot_write() {
    let stack = Stack::new().await;
    let sleeper = stack.serve(&[], None);
    let guest = Guest::new(&sleeper).await;
    let photo = guest.photo(&sleeper, 4000, 3000).await;
    let page = guest.page(&sleeper, &photo, "once").await;
    guest.wait_for(&sleeper, &page, "drawing").await;
    sleeper.process.signal("STOP");

    let other = stack.serve(&[], None);
    guest.wait_for(&other, &page, "ready").await;
    sleeper.process.signal("CONT");
    sleep(Duration::from_secs(4)).await;
    assert_eq!(guest.balance(&other).await, 2);
    assert_eq!(guest.status(&other, &page).await, "ready");
    stack.settle(Duration::from_secs(30)).await;
    stack.check().await;
}
