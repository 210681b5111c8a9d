//! A network that drops packets, a full disk, a wrong clock.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use tokio::time::{sleep, timeout};

use crate::{
    postgres_proxy::{PausePoint, PostgresProxy},
    stack::{Guest, Stack, test_photo},
};

#[tokio::test(flavor = "multi_thread")]
async fn requests_fail_and_recover_when_the_network_drops_packets() {
    let stack = Stack::new().await;
    if !stack.is_postgres() {
        return;
    }
    let proxy = PostgresProxy::start(&stack.database).await;
    let server = stack.serve(&[], Some(&proxy.url));
    let guest = Guest::create(&server).await;
    let photo = guest.upload_photo(&server, 320, 240).await;
    proxy.set_blackhole(true);
    let start = Instant::now();
    let request = timeout(Duration::from_secs(60), guest.page_request(&server, &photo, "once").send()).await;
    let response = request.expect("no request hangs").expect("a response");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    println!("response after {:?}", start.elapsed());
    proxy.set_blackhole(false);

    let start = Instant::now();
    while guest.page_request(&server, &photo, "once").send().await.expect("a response").status() != StatusCode::ACCEPTED
    {
        assert!(start.elapsed() < Duration::from_secs(30), "the server did not reconnect");
    }
    let page = guest.request_page(&server, &photo, "once").await;
    guest.wait_for_status(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 2);
    stack.wait_for_jobs(Duration::from_secs(60)).await;
    stack.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commit_of_unknown_outcome_keeps_its_files() {
    let stack = Stack::new().await;
    if !stack.is_postgres() {
        return;
    }
    let proxy = PostgresProxy::start(&stack.database).await;
    let server = stack.serve(&[], Some(&proxy.url));
    let guest = Guest::create(&server).await;
    let photo = guest.upload_photo(&server, 320, 240).await;
    let lose_response = async || {
        proxy.wait_until_paused().await;
        proxy.close_connections();
        // Connections used within the last second are not tested before they are used again.
        sleep(Duration::from_secs(2)).await;
    };
    proxy.pause_at("INSERT INTO assets", PausePoint::AfterCommit);
    let (response, ()) = tokio::join!(guest.upload(&server, test_photo(320, 240)), lose_response());
    assert!(response.status().is_server_error(), "{}", response.status());

    let page = guest.request_page(&server, &photo, "once").await;
    guest.wait_for_status(&server, &page, "ready").await;
    proxy.pause_at("UPDATE jobs SET state = $3", PausePoint::AfterCommit);
    let page = guest.request_page(&server, &photo, "twice").await;
    lose_response().await;
    guest.wait_for_status(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 1);
    stack.wait_for_jobs(Duration::from_secs(30)).await;
    stack.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_rejects_requests_and_loses_no_page() {
    let stack = Stack::new().await;
    // With SIGXFSZ ignored, a write beyond the limit fails instead of killing the process.
    let server = stack.serve(&["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""], None);
    let guest = Guest::create(&server).await;
    let photo = guest.upload_photo(&server, 320, 240).await;
    let page = guest.request_page(&server, &photo, "before").await;
    guest.wait_for_status(&server, &page, "ready").await;
    let limit_file_size = |bytes: &str| {
        let pid = server.process.id().to_string();
        let status = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}:unlimited")]).status();
        assert!(status.expect("prlimit runs").success());
    };
    limit_file_size("4096");
    let response = guest.upload(&server, test_photo(2000, 1500)).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let response = guest.page_request(&server, &photo, "full").send().await.expect("a response");
    // SQLite cannot write at all. PostgreSQL has its own disk: the request succeeds, and the worker
    // fails.
    let expected = if stack.is_postgres() { StatusCode::ACCEPTED } else { StatusCode::INTERNAL_SERVER_ERROR };
    assert_eq!(response.status(), expected);
    if stack.is_postgres() {
        let start = Instant::now();
        let failed = "SELECT kind FROM jobs WHERE kind = 'draw_page' AND state <> 'done' AND error IS NOT NULL";
        while stack.select_column(failed).await.is_empty() {
            assert!(start.elapsed() < Duration::from_secs(30), "the worker did not fail");
            sleep(Duration::from_millis(50)).await;
        }
    }
    limit_file_size("unlimited");

    let page = guest.request_page(&server, &photo, "full").await;
    guest.wait_for_status(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 1);
    guest.upload_photo(&server, 2000, 1500).await;
    stack.wait_for_jobs(Duration::from_secs(60)).await;
    stack.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_with_a_wrong_clock_takes_no_job_from_others() {
    for clock in ["+5m", "-5m"] {
        let stack = Stack::new().await;
        if !stack.is_postgres() {
            return;
        }
        let wrong = stack.serve(&["faketime", "-f", clock], None);
        let right = stack.serve(&[], None);
        let guest = Guest::create(&right).await;
        let photo = guest.upload_photo(&right, 1600, 1200).await;
        for key in ["a", "b", "c"] {
            let page = guest.request_page(&right, &photo, key).await;
            guest.wait_for_status(&right, &page, "ready").await;
        }
        drop(wrong);
        assert_eq!(
            stack
                .select_column("SELECT CAST(attempts + expired_leases AS TEXT) FROM jobs WHERE kind = 'draw_page'")
                .await,
            ["1", "1", "1"]
        );
        assert_eq!(guest.balance(&right).await, 0);
        stack.wait_for_jobs(Duration::from_secs(30)).await;
        stack.assert_invariants().await;
    }
}
