//! Rate limits: exact under concurrency, and `Retry-After` says when to come back.

use futures::future::join_all;
use reqwest::{Method, Response};
use serde_json::json;

use crate::{
    harness::{App, PASSWORD, TestClient, assert_problem, json_of, text, with_settings},
    invariants::{add_credits, execute, select_column},
    photos,
};

/// Rate limits as in production, behind a proxy on this host, so that a test can choose the
/// client's address.
const STRICT: &[(&str, &str)] = &[("--limits", "true"), ("--trusted-proxies", "127.0.0.0/8")];

fn statuses(answers: &[Response]) -> Vec<u16> {
    let mut all: Vec<u16> = answers.iter().map(|answer| answer.status().as_u16()).collect();
    all.sort_unstable();
    all
}

async fn sign_in_from(person: &TestClient, address: &str, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    let request = person.request(Method::POST, "/api/v1/auth/signin").header("X-Forwarded-For", address);
    request.json(&body).send().await.expect("an answer")
}

/// Moves all counters into the past.
async fn advance_clock(app: &App, minutes: i64) {
    let past = minutes * 60_000;
    let sql = format!("UPDATE rate_limits SET ends_at = ends_at - {past}, free_at = free_at - {past}");
    execute(&app.state, &sql).await;
}

#[tokio::test]
async fn ten_of_a_hundred_concurrent_uploads_are_accepted() {
    with_settings(STRICT, async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = photos::jpeg(64, 48);
        let answers = join_all((0..100).map(|_| parent.upload(photo.clone()))).await;
        let statuses = statuses(&answers);
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 10, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 90, "{statuses:?}");
        let refused = parent.upload(photo.clone()).await;
        let wait_header: u64 = refused.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
        assert!((3_500..=3_601).contains(&wait_header), "{wait_header}");
        let problem = assert_problem(refused, 429, "too_many_requests").await;
        assert_eq!(problem["retry_after"], wait_header);
        assert_eq!(problem["detail"], "That was often enough for now, from you or from others on your internet connection. Please try again in 60 minutes.");
        advance_clock(app, 61).await;
        assert_eq!(parent.upload(photo).await.status(), 201);
    })
    .await;
}

#[tokio::test]
async fn five_of_a_hundred_concurrent_failures_are_answered() {
    with_settings(STRICT, async |app| {
        app.sign_up_parent("mia@example.org").await;
        let thief = app.anonymous();
        let tries = (0..100).map(|at| {
            let address = format!("198.51.{}.1", at);
            let thief = &thief;
            async move { sign_in_from(thief, &address, "mia@example.org", "a wrong password").await }
        });
        let answers = join_all(tries).await;
        let statuses = statuses(&answers);
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 95, "{statuses:?}");
        // The right password is rejected as well.
        let answer = sign_in_from(&thief, "203.0.113.1", "mia@example.org", PASSWORD).await;
        assert_problem(answer, 429, "too_many_requests").await;
    })
    .await;
}

#[tokio::test]
async fn wait_doubles_with_each_failed_sign_in() {
    with_settings(STRICT, async |app| {
        let thief = app.anonymous();
        for _ in 0..5 {
            assert_eq!(sign_in_from(&thief, "203.0.113.1", "mia@example.org", "a wrong password").await.status(), 401);
        }
        for minutes in [15, 30, 60, 60] {
            let answer = sign_in_from(&thief, "203.0.113.1", "mia@example.org", "a wrong password").await;
            let problem = assert_problem(answer, 429, "too_many_requests").await;
            let left = problem["retry_after"].as_i64().expect("seconds");
            assert!((minutes * 60 - 30..=minutes * 60 + 1).contains(&left), "{left}");
            advance_clock(app, minutes + 1).await;
            assert_eq!(sign_in_from(&thief, "203.0.113.1", "mia@example.org", "a wrong password").await.status(), 401);
        }
    })
    .await;
}

#[tokio::test]
async fn owner_is_not_locked_out_of_a_known_browser() {
    with_settings(STRICT, async |app| {
        let owner = app.sign_up_parent("mia@example.org").await;
        let thief = app.anonymous();
        for _ in 0..6 {
            sign_in_from(&thief, "198.51.100.1", "mia@example.org", "a wrong password").await;
        }
        // The thief is locked out, the owner is not: even from the thief's own address.
        let locked = sign_in_from(&thief, "198.51.100.1", "mia@example.org", PASSWORD).await;
        assert_problem(locked, 429, "too_many_requests").await;
        assert_eq!(sign_in_from(&owner, "198.51.100.1", "mia@example.org", PASSWORD).await.status(), 200);
        for _ in 0..5 {
            let answer = sign_in_from(&owner, "203.0.113.1", "mia@example.org", "a wrong password").await;
            assert_eq!(answer.status(), 401);
        }
        let answer = sign_in_from(&owner, "203.0.113.1", "mia@example.org", PASSWORD).await;
        let problem = assert_problem(answer, 429, "too_many_requests").await;
        assert!(problem["retry_after"].as_i64().expect("seconds") <= 31, "{problem}");
        advance_clock(app, 1).await;
        assert_eq!(sign_in_from(&owner, "203.0.113.1", "mia@example.org", PASSWORD).await.status(), 200);
    })
    .await;
}

#[tokio::test]
async fn fifteen_guessed_pairs_block_an_address() {
    let settings = [STRICT, &[("--limit-failed-sign-ins", "0")]].concat();
    with_settings(&settings, async |app| {
        app.sign_up_parent("mia@example.org").await;
        let thief = app.anonymous();
        for at in 0..15 {
            // A repeated pair is not counted again.
            for _ in 0..if at < 14 { 2 } else { 1 } {
                let email = format!("somebody{at}@example.org");
                assert_eq!(sign_in_from(&thief, "203.0.113.1", &email, "a wrong password").await.status(), 401);
            }
        }
        let answer = sign_in_from(&thief, "203.0.113.1", "mia@example.org", PASSWORD).await;
        let problem = assert_problem(answer, 429, "too_many_requests").await;
        assert!(problem["retry_after"].as_i64().expect("seconds") > 10_000, "{problem}");
        assert_eq!(sign_in_from(&thief, "203.0.113.2", "mia@example.org", PASSWORD).await.status(), 200);
        let counters =
            select_column(&app.state, "SELECT CAST(COUNT(*) AS TEXT) FROM rate_limits WHERE rule = 'guessed_pairs'");
        assert_eq!(counters.await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn pages_are_limited_per_account_and_per_address() {
    with_settings(STRICT, async |app| {
        for at in 0..3 {
            let parent = app.sign_up_parent(&format!("parent{at}@example.org")).await;
            let id = text(&json_of(parent.get("/api/v1/auth/session").await).await, "id");
            add_credits(&app.state, &id, 20).await;
            let before = parent.balance().await;
            let photo = parent.upload_photo().await;
            let answers = join_all((0..20).map(|_| parent.request_page(&photo, None))).await;
            let statuses = statuses(&answers);
            let made = if at < 2 { 5 } else { 0 };
            assert_eq!(statuses.iter().filter(|status| **status == 202).count(), made, "{statuses:?}");
            assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 20 - made, "{statuses:?}");
            assert_eq!(parent.balance().await, before - made as i64);
            app.run_jobs().await;
        }
    })
    .await;
}

#[tokio::test]
async fn redraws_are_limited_per_account() {
    let settings = [STRICT, &[("--limit-redraws", "3")]].concat();
    with_settings(&settings, async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let redraw = async || {
            let style = json!({ "style": { "preset": "toddler" } });
            parent.post(&format!("/api/v1/pages/{page}/redraw"), style).await
        };
        for _ in 0..3 {
            assert_eq!(redraw().await.status(), 202);
            app.run_jobs().await;
        }
        let refused = redraw().await;
        assert!(refused.headers().contains_key("retry-after"));
        assert_problem(refused, 429, "too_many_requests").await;
        assert_eq!(parent.page(&page).await["status"], "ready");
        advance_clock(app, 61).await;
        assert_eq!(redraw().await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn free_credits_are_limited_per_ipv6_site() {
    let settings = [STRICT, &[("--limit-free-credits-of-site", "8")]].concat();
    with_settings(&settings, async |app| {
        let open = async |address: String| {
            let guest = app.anonymous();
            let request = guest.request(Method::POST, "/api/v1/auth/device").header("X-Forwarded-For", address);
            let answer = request.json(&json!({})).send().await.expect("an answer");
            json_of(answer).await["credits"].as_i64().expect("credits")
        };
        let mut had = 0;
        for line in 0..20 {
            had += open(format!("2001:db8:7:{line:x}::1")).await;
        }
        assert_eq!(had, 8 * 3);
        // Other sites.
        assert_eq!(open("2001:db8:8:1::1".to_owned()).await, 3);
        assert_eq!(open("203.0.113.9".to_owned()).await, 3);
    })
    .await;
}

#[tokio::test]
async fn guests_do_not_use_up_free_credits_of_accounts() {
    with_settings(STRICT, async |app| {
        let mut had = Vec::new();
        for _ in 0..4 {
            let answer = app.anonymous().post("/api/v1/auth/device", json!({})).await;
            had.push(json_of(answer).await["credits"].as_i64().expect("credits"));
        }
        assert_eq!(had, [3, 0, 0, 0]);
        for email in ["mia@example.org", "leo@example.org"] {
            let parent = app.sign_up_parent(email).await;
            assert_eq!(json_of(parent.get("/api/v1/auth/session").await).await["credits"], 3, "{email}");
        }
    })
    .await;
}

#[tokio::test]
async fn mails_are_limited_per_mailbox() {
    let settings = [STRICT, &[("--limit-sign-ups", "0"), ("--limit-mails", "0"), ("--limit-mails-to-mailbox", "4")]];
    with_settings(&settings.concat(), async |app| {
        for at in 0..12 {
            let email = format!("mia+{at}@example.org");
            let (path, body) = match at % 3 {
                0 => ("signup", json!({ "email": email, "password": PASSWORD })),
                1 => ("magic-link", json!({ "email": email })),
                _ => ("reset-password-request", json!({ "email": email })),
            };
            // The answer does not reveal the limit.
            assert_eq!(app.anonymous().post(&format!("/api/v1/auth/{path}"), body).await.status(), 202);
        }
        app.run_jobs().await;
        assert_eq!(server::mail::read_outbox(&app.state).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn ended_counters_are_deleted() {
    with_settings(STRICT, async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.upload_photo().await;
        assert_ne!(select_column(&app.state, "SELECT rule FROM rate_limits").await, Vec::<String>::new());
        advance_clock(app, 24 * 60 + 1).await;
        server::limits::delete_expired_counters(&app.state).await.expect("deletes");
        assert_eq!(select_column(&app.state, "SELECT rule FROM rate_limits").await, Vec::<String>::new());
    })
    .await;
}
