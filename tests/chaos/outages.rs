//! A network that swallows, a disk that is full, a clock that is wrong.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use tokio::time::{sleep, timeout};

use crate::{
    stack::{Guest, Stack, photo},
    wire::{Line, Moment},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_behind_a_network_that_swallows_everything_is_given_up_and_found_again() {
    let stack = Stack::new().await;
    if !stack.is_postgres() {
        return;
    }
    let line = Line::to(&stack.database).await;
    let server = stack.serve(&[], Some(&line.url));
    let guest = Guest::new(&server).await;
    let photo = guest.photo(&server, 320, 240).await;
    line.silence(true);
    let begun = Instant::now();
    let asked = timeout(Duration::from_secs(60), guest.ask(&server, &photo, "once").send()).await;
    let answer = asked.expect("no request hangs").expect("an answer");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    println!("answered after {:?}", begun.elapsed());
    line.silence(false);

    let begun = Instant::now();
    while guest.ask(&server, &photo, "once").send().await.expect("an answer").status() != StatusCode::ACCEPTED {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not come back");
    }
    let page = guest.page(&server, &photo, "once").await;
    guest.wait_for(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 2);
    stack.settle(Duration::from_secs(60)).await;
    stack.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_keeps_the_files_of_its_rows() {
    let stack = Stack::new().await;
    if !stack.is_postgres() {
        return;
    }
    let line = Line::to(&stack.database).await;
    let server = stack.serve(&[], Some(&line.url));
    let guest = Guest::new(&server).await;
    let kept = guest.photo(&server, 320, 240).await;
    let lose_the_answer = async || {
        line.struck().await;
        line.hang_up();
        // Connections that were used a moment ago are not tested before they are used again.
        sleep(Duration::from_secs(2)).await;
    };
    line.arm("INSERT INTO assets", Moment::AfterCommit);
    let (answer, ()) = tokio::join!(guest.upload(&server, photo(320, 240)), lose_the_answer());
    assert!(answer.status().is_server_error(), "{}", answer.status());

    let page = guest.page(&server, &kept, "once").await;
    guest.wait_for(&server, &page, "ready").await;
    line.arm("UPDATE jobs SET state = $3", Moment::AfterCommit);
    let page = guest.page(&server, &kept, "twice").await;
    lose_the_answer().await;
    guest.wait_for(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 1);
    stack.settle(Duration::from_secs(30)).await;
    stack.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_loses_nothing() {
    let stack = Stack::new().await;
    // A write beyond the limit is an error, not the end.
    let server = stack.serve(&["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""], None);
    let guest = Guest::new(&server).await;
    let kept = guest.photo(&server, 320, 240).await;
    let page = guest.page(&server, &kept, "before").await;
    guest.wait_for(&server, &page, "ready").await;
    let limit = |bytes: &str| {
        let pid = server.process.id().to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}:unlimited")]).status();
        assert!(status.expect("prlimit runs").success());
    };
    limit("4096");
    let answer = guest.upload(&server, photo(2000, 1500)).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let answer = guest.ask(&server, &kept, "full").send().await.expect("an answer");
    // PostgreSQL has a disk of its own, and it is the worker that cannot store the page; SQLite cannot write at all.
    let expected = if stack.is_postgres() { StatusCode::ACCEPTED } else { StatusCode::INTERNAL_SERVER_ERROR };
    assert_eq!(answer.status(), expected);
    sleep(Duration::from_secs(1)).await;
    limit("unlimited");

    let page = guest.page(&server, &kept, "full").await;
    guest.wait_for(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 1);
    guest.photo(&server, 2000, 1500).await;
    stack.settle(Duration::from_secs(60)).await;
    stack.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_clock_is_wrong_by_five_minutes_takes_nothing_from_others() {
    for clock in ["+5m", "-5m"] {
        let stack = Stack::new().await;
        if !stack.is_postgres() {
            return;
        }
        let wrong = stack.serve(&["faketime", "-f", clock], None);
        let right = stack.serve(&[], None);
        let guest = Guest::new(&right).await;
        let photo = guest.photo(&right, 1600, 1200).await;
        for key in ["a", "b", "c"] {
            let page = guest.page(&right, &photo, key).await;
            guest.wait_for(&right, &page, "ready").await;
        }
        drop(wrong);
        assert_eq!(
            stack.column("SELECT CAST(attempts + expired_leases AS TEXT) FROM jobs WHERE kind = 'draw_page'").await,
            ["1", "1", "1"]
        );
        assert_eq!(guest.balance(&right).await, 0);
        stack.settle(Duration::from_secs(30)).await;
        stack.check().await;
    }
}
