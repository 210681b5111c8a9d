//! Job leases: lost and expired leases, retries, failures with refund, release on shutdown.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use server::{
    jobs::{JobOutcome, Queue},
    worker::{JobPayload, RunnableJob, claim_job},
};
use tokio::time::sleep;

use crate::{
    harness::{App, TestClient, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
};

async fn claim(app: &App) -> RunnableJob {
    claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job")
}

/// What a worker leaves behind that dies while it runs a job.
async fn expire_leases(app: &App) {
    execute(&app.state, "UPDATE jobs SET lease_until = 1 WHERE state = 'running'").await;
}

/// Uploads a photo and requests a page of it; returns the job.
async fn request_page(client: &TestClient) -> Value {
    let photo = client.upload_photo().await;
    json_of(client.request_page(&photo, None).await).await
}

/// Fails the only drawing job until it has no attempts left.
async fn fail_all_attempts(app: &App) {
    for attempt in 1..=3 {
        // Skips the back-off.
        execute(&app.state, "UPDATE jobs SET run_at = 1 WHERE state = 'waiting'").await;
        let job = claim(app).await;
        assert_eq!(job.claimed.attempts, attempt);
        job.record_failure(&app.state, "out of ink").await.expect("recorded");
    }
}

#[tokio::test]
async fn worker_without_its_lease_changes_nothing() {
    with_settings(&[("--lease-seconds", "1")], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = text(&request_page(&parent).await, "page_id");

        let late = claim(app).await;
        assert_eq!(parent.page(&page).await["status"], "drawing");
        assert!(claim_job(&app.state, Queue::Drawing).await.expect("claims").is_none(), "claimed twice");
        sleep(Duration::from_millis(1100)).await;
        assert_eq!(app.run_jobs().await, 1, "another worker takes over");
        assert_eq!(parent.page(&page).await["status"], "ready");
        let files = "SELECT path FROM assets ORDER BY path";
        let stored = select_column(&app.state, files).await;

        assert!(!late.claimed.heartbeat(&app.state).await.expect("no database error"));
        let JobPayload::DrawPage(owner, job) = &late.payload else { panic!("another kind of job") };
        let outcome = job.run(&app.state, *owner, &late.claimed).await.expect("no error");
        assert_eq!(outcome, JobOutcome::Done);
        late.record_failure(&app.state, "too late").await.expect("no database error");
        assert_eq!(parent.page(&page).await["status"], "ready");
        assert_eq!(select_column(&app.state, files).await, stored);
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn page_fails_after_three_attempts_and_is_refunded() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = text(&request_page(&parent).await, "page_id");
        assert_eq!(parent.balance().await, 2);
        fail_all_attempts(app).await;
        assert_eq!(parent.page(&page).await["status"], "failed");
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn failed_attempt_is_retried_after_a_delay() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        request_page(&parent).await;
        claim(app).await.record_failure(&app.state, "out of ink").await.expect("recorded");
        // The first delay is 0.5 to 1.5 seconds from the failure, which was after the creation.
        let delayed = "SELECT kind FROM jobs WHERE state = 'waiting' AND run_at >= created_at + 500";
        assert_eq!(select_column(&app.state, delayed).await, ["draw_page"]);
        execute(&app.state, "UPDATE jobs SET run_at = 1 WHERE state = 'waiting'").await;
        let job = claim(app).await;
        assert_eq!(job.claimed.attempts, 2);
        job.release(&app.state).await.expect("released");
    })
    .await;
}

#[tokio::test]
async fn failed_job_does_not_show_the_internal_error() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = text(&request_page(&parent).await, "id");
        fail_all_attempts(app).await;
        let job = json_of(parent.get(&format!("/api/v1/jobs/{id}")).await).await;
        assert_eq!(job["status"], "failed");
        assert!(!text(&job, "error").contains("ink"), "{job}");
    })
    .await;
}

#[tokio::test]
async fn page_that_expired_before_drawing_is_refunded() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        request_page(&parent).await;
        assert_eq!(parent.balance().await, 2);
        execute(&app.state, "UPDATE pages SET keep_until = created_at").await;
        app.run_jobs().await;
        assert_eq!(parent.balance().await, 3);
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn expired_lease_does_not_count_as_an_attempt() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = text(&request_page(&parent).await, "page_id");
        for expired_leases in 0..23 {
            let job = claim(app).await;
            assert_eq!((job.claimed.attempts, job.claimed.expired_leases), (1, expired_leases));
            expire_leases(app).await;
        }
        claim(app).await.record_failure(&app.state, "out of ink").await.expect("recorded");
        execute(&app.state, "UPDATE jobs SET run_at = 1").await;
        let job = claim(app).await;
        assert_eq!((job.claimed.attempts, job.claimed.expired_leases), (2, 23));
        job.run(&app.state).await.expect("drawn");
        assert_eq!(parent.page(&page).await["status"], "ready");
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn page_fails_after_24_expired_leases_and_is_refunded() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = text(&request_page(&parent).await, "page_id");
        for _ in 0..24 {
            claim(app).await;
            expire_leases(app).await;
        }
        assert_eq!(parent.page(&page).await["status"], "drawing");
        assert_eq!(app.run_jobs().await, 1, "the next worker makes it a dead letter");
        assert_eq!(parent.page(&page).await["status"], "failed");
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn released_job_does_not_count_as_an_attempt() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        request_page(&parent).await;
        claim(app).await.release(&app.state).await.expect("released");
        let again = claim(app).await;
        assert_eq!(again.claimed.attempts, 1);
        again.release(&app.state).await.expect("released");
    })
    .await;
}

#[tokio::test]
async fn mail_does_not_wait_behind_drawings() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        request_page(&parent).await;
        app.anonymous().sign_up("noah@example.org").await;
        let mail = claim_job(&app.state, Queue::Background).await.expect("claims").expect("a job");
        assert!(matches!(mail.payload, JobPayload::SendMail(_)));
        mail.release(&app.state).await.expect("released");
    })
    .await;
}

#[tokio::test]
async fn page_deleted_while_it_is_drawn_is_refunded() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = text(&request_page(&parent).await, "page_id");
        let job = claim(app).await;
        let response = parent.request(Method::DELETE, &format!("/api/v1/pages/{page}")).send().await;
        assert!(response.expect("a response").status().is_success());
        let JobPayload::DrawPage(owner, draw_page) = &job.payload else { panic!("another kind of job") };
        let outcome = draw_page.run(&app.state, *owner, &job.claimed).await.expect("no error");
        assert_eq!(outcome, JobOutcome::Done);
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}
