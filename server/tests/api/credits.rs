//! Credits: charged per page, refunded on failure, never below zero.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{assert_problem, json_of, text, with_app},
    invariants::{add_credits, try_execute},
};

#[tokio::test]
async fn fourth_page_is_rejected_without_credit() {
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
async fn fifty_concurrent_requests_with_three_credits_make_three() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let requests = (0..50).map(|_| parent.request_page(&photo, None));
        let responses = futures::future::join_all(requests).await;
        let made = responses.iter().filter(|response| response.status() == StatusCode::ACCEPTED).count();
        let refused = responses.iter().filter(|response| response.status() == StatusCode::PAYMENT_REQUIRED).count();
        assert_eq!((made, refused), (3, 47));
        assert_eq!(parent.balance().await, 0);
    })
    .await;
}

#[tokio::test]
async fn concurrent_requests_with_one_key_make_one_page() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        parent.create_drawn_page().await;
        let photo = parent.upload_photo().await;
        let requests = (0..20).map(|_| parent.request_page(&photo, Some("tuesday")));
        let mut pages = Vec::new();
        for response in futures::future::join_all(requests).await {
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            pages.push(text(&json_of(response).await, "page_id"));
        }
        assert_eq!(pages.len(), 20);
        pages.dedup();
        assert_eq!(pages.len(), 1);
        assert_eq!(parent.balance().await, 0);
    })
    .await;
}

#[tokio::test]
async fn key_of_a_different_request_is_rejected() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        assert_eq!(parent.request_page(&photo, Some("tuesday")).await.status(), StatusCode::ACCEPTED);
        let reused = async |photo: &str, preset: &str| {
            let body = json!({ "asset_id": photo, "style": { "preset": preset }, "title": "Our cat" });
            let request = parent.request(Method::POST, "/api/v1/jobs").header("Idempotency-Key", "tuesday");
            assert_problem(request.json(&body).send().await.expect("a response"), 422, "idempotency_key_reused").await;
        };
        reused(&parent.upload_photo().await, "simple").await;
        reused(&photo, "toddler").await;
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn ledger_lists_every_event() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let credits = json_of(parent.get("/api/v1/credits").await).await;
        assert_eq!(credits["balance"], 2);
        let events: Vec<_> = credits["items"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|event| (&event["delta"], &event["kind"], &event["page_id"]))
            .collect();
        assert_eq!(
            events,
            [(&json!(-1), &json!("spent"), &json!(page)), (&json!(3), &json!("granted"), &json!(null)),]
        );
    })
    .await;
}

#[tokio::test]
async fn deleting_a_waiting_page_refunds_its_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
        assert_eq!(
            parent.request(Method::DELETE, &path).send().await.expect("a response").status(),
            StatusCode::NO_CONTENT
        );
        assert_eq!(parent.balance().await, 3);
        let job = json_of(parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await).await;
        assert_eq!(job["status"], "failed");
    })
    .await;
}

#[tokio::test]
async fn photo_with_nothing_to_draw_costs_nothing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let asset = json_of(parent.upload(crate::photos::blank(64, 64)).await).await;
        // A frame alone is not a drawing.
        for style in [json!({ "preset": "simple" }), json!({ "preset": "simple", "frame": true })] {
            let response = parent.post("/api/v1/jobs", json!({ "asset_id": asset["id"], "style": style })).await;
            app.run_jobs().await;
            assert_eq!(parent.page(&text(&json_of(response).await, "page_id")).await["status"], "failed", "{style}");
            assert_eq!(parent.balance().await, 3);
        }
    })
    .await;
}

#[tokio::test]
async fn database_rejects_events_that_break_the_ledger() {
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
    })
    .await;
}

#[tokio::test]
async fn balance_starts_as_the_sum_of_its_ledger() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        try_execute(&app.state, "CREATE TABLE spare AS SELECT user_id FROM credits").await.expect("copied");
        try_execute(&app.state, "DELETE FROM credits").await.expect("deleted");
        let insert =
            |balance: i64| format!("INSERT INTO credits (user_id, balance) SELECT user_id, {balance} FROM spare");
        assert!(try_execute(&app.state, &insert(100)).await.is_err());
        try_execute(&app.state, &insert(2)).await.expect("the sum of its events");
        try_execute(&app.state, "DROP TABLE spare").await.expect("dropped");
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn ledger_continues_after_100_events() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = text(&json_of(parent.get("/api/v1/auth/session").await).await, "id");
        for _ in 0..101 {
            add_credits(&app.state, &id, 1).await;
        }
        let kinds = |part: &Value| -> Vec<_> {
            part["items"].as_array().expect("events").iter().map(|event| text(event, "kind")).collect()
        };
        let first = json_of(parent.get("/api/v1/credits").await).await;
        assert_eq!(kinds(&first), ["moved"; 100]);
        let second = json_of(parent.get(&format!("/api/v1/credits?next={}", text(&first, "next"))).await).await;
        assert_eq!(kinds(&second), ["moved", "granted"]);
        assert_eq!(second["next"], json!(null));
    })
    .await;
}

#[tokio::test]
async fn invalid_ledger_position_is_not_found() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        assert_problem(parent.get("/api/v1/credits?next=soon").await, 404, "not_found").await;
    })
    .await;
}
