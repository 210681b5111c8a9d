//! The lifecycle of a page after its creation: progress events, redrawing, extended retention.

use reqwest::StatusCode;
use serde_json::{Value, json};
use server::{jobs::Queue, worker::claim_job};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::select_column,
};

async fn redraw(person: &TestClient, page: &str, preset: &str) -> reqwest::Response {
    person.post(&format!("/api/v1/pages/{page}/redraw"), json!({ "style": { "preset": preset } })).await
}

/// Fails the one waiting job until its attempts are used up.
async fn fail_all_attempts(app: &App) {
    for _ in 0..3 {
        let task = loop {
            match claim_job(&app.state, Queue::Drawing).await.expect("claims") {
                Some(task) => break task,
                None => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            }
        };
        task.record_failure(&app.state, "out of ink").await.expect("recorded");
    }
}

/// Reads the job's server-sent events to the end of the stream.
async fn events(person: &TestClient, job: &str) -> Vec<Value> {
    let response = person.get(&format!("/api/v1/jobs/{job}/events")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = response.text().await.expect("a stream that ends");
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).expect("JSON")).collect()
}

#[tokio::test]
async fn job_events_report_progress_until_ready() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = text(&json_of(parent.request_page(&photo, None).await).await, "id");
        let work = async {
            tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
            let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            task.claimed.set_progress(&app.state, 0.25).await.expect("recorded");
            tokio::time::sleep(std::time::Duration::from_millis(2000)).await;
            task.run(&app.state).await.expect("draws");
        };
        let (events, ()) = tokio::join!(events(&parent, &job), work);
        let states: Vec<_> = events.iter().map(|job| (text(job, "status"), job["progress"].as_f64())).collect();
        assert_eq!(states.first(), Some(&("waiting".to_owned(), Some(0.0))));
        assert!(states.contains(&("drawing".to_owned(), Some(0.25))), "{states:?}");
        assert_eq!(states.last(), Some(&("ready".to_owned(), Some(1.0))));
        let png = text(&events.last().expect("an event")["downloads"], "png");
        assert_eq!(app.anonymous().get(&png).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn finished_job_sends_one_event() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = text(&json_of(parent.request_page(&parent.upload_photo().await, None).await).await, "id");
        app.run_jobs().await;
        let events = events(&parent, &job).await;
        assert_eq!(events.iter().map(|job| text(job, "status")).collect::<Vec<_>>(), ["ready"]);
    })
    .await;
}

#[tokio::test]
async fn job_events_are_visible_to_the_owner_only() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = text(&json_of(parent.request_page(&parent.upload_photo().await, None).await).await, "id");
        app.run_jobs().await;
        let other = app.sign_up_parent("noah@example.org").await;
        assert_problem(other.get(&format!("/api/v1/jobs/{job}/events")).await, 404, "not_found").await;
        assert_problem(app.anonymous().get(&format!("/api/v1/jobs/{job}/events")).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn redraw_is_free_and_keeps_the_drawing_until_done() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let before = parent.page(&id).await;
        let file = async || parent.get(&format!("/pages/{id}/svg")).await.text().await.expect("a drawing");
        let first = file().await;

        let response = redraw(&parent, &id, "detailed").await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        let job = json_of(response).await;
        assert_eq!(text(&job, "page_id"), id);
        let during = parent.page(&id).await;
        assert_eq!(during["status"], "waiting");
        assert_eq!(during["style"], json!({ "preset": "simple" }));
        assert_eq!(app.anonymous().get(&text(&during["downloads"], "svg")).await.status(), StatusCode::OK);
        assert_eq!(file().await, first);
        assert_problem(redraw(&parent, &id, "toddler").await, 409, "page_not_ready").await;

        app.run_jobs().await;
        let after = parent.page(&id).await;
        assert_eq!(after["status"], "ready");
        assert_eq!(after["style"], json!({ "preset": "detailed" }));
        assert_ne!(file().await, first);
        assert_eq!(parent.balance().await, 2);
        assert_problem(app.anonymous().get(&text(&before["downloads"], "svg")).await, 404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn failed_redraw_keeps_the_previous_drawing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let job = text(&json_of(redraw(&parent, &id, "toddler").await).await, "id");
        fail_all_attempts(app).await;
        let page = parent.page(&id).await;
        assert_eq!((page["status"].as_str(), page["style"]["preset"].as_str()), (Some("ready"), Some("simple")));
        assert_eq!(parent.get(&format!("/pages/{id}/svg")).await.status(), StatusCode::OK);
        let job = json_of(parent.get(&format!("/api/v1/jobs/{job}")).await).await;
        assert_eq!(job["status"], "failed");
        assert!(text(&job, "error").contains("still there"), "{job}");
        assert_eq!(parent.balance().await, 2, "a free redraw is not refunded");
    })
    .await;
}

#[tokio::test]
async fn missing_drawing_is_reported_by_every_endpoint() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = text(&json_of(parent.request_page(&parent.upload_photo().await, None).await).await, "page_id");
        let book = json!({ "page_ids": [id], "title": "Summer" });
        for code in ["page_not_ready", "page_failed"] {
            assert_problem(redraw(&parent, &id, "toddler").await, 409, code).await;
            assert_problem(parent.get(&format!("/pages/{id}/pdf")).await, 409, code).await;
            assert_problem(parent.post("/api/v1/books", book.clone()).await, 409, code).await;
            assert_problem(parent.post("/api/v1/pdf/export", book.clone()).await, 409, code).await;
            if code == "page_not_ready" {
                fail_all_attempts(app).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn page_deleted_during_a_redraw_leaves_no_files() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        redraw(&parent, &id, "toddler").await;
        let delete = parent.request(reqwest::Method::DELETE, &format!("/api/v1/pages/{id}")).send().await;
        assert_eq!(delete.expect("a response").status(), StatusCode::NO_CONTENT);
        app.run_jobs().await;
        assert_eq!(parent.balance().await, 2);
        assert_eq!(select_column(&app.state, "SELECT path FROM assets").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn invalid_redraws_are_rejected() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let other = app.sign_up_parent("noah@example.org").await;
        assert_problem(redraw(&other, &id, "toddler").await, 404, "not_found").await;
        let path = format!("/api/v1/pages/{id}/redraw");
        assert_problem(parent.post(&path, json!({ "style": { "preset": "loud" } })).await, 422, "body_invalid").await;
        let wild = json!({ "style": { "preset": "simple", "detail": 2.0 } });
        assert_problem(parent.post(&path, wild).await, 422, "style_out_of_range").await;
    })
    .await;
}

#[tokio::test]
async fn page_without_its_photo_cannot_be_redrawn() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        crate::invariants::execute(&app.state, "UPDATE assets SET expires_at = 0 WHERE kind = 'original'").await;
        assert_problem(redraw(&parent, &id, "toddler").await, 410, "photo_gone").await;
        assert_eq!(parent.page(&id).await["status"], "ready");
        server::retention::sweep(&app.state, true).await.expect("sweeps");
    })
    .await;
}

#[tokio::test]
async fn extending_retention_extends_page_and_files() {
    with_settings(&[("--keep-page-days", "90")], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let path = format!("/api/v1/pages/{id}/keep");
        let days = "SELECT CAST((keep_until - created_at) / 86400000 AS TEXT) FROM pages";
        assert_eq!(select_column(&app.state, days).await, ["90"]);
        let kept = json_of(parent.post(&path, json!({})).await).await;
        assert_eq!(select_column(&app.state, days).await, ["180"]);
        assert_eq!(kept["keep_until"], parent.page(&id).await["keep_until"]);
        let unequal = "SELECT path FROM assets JOIN pages ON pages.id = assets.page_id
                     WHERE assets.expires_at <> pages.keep_until";
        assert_eq!(select_column(&app.state, unequal).await, Vec::<String>::new());
        assert_eq!(select_column(&app.state, "SELECT kind FROM assets WHERE kind <> 'original'").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn retention_ends_at_most_two_years_ahead() {
    with_settings(&[("--keep-page-days", "90")], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        for _ in 0..10 {
            assert_eq!(parent.post(&format!("/api/v1/pages/{id}/keep"), json!({})).await.status(), StatusCode::OK);
        }
        let days = "SELECT CAST((keep_until - created_at) / 86400000 AS TEXT) FROM pages";
        assert_eq!(select_column(&app.state, days).await, ["730"]);
    })
    .await;
}

#[tokio::test]
async fn retention_of_another_accounts_page_cannot_be_extended() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let before = parent.page(&id).await["keep_until"].clone();
        let other = app.sign_up_parent("noah@example.org").await;
        assert_problem(other.post(&format!("/api/v1/pages/{id}/keep"), json!({})).await, 404, "not_found").await;
        assert_eq!(parent.page(&id).await["keep_until"], before);
    })
    .await;
}

#[tokio::test]
async fn edits_by_hand_survive_a_redraw() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        // Erase every stroke of the engine and add one line.
        let edits = json!({ "erased": (0..1000).collect::<Vec<_>>(), "added": [[[0, 0], [100, 50.5], [1024, 768]]] });
        let order = json!({ "asset_id": parent.upload_photo().await, "style": { "preset": "simple" }, "edits": edits });
        let page = text(&json_of(parent.post("/api/v1/jobs", order).await).await, "page_id");
        app.run_jobs().await;
        let path = async || {
            let svg = parent.get(&format!("/pages/{page}/svg")).await.text().await.expect("a drawing");
            svg.split(" d=\"").nth(1).expect("a path").to_owned()
        };
        let by_hand = path().await;
        assert_eq!(by_hand.matches('m').count(), 1, "{by_hand}");
        for preset in ["detailed", "toddler"] {
            redraw(&parent, &page, preset).await;
            app.run_jobs().await;
            assert_eq!(parent.page(&page).await["style"]["preset"], preset);
            assert_eq!(path().await, by_hand);
        }
    })
    .await;
}

#[tokio::test]
async fn keep_during_drawing_extends_the_new_files() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let photo = mia.upload_photo().await;
        let page = text(&json_of(mia.request_page(&photo, None).await).await, "page_id");
        let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        let keep = async {
            // By then the drawing has started, and it takes longer than this.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            mia.post(&format!("/api/v1/pages/{page}/keep"), json!({})).await
        };
        let (drawn, kept) = tokio::join!(task.run(&app.state), keep);
        drawn.expect("drawn");
        assert_eq!(kept.status(), StatusCode::OK);
        let unequal =
            "SELECT assets.path FROM assets JOIN pages ON pages.id = page_id WHERE expires_at <> pages.keep_until";
        assert_eq!(select_column(&app.state, unequal).await, Vec::<String>::new());
        assert_eq!(select_column(&app.state, "SELECT kind FROM assets WHERE page_id IS NOT NULL").await.len(), 3);
    })
    .await;
}
