//! `kill -9` at each point between two commits, and at random times. Afterwards another server
//! completes the page, for one credit.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::{
    postgres_proxy::{PausePoint, PostgresProxy},
    provider::Provider,
    rounds,
    stack::{Guest, Stack},
};

const INSERT_LEDGER_ENTRY: &str = "INSERT INTO credit_events";
const CLAIM_JOB: &str = "UPDATE jobs SET state = 'running'";
const INSERT_PENDING_FILE: &str = "INSERT INTO incoming";
const SET_PROVIDER_REQUEST: &str = "UPDATE generations SET request";
const SET_PROVIDER_RESULT: &str = "UPDATE generations SET result_id";
const FINISH_JOB: &str = "UPDATE jobs SET state = $3";

/// Kills the server when it reaches this point while it creates a page; checks that another server
/// completes the page for one credit.
async fn kill_at(statement: &'static str, point: PausePoint) {
    kill_on_stack(Stack::new().await, statement, point).await;
}

/// Like [`kill_at`], with an external provider; checks that it gets one request.
async fn kill_with_provider_at(statement: &'static str, point: PausePoint) {
    let provider = Provider::start().await;
    let stack = Stack::new().await.with_provider(&provider);
    if stack.is_postgres() {
        kill_on_stack(stack, statement, point).await;
        assert_eq!(provider.script(|script| script.submissions.len()), 1, "{statement} {point:?}");
    }
}

async fn kill_on_stack(stack: Stack, statement: &'static str, point: PausePoint) {
    if !stack.is_postgres() {
        return;
    }
    let proxy = PostgresProxy::start(&stack.database).await;
    let victim = stack.serve(&[], Some(&proxy.url));
    let guest = Guest::create(&victim).await;
    let photo = guest.upload_photo(&victim, 320, 240).await;
    proxy.pause_at(statement, point);
    let request = guest.page_request(&victim, &photo, "once").send();
    tokio::select! {
        () = proxy.wait_until_paused() => {}
        // The request completed: the worker reaches the point later.
        _ = request => proxy.wait_until_paused().await,
    }
    victim.process.kill();
    drop(proxy);

    let server = stack.serve(&[], None);
    let page = guest.request_page(&server, &photo, "once").await;
    guest.wait_for_status(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 2, "{statement} {point:?}");
    stack.wait_for_jobs(Duration::from_secs(30)).await;
    stack.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_debit_is_committed() {
    kill_at(INSERT_LEDGER_ENTRY, PausePoint::BeforeCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_debit_is_committed() {
    kill_at(INSERT_LEDGER_ENTRY, PausePoint::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_claim_is_committed() {
    kill_at(CLAIM_JOB, PausePoint::BeforeCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_claim_is_committed() {
    kill_at(CLAIM_JOB, PausePoint::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_drawing_before_files_are_stored() {
    kill_at(INSERT_PENDING_FILE, PausePoint::BeforeStatement).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_files_are_stored_before_the_page_is_ready() {
    kill_at(FINISH_JOB, PausePoint::BeforeStatement).await;
    kill_at(FINISH_JOB, PausePoint::BeforeCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_page_is_ready() {
    kill_at(FINISH_JOB, PausePoint::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_provider_accepted_the_request() {
    kill_with_provider_at(SET_PROVIDER_REQUEST, PausePoint::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_result_was_fetched() {
    kill_with_provider_at(INSERT_PENDING_FILE, PausePoint::BeforeStatement).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_result_was_stored() {
    kill_with_provider_at(SET_PROVIDER_RESULT, PausePoint::BeforeStatement).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_around_the_refund_of_a_failed_page() {
    for point in [PausePoint::BeforeStatement, PausePoint::BeforeCommit, PausePoint::AfterCommit] {
        let stack = Stack::new().await;
        if !stack.is_postgres() {
            return;
        }
        let proxy = PostgresProxy::start(&stack.database).await;
        let victim = stack.serve(&[], Some(&proxy.url));
        let guest = Guest::create(&victim).await;
        let photo = guest.upload_photo(&victim, 320, 240).await;
        // Drawing fails because the file is not a photo.
        let file = stack.data_dir().join("files").join(photo["path"].as_str().expect("a path"));
        let original = std::fs::read(&file).expect("stored");
        std::fs::write(&file, b"not a photo").expect("written");
        let page = guest.request_page(&victim, &photo, "once").await;
        assert_eq!(guest.balance(&victim).await, 2);
        proxy.pause_at(INSERT_LEDGER_ENTRY, point);
        proxy.wait_until_paused().await;
        victim.process.kill();
        drop(proxy);

        let server = stack.serve(&[], None);
        guest.wait_for_status(&server, &page, "failed").await;
        assert_eq!(guest.balance(&server).await, 3, "{point:?}");
        std::fs::write(&file, original).expect("written");
        stack.wait_for_jobs(Duration::from_secs(30)).await;
        stack.assert_invariants().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_times() {
    let stack = Stack::new().await;
    for round in 0..rounds(3, 40) {
        let server = stack.serve(&[], None);
        let guest = Guest::create(&server).await;
        let photo = guest.upload_photo(&server, 320, 240).await;
        let pause = Duration::from_millis((round * 37 % 400) as u64);
        let request = timeout(pause, guest.page_request(&server, &photo, "once").send()).await;
        drop(request);
        sleep(pause / 2).await;
        server.process.kill();
        let server = stack.serve(&[], None);
        let page = guest.request_page(&server, &photo, "once").await;
        guest.wait_for_status(&server, &page, "ready").await;
        assert_eq!(guest.balance(&server).await, 2);
        stack.wait_for_jobs(Duration::from_secs(30)).await;
        server.process.kill();
    }
    stack.assert_invariants().await;
}
