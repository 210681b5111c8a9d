//! kill -9 at each point where something is half done, and at any.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::{
    provider::Provider,
    rounds,
    stack::{Guest, Stack},
    wire::{Line, Moment},
};

/// The statement that writes a line of the ledger.
const LEDGER: &str = "INSERT INTO credit_events";
const CLAIM: &str = "UPDATE jobs SET state = 'running'";
const NOTE: &str = "INSERT INTO incoming";
/// The course of an order at a provider.
const ACCEPTED: &str = "UPDATE generations SET request";
const RESULT: &str = "UPDATE generations SET result_id";
const END: &str = "UPDATE jobs SET state = $3";

/// Kills the server at this point of making a page; what another server then makes of it is one page for one credit.
async fn killed_at(statement: &'static str, moment: Moment) {
    killed_on(Stack::new().await, statement, moment).await;
}

/// The same while a provider draws, which is asked for the page once.
async fn killed_with_a_provider_at(statement: &'static str, moment: Moment) {
    let provider = Provider::start().await;
    let stack = Stack::new().await.drawn_by(&provider);
    if stack.is_postgres() {
        killed_on(stack, statement, moment).await;
        assert_eq!(provider.script(|script| script.submissions.len()), 1, "{statement} {moment:?}");
    }
}

async fn killed_on(stack: Stack, statement: &'static str, moment: Moment) {
    if !stack.is_postgres() {
        return;
    }
    let line = Line::to(&stack.database).await;
    let victim = stack.serve(&[], Some(&line.url));
    let guest = Guest::new(&victim).await;
    let photo = guest.photo(&victim, 320, 240).await;
    line.arm(statement, moment);
    let asked = guest.ask(&victim, &photo, "once").send();
    tokio::select! {
        () = line.struck() => {}
        // Answered before: the point is reached by the worker.
        _ = asked => line.struck().await,
    }
    victim.process.kill();
    drop(line);

    let server = stack.serve(&[], None);
    let page = guest.page(&server, &photo, "once").await;
    guest.wait_for(&server, &page, "ready").await;
    assert_eq!(guest.balance(&server).await, 2, "{statement} {moment:?}");
    stack.settle(Duration::from_secs(30)).await;
    stack.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_debit_before_the_commit() {
    killed_at(LEDGER, Moment::AtCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_commit_before_the_answer() {
    killed_at(LEDGER, Moment::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_claim_is_committed() {
    killed_at(CLAIM, Moment::AtCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_claim() {
    killed_at(CLAIM, Moment::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_photo_was_fetched_and_drawn_before_anything_is_stored() {
    killed_at(NOTE, Moment::AtStatement).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_files_are_stored_before_the_page_is_complete() {
    killed_at(END, Moment::AtStatement).await;
    killed_at(END, Moment::AtCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_page_is_complete_before_the_worker_knows() {
    killed_at(END, Moment::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_provider_accepted() {
    killed_with_a_provider_at(ACCEPTED, Moment::AfterCommit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_result_was_fetched_before_it_is_stored() {
    killed_with_a_provider_at(NOTE, Moment::AtStatement).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_result_was_stored_before_that_is_noted() {
    killed_with_a_provider_at(RESULT, Moment::AtStatement).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_last_failure_before_the_refund() {
    for moment in [Moment::AtStatement, Moment::AtCommit, Moment::AfterCommit] {
        let stack = Stack::new().await;
        if !stack.is_postgres() {
            return;
        }
        let line = Line::to(&stack.database).await;
        let victim = stack.serve(&[], Some(&line.url));
        let guest = Guest::new(&victim).await;
        let photo = guest.photo(&victim, 320, 240).await;
        // Nothing can be drawn of a file that is no photo any more.
        let file = stack.data().join("files").join(photo["path"].as_str().expect("a path"));
        let whole = std::fs::read(&file).expect("stored");
        std::fs::write(&file, b"not a photo").expect("written");
        let page = guest.page(&victim, &photo, "once").await;
        assert_eq!(guest.balance(&victim).await, 2);
        line.arm(LEDGER, moment);
        line.struck().await;
        victim.process.kill();
        drop(line);

        let server = stack.serve(&[], None);
        guest.wait_for(&server, &page, "failed").await;
        assert_eq!(guest.balance(&server).await, 3, "{moment:?}");
        std::fs::write(&file, whole).expect("written");
        stack.settle(Duration::from_secs(30)).await;
        stack.check().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_any_moment() {
    let stack = Stack::new().await;
    for round in 0..rounds(3, 40) {
        let server = stack.serve(&[], None);
        let guest = Guest::new(&server).await;
        let photo = guest.photo(&server, 320, 240).await;
        let pause = Duration::from_millis((round * 37 % 400) as u64);
        let ask = timeout(pause, guest.ask(&server, &photo, "once").send()).await;
        drop(ask);
        sleep(pause / 2).await;
        server.process.kill();
        let server = stack.serve(&[], None);
        let page = guest.page(&server, &photo, "once").await;
        guest.wait_for(&server, &page, "ready").await;
        assert_eq!(guest.balance(&server).await, 2);
        stack.settle(Duration::from_secs(30)).await;
        server.process.kill();
    }
    stack.check().await;
}
