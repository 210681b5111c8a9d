//! Credits: spent with the page, returned when it fails, never below zero.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{assert_problem, json_of, text, with_app},
    invariants::try_execute,
};

#[tokio::test]
async fn the_fourth_page_is_refused_and_costs_nothing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for _ in 0..3 {
            parent.create_drawn_page().await;
        }
        let photo = parent.upload_photo().await;
        assert_problem(parent.request_page(&photo, None).await, 402, "no_credit").await;
        assert_eq!(parent.balance().await, 0);
    })
    .await;
}

#[tokio::test]
async fn fifty_requests_at_once_with_three_credits_make_three_pages() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let requests = (0..50).map(|_| parent.request_page(&photo, None));
        let answers = futures::future::join_all(requests).await;
        let made = answers.iter().filter(|answer| answer.status() == StatusCode::ACCEPTED).count();
        let refused = answers.iter().filter(|answer| answer.status() == StatusCode::PAYMENT_REQUIRED).count();
        assert_eq!((made, refused), (3, 47));
        assert_eq!(parent.balance().await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_same_key_twenty_times_at_once_is_one_page_even_for_the_last_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        parent.create_drawn_page().await;
        let photo = parent.upload_photo().await;
        let requests = (0..20).map(|_| parent.request_page(&photo, Some("tuesday")));
        let mut pages = Vec::new();
        for answer in futures::future::join_all(requests).await {
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            pages.push(text(&json_of(answer).await, "page_id"));
        }
        pages.dedup();
        assert_eq!(pages.len(), 1);
        assert_eq!(parent.balance().await, 0);
        let reused = async |photo: &str, preset: &str| {
            let body = json!({ "asset_id": photo, "style": { "preset": preset }, "title": "Our cat" });
            let request = parent.request(Method::POST, "/api/v1/jobs").header("Idempotency-Key", "tuesday");
            assert_problem(request.json(&body).send().await.expect("an answer"), 422, "idempotency_key_reused").await;
        };
        reused(&parent.upload_photo().await, "simple").await;
        reused(&photo, "toddler").await;
    })
    .await;
}

#[tokio::test]
async fn the_ledger_shows_every_line() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let credits = json_of(parent.get("/api/v1/credits").await).await;
        assert_eq!(credits["balance"], 2);
        let lines: Vec<_> = credits["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|line| (&line["delta"], &line["kind"], &line["page_id"]))
            .collect();
        assert_eq!(lines, [(&json!(-1), &json!("spent"), &json!(page)), (&json!(3), &json!("granted"), &json!(null)),]);
    })
    .await;
}

#[tokio::test]
async fn deleting_a_page_that_waits_returns_its_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
        assert_eq!(
            parent.request(Method::DELETE, &path).send().await.expect("an answer").status(),
            StatusCode::NO_CONTENT
        );
        assert_eq!(parent.balance().await, 3);
        let job = json_of(parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await).await;
        assert_eq!(job["status"], "failed");
    })
    .await;
}

#[tokio::test]
async fn a_photo_with_nothing_to_draw_costs_nothing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let asset = json_of(parent.upload(crate::photos::blank(64, 64)).await).await;
        // A line around it makes no page of it.
        for style in [json!({ "preset": "simple" }), json!({ "preset": "simple", "frame": true })] {
            let answer = parent.post("/api/v1/jobs", json!({ "asset_id": asset["id"], "style": style })).await;
            app.run_jobs().await;
            assert_eq!(parent.page(&text(&json_of(answer).await, "page_id")).await["status"], "failed", "{style}");
            assert_eq!(parent.balance().await, 3);
        }
    })
    .await;
}

#[tokio::test]
async fn the_database_itself_keeps_the_rules_of_the_ledger() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        for broken in [
            "UPDATE credits SET balance = balance + 1",
            "UPDATE credit_events SET delta = delta * 2",
            "INSERT INTO credit_events (id, user_id, delta, kind, job_id, at)
                 SELECT job_id, user_id, 1, 'refunded', user_id, 0 FROM credit_events WHERE kind = 'spent'",
            "INSERT INTO credit_events (id, user_id, delta, kind, job_id, at)
                 SELECT job_id, user_id, 5, 'refunded', job_id, 0 FROM credit_events WHERE kind = 'spent'",
            "INSERT INTO credit_events (id, user_id, delta, kind, job_id, at)
                 SELECT job_id, user_id, -1, 'spent', job_id, 0 FROM credit_events WHERE kind = 'spent'",
            "INSERT INTO credit_events (id, user_id, delta, kind, job_id, at)
                 SELECT job_id, user_id, -9, 'spent', user_id, 0 FROM credit_events WHERE kind = 'spent'",
            "INSERT INTO credit_events (id, user_id, delta, kind, at)
                 SELECT job_id, user_id, 3, 'granted', 0 FROM credit_events WHERE kind = 'spent'",
        ] {
            assert!(try_execute(&app.state, broken).await.is_err(), "{broken}");
        }
        // Nor may a balance begin as another than its ledger's.
        try_execute(&app.state, "CREATE TABLE spare AS SELECT user_id FROM credits").await.expect("copied");
        try_execute(&app.state, "DELETE FROM credits").await.expect("deleted");
        let begin =
            |balance: i64| format!("INSERT INTO credits (user_id, balance) SELECT user_id, {balance} FROM spare");
        assert!(try_execute(&app.state, &begin(100)).await.is_err());
        try_execute(&app.state, &begin(2)).await.expect("the sum of its lines");
        try_execute(&app.state, "DROP TABLE spare").await.expect("dropped");
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_ledger_is_read_in_parts_down_to_its_first_line() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for _ in 0..2 {
            parent.create_drawn_page().await;
        }
        let all = json_of(parent.get("/api/v1/credits").await).await;
        let kinds: Vec<_> = all["items"].as_array().expect("lines").iter().map(|line| text(line, "kind")).collect();
        assert_eq!(kinds, ["spent", "spent", "granted"]);
        assert_eq!(all["next"], json!(null));
        assert_problem(parent.get("/api/v1/credits?next=soon").await, 404, "not_found").await;
    })
    .await;
}
