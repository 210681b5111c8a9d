//! Pages drawn by a provider elsewhere: what it is asked, every way in which it can fail, and that nobody pays for one.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{
    generators::{FlowState, GenerationError, GenerationRequest, GenerationTarget, advance_flow},
    jobs::Queue,
    worker::{JobPayload, RunnableJob, claim_job},
};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_settings},
    invariants::{execute, select_column},
    provider::{File, Provider, film},
};

/// A server whose pages are drawn by a provider on this machine.
async fn with_provider(name: &str, test: impl AsyncFnOnce(&Arc<App>, &Provider)) {
    with_provider_and(name, &[], test).await;
}

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
async fn a_picture_that_came_with_the_answer_is_kept_as_long_as_said_and_not_asked_for_again_after_a_stop() {
    with_provider_and("gemini", &[("--keep-intermediate-hours", "1")], async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        let stopped = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        let course = take_a_step(app, &stopped).await;
        assert!(matches!(course, Ok(FlowState::Drawn(_))));
        let kept = "SELECT CAST((expires_at - created_at) / 1000 AS TEXT) FROM assets WHERE kind = 'intermediate'";
        let seconds: i64 = select_column(&app.state, kept).await[0].parse().expect("a number");
        assert!((3590..=3600).contains(&seconds), "{seconds}");
        stopped.release(&app.state).await.expect("released");
        let_time_pass(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(provider.script(|script| script.asked.len()), 1);
        // Nothing of the order outlives its page.
        let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
        parent.request(reqwest::Method::DELETE, &path).send().await.expect("an answer");
        app.run_jobs().await;
        assert_eq!(select_column(&app.state, "SELECT provider FROM generations").await, Vec::<String>::new());
    })
    .await;
}

pub async fn order(parent: &TestClient, fallback: bool) -> Value {
    let body =
        json!({ "asset_id": parent.upload_photo().await, "style": { "preset": "toddler" }, "fallback": fallback });
    let answer = parent.post("/api/v1/jobs", body).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    json_of(answer).await
}

/// What a worker does of its job before it hands anything in.
pub async fn take_a_step(app: &App, task: &RunnableJob) -> Result<FlowState, GenerationError> {
    let JobPayload::DrawPage(owner, work) = &task.payload else { panic!("another kind of job") };
    let photo = select_column(&app.state, "SELECT path FROM assets WHERE kind = 'original'").await.remove(0);
    let (progress, _) = tokio::sync::watch::channel(0.0);
    let asked =
        GenerationRequest { photo, style: work.style, edits: work.edits.clone(), provider_request: None, progress };
    let target = GenerationTarget { provider: work.provider, owner: *owner, page: work.page_id, keep_until: i64::MAX };
    advance_flow(&app.state, &task.claimed, &target, &asked).await
}

/// Lets time pass until nothing is left to do. Returns how often there was something.
pub async fn let_time_pass(app: &App) -> usize {
    for rounds in 0..60 {
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        if app.run_jobs().await == 0 {
            return rounds;
        }
    }
    panic!("never done");
}

/// Orders a page, sees it through, and returns it with the balance after it.
pub async fn ordered(app: &Arc<App>, fallback: bool) -> (TestClient, Value, i64) {
    let parent = app.sign_up_parent("mia@example.org").await;
    let job = order(&parent, fallback).await;
    let_time_pass(app).await;
    let page = parent.page(&text(&job, "page_id")).await;
    let balance = parent.balance().await;
    (parent, page, balance)
}

async fn refunds(app: &App) -> usize {
    select_column(&app.state, "SELECT kind FROM credit_events WHERE kind = 'refunded'").await.len()
}

/// How many lines the page has.
async fn strokes(parent: &TestClient, page: &Value) -> usize {
    let svg = parent.get(&format!("/pages/{}/svg", text(page, "id"))).await.text().await.expect("a drawing");
    let path = svg.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    path.matches(['M', 'm']).count()
}

#[tokio::test]
async fn gemini_draws_and_its_picture_becomes_lines() {
    with_provider("gemini", async |app, provider| {
        let (parent, page, balance) = ordered(app, false).await;
        assert_eq!((page["status"].as_str(), balance), (Some("ready"), 2));
        // One circle, and nothing of the photo.
        assert_eq!(strokes(&parent, &page).await, 1);
        let (headers, question) = provider.script(|script| script.asked[0].clone());
        assert_eq!(headers["x-goog-api-key"], "gemini-secret");
        let parts = &question["contents"][0]["parts"];
        assert!(text(&parts[0], "text").contains("toddler"), "{question}");
        assert_eq!(parts[1]["inline_data"]["mime_type"], "image/jpeg");
        assert_eq!(provider.script(|script| script.asked.len()), 1);
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_draw_is_replaced_by_our_engine_if_that_is_allowed() {
    for (file, status) in [(File::Empty, 200), (File::Text, 200), (File::Picture, 400), (File::Picture, 503)] {
        with_provider("gemini", async |app, provider| {
            provider.script(|script| (script.files, script.status) = (vec![file], status));
            let (parent, page, balance) = ordered(app, true).await;
            assert_eq!((page["status"].as_str(), balance), (Some("ready"), 2), "{file:?} {status}");
            assert!(strokes(&parent, &page).await > 1, "not our engine's");
            // What may get better is asked for three times, what will not once.
            let asked = if status == 503 { 3 } else { 1 };
            assert_eq!(provider.script(|script| script.asked.len()), asked, "{file:?} {status}");
        })
        .await;
    }
}

#[tokio::test]
async fn nobody_pays_for_a_failure_and_it_comes_back_once() {
    for status in [400, 503] {
        with_provider("gemini", async |app, provider| {
            provider.script(|script| script.status = status);
            let (_, page, balance) = ordered(app, false).await;
            assert_eq!((page["status"].as_str(), balance), (Some("failed"), 3));
            assert_eq!(refunds(app).await, 1);
        })
        .await;
    }
}

#[tokio::test]
async fn fal_is_asked_once_waited_for_and_its_result_fetched() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.waits = 2);
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        app.run_jobs().await;
        let waiting = json_of(parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await).await;
        assert_eq!(waiting["status"], "drawing", "ordered is begun");
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "drawing");
        let_time_pass(app).await;
        let page = parent.page(&text(&job, "page_id")).await;
        assert_eq!((page["status"].as_str(), parent.balance().await), (Some("ready"), 2));
        assert_eq!(strokes(&parent, &page).await, 1);
        let (asked, questions, fetches) =
            provider.script(|script| (script.asked.clone(), script.questions, script.fetches));
        assert_eq!((asked.len(), questions, fetches), (1, 3, 1));
        assert_eq!(asked[0].0["authorization"], "Key fal-secret");
        assert!(text(&asked[0].1, "image_url").starts_with("data:image/jpeg;base64,"));
        // What it was made of is not kept beside it.
        let kinds = select_column(&app.state, "SELECT kind FROM assets WHERE kind = 'intermediate'").await;
        assert_eq!(kinds, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_after_the_order_was_accepted_does_not_order_again() {
    with_provider("fal", async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        let dying = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        let JobPayload::DrawPage(owner, work) = &dying.payload else { panic!("another kind of job") };
        // It writes the order down, and is heard of no more.
        work.run(&app.state, *owner, &dying.claimed).await.expect("accepted");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let_time_pass(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(provider.script(|script| script.asked.len()), 1);
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_dies_after_the_result_was_stored_does_not_fetch_it_again() {
    with_provider("fal", async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        let dying = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        let course = take_a_step(app, &dying).await;
        assert!(matches!(course, Ok(FlowState::Drawn(_))), "not fetched");
        // It has the drawing, and is heard of no more.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let_time_pass(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(provider.script(|script| (script.asked.len(), script.fetches)), (1, 1));
        assert_eq!((parent.balance().await, refunds(app).await), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_completed_twice_is_one_page() {
    with_provider("fal", async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        let paused = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let_time_pass(app).await;
        let page = parent.page(&text(&job, "page_id")).await;
        assert_eq!(page["status"], "ready");
        let files = select_column(&app.state, "SELECT path FROM assets ORDER BY path").await;
        // The other worker hears of another result, and may keep nothing of it.
        let JobPayload::DrawPage(owner, work) = &paused.payload else { panic!("another kind of job") };
        work.run(&app.state, *owner, &paused.claimed).await.expect("ends without a trace");
        let_time_pass(app).await;
        assert_eq!(select_column(&app.state, "SELECT path FROM assets ORDER BY path").await, files);
        assert_eq!((parent.balance().await, refunds(app).await), (2, 0));
        assert_eq!(provider.script(|script| script.asked.len()), 1);
    })
    .await;
}

#[tokio::test]
async fn a_result_that_breaks_the_rules_is_refused_at_once() {
    for file in [File::Redirect, File::Huge, File::Endless, File::Text, File::Empty] {
        with_provider("fal", async |app, provider| {
            provider.script(|script| script.files = vec![file]);
            let (_, page, balance) = ordered(app, false).await;
            assert_eq!((page["status"].as_str(), balance, refunds(app).await), (Some("failed"), 3, 1), "{file:?}");
            assert_eq!(provider.script(|script| script.fetches), 1, "{file:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_result_is_fetched_from_nowhere_inside() {
    let inside = Provider::start().await;
    let port = inside.base.rsplit(':').next().expect("a port").to_owned();
    for url in [
        format!("{}/files/x", inside.base),
        format!("https://127.0.0.1:{port}/files/x"),
        format!("https://[::ffff:127.0.0.1]:{port}/files/x"),
        format!("https://localhost:{port}/files/x"),
        format!("https://user@127.0.0.1:{port}/files/x"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
        "nonsense".to_owned(),
    ] {
        with_provider("fal", async |app, provider| {
            provider.script(|script| script.elsewhere = Some(url.clone()));
            let (_, page, balance) = ordered(app, false).await;
            assert_eq!((page["status"].as_str(), balance), (Some("failed"), 3), "{url}");
        })
        .await;
    }
    assert_eq!(inside.script(|script| script.fetches), 0);
}

#[tokio::test]
async fn a_host_that_is_down_is_tried_three_times_more_and_then_nobody_pays() {
    for file in [File::Dead, File::Cut] {
        with_provider("fal", async |app, provider| {
            provider.script(|script| script.files = vec![file]);
            let (_, page, balance) = ordered(app, false).await;
            assert_eq!((page["status"].as_str(), balance, refunds(app).await), (Some("failed"), 3, 1));
            assert_eq!(provider.script(|script| (script.asked.len(), script.fetches)), (1, 4));
        })
        .await;
    }
}

#[tokio::test]
async fn a_result_that_comes_late_is_still_fetched_and_shown_meanwhile_only_from_an_allowed_host() {
    with_provider("fal", async |app, provider| {
        // The first is longer than the 15 seconds that a fetch may take.
        provider.script(|script| script.files = vec![File::Slow, File::Dead, File::Picture]);
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        let id = text(&job, "page_id");
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        let begun = std::time::Instant::now();
        app.run_jobs().await;
        let took = begun.elapsed().as_secs();
        assert!((14..25).contains(&took), "{took} s");
        assert_eq!(parent.page(&id).await["status"], "drawing");
        let pause = "SELECT CAST(run_at > 0 AS TEXT) FROM jobs WHERE kind = 'draw_page'";
        assert!(["1", "true"].contains(&select_column(&app.state, pause).await[0].as_str()), "tried again at once");

        let owner =
            select_column(&app.state, "SELECT path FROM assets").await[0].split('/').next().expect("an id").to_owned();
        let owner = owner.parse().expect("an id");
        let shown = async || {
            let mut tx = app.state.db.begin_read(server::db::Authority::Owner(owner)).await.expect("reads");
            let page = id.parse().expect("an id");
            server::generators::provisional_image_url(&app.state, &mut tx, owner, page).await.expect("reads")
        };
        assert_eq!(shown().await, None, "a host that was not allowed");
        let real = select_column(&app.state, "SELECT result_url FROM generations").await;
        execute(&app.state, "UPDATE generations SET result_url = 'https://pictures.example.org/a.png'").await;
        assert_eq!(shown().await.as_deref(), Some("https://pictures.example.org/a.png"));
        execute(&app.state, "UPDATE generations SET result_url = 'https://pictures.example.org.evil.example/a.png'")
            .await;
        assert_eq!(shown().await, None);
        let back = format!("UPDATE generations SET result_url = '{}'", real[0]);
        execute(&app.state, &back).await;

        let_time_pass(app).await;
        assert_eq!(parent.page(&id).await["status"], "ready");
        assert_eq!(shown().await, None);
        assert_eq!(provider.script(|script| (script.asked.len(), script.fetches)), (1, 3));
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_film_is_kept_beside_the_page_and_goes_with_it() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.files = vec![File::Film]);
        let (parent, page, balance) = ordered(app, false).await;
        assert_eq!((page["status"].as_str(), balance), (Some("ready"), 2));
        let id = text(&page, "id");
        for address in [format!("/pages/{id}/film"), text(&page["downloads"], "video")] {
            let answer = parent.request(reqwest::Method::GET, &address).header("Range", "bytes=4-7").send().await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
            assert_eq!(answer.headers()["content-type"], "video/mp4");
            assert_eq!(answer.bytes().await.expect("bytes").as_ref(), b"ftyp");
        }
        assert_eq!(parent.get(&format!("/pages/{id}/film")).await.bytes().await.expect("bytes").len(), film().len());
        // Drawn anew, the page keeps its film.
        let again = json!({ "style": { "preset": "detailed" } });
        assert_eq!(parent.post(&format!("/api/v1/pages/{id}/redraw"), again).await.status(), StatusCode::ACCEPTED);
        let_time_pass(app).await;
        assert_eq!(provider.script(|script| script.asked.len()), 1, "drawing anew is our engine's");
        assert!(parent.page(&id).await["downloads"]["video"].is_string());
        parent.request(reqwest::Method::DELETE, &format!("/api/v1/pages/{id}")).send().await.expect("an answer");
        assert_problem(parent.get(&format!("/pages/{id}/film")).await, 404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_never_done_is_given_up_after_ten_minutes() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.waits = usize::MAX);
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = order(&parent, false).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE generations SET started_at = started_at - 601000").await;
        let_time_pass(app).await;
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "failed");
        assert_eq!((parent.balance().await, refunds(app).await), (3, 1));
    })
    .await;
}
