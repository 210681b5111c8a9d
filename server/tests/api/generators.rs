//! Pages drawn by an external provider: its requests, every way in which it can fail, and refunds.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    generators::{FlowState, GenerationError, GenerationRequest, GenerationTarget, advance_provider_flow},
    jobs::Queue,
    worker::{JobPayload, RunnableJob, claim_job},
};

use crate::{
    harness::{App, TestClient, json_of, text, with_settings},
    invariants::{execute, select_column},
    provider::{File, Provider},
};

/// Runs a test on a server that draws with a stub of this provider.
pub async fn with_provider(name: &str, test: impl AsyncFnOnce(&Arc<App>, &Provider)) {
    with_provider_and(name, &[], test).await;
}

/// Like [`with_provider`], with further settings.
pub async fn with_provider_and(name: &str, more: &[(&str, &str)], test: impl AsyncFnOnce(&Arc<App>, &Provider)) {
    let provider = Provider::start().await;
    let settings = [
        ("--generator", name),
        ("--gemini-api-key", "gemini-secret"),
        ("--gemini-base-url", &provider.base),
        ("--fal-key", "fal-secret"),
        ("--fal-base-url", &provider.base),
        ("--result-hosts", "pictures.example.org"),
        ("--lease-seconds", "1"),
    ];
    with_settings(&[&settings[..], more].concat(), async |app| test(app, &provider).await).await;
}

#[tokio::test]
async fn stored_picture_is_reused_after_an_interruption() {
    with_provider_and("gemini", &[("--keep-intermediate-hours", "1")], async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        let stopped = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        let outcome = advance(app, &stopped).await;
        assert!(matches!(outcome, Ok(FlowState::Drawn(_))));
        let lifetime = "SELECT CAST((expires_at - created_at) / 1000 AS TEXT) FROM assets WHERE kind = 'intermediate'";
        let seconds: i64 = select_column(&app.state, lifetime).await[0].parse().expect("a number");
        assert!((3590..=3600).contains(&seconds), "{seconds}");
        stopped.release(&app.state).await.expect("released");
        finish_jobs(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(provider.script(|script| script.submissions.len()), 1);
        // The request is deleted with its page.
        let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
        parent.request(reqwest::Method::DELETE, &path).send().await.expect("an answer");
        app.run_jobs().await;
        assert_eq!(select_column(&app.state, "SELECT provider FROM generations").await, Vec::<String>::new());
    })
    .await;
}

/// Requests a page and returns the job.
pub async fn request_page(parent: &TestClient, fallback: bool) -> Value {
    let body =
        json!({ "asset_id": parent.upload_photo().await, "style": { "preset": "toddler" }, "fallback": fallback });
    let answer = parent.post("/api/v1/jobs", body).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    json_of(answer).await
}

/// Advances a job as a worker does, without publishing the result.
pub async fn advance(app: &App, task: &RunnableJob) -> Result<FlowState, GenerationError> {
    let JobPayload::DrawPage(owner, work) = &task.payload else { panic!("another kind of job") };
    let photo = select_column(&app.state, "SELECT path FROM assets WHERE kind = 'original'").await.remove(0);
    let (progress, _) = tokio::sync::watch::channel(0.0);
    let request = GenerationRequest {
        photo,
        style: work.style,
        edits: work.edits.clone(),
        hints_version: work.hints_version,
        provider_request: None,
        progress,
    };
    let target = GenerationTarget { provider: work.provider, owner: *owner, page: work.page_id, keep_until: i64::MAX };
    advance_provider_flow(&app.state, &task.claimed, &target, &request).await
}

/// Runs jobs, and makes waiting ones due, until none is left.
pub async fn finish_jobs(app: &App) {
    for _ in 0..60 {
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        if app.run_jobs().await == 0 {
            return;
        }
    }
    panic!("jobs are left after 60 rounds");
}

/// Requests a page, runs its jobs, and returns the page with the balance after it.
pub async fn create_page(app: &Arc<App>, fallback: bool) -> (TestClient, Value, i64) {
    let parent = app.sign_up_parent("mia@example.org").await;
    let job = request_page(&parent, fallback).await;
    finish_jobs(app).await;
    let page = parent.page(&text(&job, "page_id")).await;
    let balance = parent.balance().await;
    (parent, page, balance)
}

/// Number of refunds on the site.
pub async fn count_refunds(app: &App) -> usize {
    select_column(&app.state, "SELECT kind FROM credit_events WHERE kind = 'refunded'").await.len()
}

/// Number of lines of a page's drawing.
async fn count_strokes(parent: &TestClient, page: &Value) -> usize {
    let svg = parent.get(&format!("/pages/{}/svg", text(page, "id"))).await.text().await.expect("a drawing");
    let path = svg.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    path.matches(['M', 'm']).count()
}

#[tokio::test]
async fn gemini_picture_is_traced_into_lines() {
    with_provider("gemini", async |app, provider| {
        let (parent, page, balance) = create_page(app, false).await;
        assert_eq!((page["status"].as_str(), balance), (Some("ready"), 2));
        // The stub's picture is one circle.
        assert_eq!(count_strokes(&parent, &page).await, 1);
        let (headers, body) = provider.script(|script| script.submissions[0].clone());
        assert_eq!(headers["x-goog-api-key"], "gemini-secret");
        let parts = &body["contents"][0]["parts"];
        assert!(text(&parts[0], "text").contains("toddler"), "{body}");
        assert_eq!(parts[1]["inline_data"]["mime_type"], "image/jpeg");
        assert_eq!(provider.script(|script| script.submissions.len()), 1);
    })
    .await;
}

#[tokio::test]
async fn local_engine_replaces_a_failing_provider() {
    for (file, status) in [(File::Empty, 200), (File::Text, 200), (File::Picture, 400), (File::Picture, 503)] {
        with_provider("gemini", async |app, provider| {
            provider.script(|script| (script.files, script.status) = (vec![file], status));
            let (parent, page, balance) = create_page(app, true).await;
            assert_eq!((page["status"].as_str(), balance), (Some("ready"), 2), "{file:?} {status}");
            assert!(count_strokes(&parent, &page).await > 1, "not drawn by the local engine");
            // Retryable failures are tried three times, permanent ones once.
            let submissions = if status == 503 { 3 } else { 1 };
            assert_eq!(provider.script(|script| script.submissions.len()), submissions, "{file:?} {status}");
        })
        .await;
    }
}

#[tokio::test]
async fn failed_page_is_refunded_once() {
    for status in [400, 503] {
        with_provider("gemini", async |app, provider| {
            provider.script(|script| script.status = status);
            let (_, page, balance) = create_page(app, false).await;
            assert_eq!((page["status"].as_str(), balance), (Some("failed"), 3));
            assert_eq!(count_refunds(app).await, 1);
        })
        .await;
    }
}

#[tokio::test]
async fn fal_request_is_submitted_polled_and_fetched() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.polls_pending = 2);
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        app.run_jobs().await;
        let waiting = json_of(parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await).await;
        assert_eq!(waiting["status"], "drawing", "a submitted request counts as drawing");
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "drawing");
        finish_jobs(app).await;
        let page = parent.page(&text(&job, "page_id")).await;
        assert_eq!((page["status"].as_str(), parent.balance().await), (Some("ready"), 2));
        assert_eq!(count_strokes(&parent, &page).await, 1);
        let (submissions, polls, fetches) =
            provider.script(|script| (script.submissions.clone(), script.polls, script.fetches));
        assert_eq!((submissions.len(), polls, fetches), (1, 3, 1));
        assert_eq!(submissions[0].0["authorization"], "Key fal-secret");
        assert!(text(&submissions[0].1, "image_url").starts_with("data:image/jpeg;base64,"));
        // The intermediate picture is deleted.
        let kinds = select_column(&app.state, "SELECT kind FROM assets WHERE kind = 'intermediate'").await;
        assert_eq!(kinds, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn crash_after_submission_does_not_submit_again() {
    with_provider("fal", async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        let dying = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        let JobPayload::DrawPage(owner, work) = &dying.payload else { panic!("another kind of job") };
        // The worker records the submission and stops.
        work.run(&app.state, *owner, &dying.claimed).await.expect("accepted");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        finish_jobs(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(provider.script(|script| script.submissions.len()), 1);
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn crash_after_storing_the_result_does_not_fetch_again() {
    with_provider("fal", async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        let dying = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        let outcome = advance(app, &dying).await;
        assert!(matches!(outcome, Ok(FlowState::Drawn(_))), "not fetched");
        // The worker has the drawing and stops.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        finish_jobs(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(provider.script(|script| (script.submissions.len(), script.fetches)), (1, 1));
        assert_eq!((parent.balance().await, count_refunds(app).await), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn request_completed_twice_makes_one_page() {
    with_provider("fal", async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        let paused = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        finish_jobs(app).await;
        let page = parent.page(&text(&job, "page_id")).await;
        assert_eq!(page["status"], "ready");
        let files = select_column(&app.state, "SELECT path FROM assets ORDER BY path").await;
        // The worker that lost its lease gets a second result and must store nothing.
        let JobPayload::DrawPage(owner, work) = &paused.payload else { panic!("another kind of job") };
        work.run(&app.state, *owner, &paused.claimed).await.expect("ends without an effect");
        finish_jobs(app).await;
        assert_eq!(select_column(&app.state, "SELECT path FROM assets ORDER BY path").await, files);
        assert_eq!((parent.balance().await, count_refunds(app).await), (2, 0));
        assert_eq!(provider.script(|script| script.submissions.len()), 1);
    })
    .await;
}

#[tokio::test]
async fn unfinished_request_fails_after_ten_minutes() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.polls_pending = usize::MAX);
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE generations SET started_at = started_at - 601000").await;
        finish_jobs(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "failed");
        assert_eq!((parent.balance().await, count_refunds(app).await), (3, 1));
    })
    .await;
}
