//! Sign-in links and password reset links.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{App, PASSWORD, TestClient, assert_problem, json_of, location, with_app},
    invariants::{execute, select_column},
};

const EXPIRE: &str = "UPDATE one_time_tokens SET expires_at = created_at";

async fn request_link(client: &TestClient, email: &str) {
    let body = json!({ "email": email, "return_to": "/gallery" });
    assert_eq!(client.post("/api/v1/auth/magic-link", body).await.status(), StatusCode::ACCEPTED);
}

async fn request_reset(app: &std::sync::Arc<App>, email: &str) -> String {
    let response = app.anonymous().post("/api/v1/auth/reset-password-request", json!({ "email": email })).await;
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    app.mailed_token(email).await
}

#[tokio::test]
async fn link_signs_in_its_own_browser_once() {
    with_app(async |app| {
        let mia = app.anonymous();
        request_link(&mia, "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let response = mia.get(&link).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), "/gallery");
        let user = json_of(mia.get("/api/v1/auth/session").await).await;
        assert_eq!((user["email"].as_str(), user["credits"].as_i64()), (Some("mia@example.org"), Some(3)));

        let again = app.anonymous();
        assert_eq!(location(&again.confirm_link(&link).await), "/auth/login?problem=link_used");
        assert_problem(again.get("/api/v1/auth/session").await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn opening_a_link_in_another_browser_does_not_sign_in() {
    with_app(async |app| {
        request_link(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let scanner = app.anonymous();
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let response = scanner.request(method, &link).send().await.expect("a response");
            // The confirmation page is a screen, which the server alone does not have.
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
        }
        assert_problem(scanner.get("/api/v1/auth/session").await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn link_opened_by_a_mail_scanner_is_still_valid() {
    with_app(async |app| {
        request_link(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        assert_eq!(app.anonymous().get(&link).await.status(), StatusCode::NOT_FOUND);
        let phone = app.anonymous();
        assert_eq!(location(&phone.confirm_link(&link).await), "/gallery");
        assert_eq!(phone.get("/api/v1/auth/session").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn head_request_does_not_use_up_a_link() {
    with_app(async |app| {
        let mia = app.anonymous();
        request_link(&mia, "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let response = mia.request(Method::HEAD, &link).send().await.expect("a response");
        assert!(!response.headers().contains_key("set-cookie"));
        assert_eq!(location(&mia.get(&link).await), "/gallery");
    })
    .await;
}

#[tokio::test]
async fn expired_link_is_rejected() {
    with_app(async |app| {
        let mia = app.anonymous();
        request_link(&mia, "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        execute(&app.state, EXPIRE).await;
        assert_eq!(mia.get(&link).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(location(&mia.confirm_link(&link).await), "/auth/login?problem=link_used");
    })
    .await;
}

#[tokio::test]
async fn four_links_per_hour_are_mailed_to_an_address() {
    with_app(async |app| {
        for _ in 0..6 {
            request_link(&app.anonymous(), "mia@example.org").await;
        }
        assert_eq!(app.mails_to("mia@example.org").await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn mailed_link_ignores_host_headers_and_foreign_return_paths() {
    with_app(async |app| {
        for host in ["evil.example", "evil.example:3000"] {
            let request = app.anonymous().request(Method::POST, "/api/v1/auth/magic-link").header("host", host);
            let request = request.header("x-forwarded-host", host);
            let body = json!({ "email": "mia@example.org", "return_to": "//evil.example" });
            let response = request.json(&body).send().await.expect("a response");
            assert_eq!(response.status(), StatusCode::ACCEPTED);
        }
        let mails = app.mails_to("mia@example.org").await;
        assert_eq!(mails.len(), 2);
        for mail in mails {
            assert!(!mail.text.contains("evil") && !mail.html.contains("evil"), "{}", mail.text);
            assert!(mail.text.contains("http://127.0.0.1:3000/auth/callback?token="), "{}", mail.text);
        }
        let link = app.mailed_link("mia@example.org").await;
        assert_eq!(location(&app.anonymous().confirm_link(&link).await), "/");
    })
    .await;
}

#[tokio::test]
async fn link_discards_pending_passwords() {
    with_app(async |app| {
        app.anonymous().sign_up("mia@example.org").await;
        let mia = app.anonymous();
        request_link(&mia, "mia@example.org").await;
        let response = mia.get(&app.mailed_link("mia@example.org").await).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
    })
    .await;
}

#[tokio::test]
async fn password_reset_revokes_sessions_and_links() {
    with_app(async |app| {
        let before = app.sign_up_parent("mia@example.org").await;
        request_link(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let token = request_reset(app, "mia@example.org").await;
        let other_token = request_reset(app, "mia@example.org").await;

        let mia = app.anonymous();
        let body = json!({ "token": token, "password": "nine loud badgers" });
        let response = mia.post("/api/v1/auth/reset-password", body.clone()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(mia.get("/api/v1/auth/session").await.status(), StatusCode::OK);

        assert_problem(before.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        let response = app.anonymous().sign_in("mia@example.org", "nine loud badgers").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(location(&app.anonymous().confirm_link(&link).await), "/auth/login?problem=link_used");
        for token in [token, other_token] {
            let body = json!({ "token": token, "password": "nine loud badgers" });
            assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 401, "link_used").await;
        }
        let mails = app.mails_to("mia@example.org").await;
        assert_eq!(mails.last().expect("a mail").subject, "Your password was changed");
    })
    .await;
}

#[tokio::test]
async fn rejected_password_leaves_the_reset_link_valid() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let token = request_reset(app, "mia@example.org").await;
        for (password, code) in [("short", "password_too_short"), ("password1", "password_common")] {
            let body = json!({ "token": token, "password": password });
            assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 422, code).await;
        }
        let body = json!({ "token": token, "password": "nine loud badgers" });
        let response = app.anonymous().post("/api/v1/auth/reset-password", body).await;
        assert_eq!(response.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn link_is_invalid_for_another_purpose() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        request_link(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_token("mia@example.org").await;
        let body = json!({ "token": link, "password": "nine loud badgers" });
        assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 401, "link_used").await;
        let reset = request_reset(app, "mia@example.org").await;
        let response = app.anonymous().confirm_link(&format!("/auth/callback?token={reset}")).await;
        assert_eq!(location(&response), "/auth/login?problem=link_used");
    })
    .await;
}

#[tokio::test]
async fn expired_reset_link_is_rejected() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let token = request_reset(app, "mia@example.org").await;
        execute(&app.state, EXPIRE).await;
        let body = json!({ "token": token, "password": "nine loud badgers" });
        assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 401, "link_used").await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn link_requests_do_not_reveal_accounts() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        for path in ["/api/v1/auth/magic-link", "/api/v1/auth/reset-password-request"] {
            let mut responses = Vec::new();
            for email in ["mia@example.org", "nobody@example.org"] {
                let response = app.anonymous().post(path, json!({ "email": email })).await;
                let headers: Vec<_> = response.headers().keys().map(ToString::to_string).collect();
                assert_eq!(response.status(), StatusCode::ACCEPTED, "{email}");
                responses.push((headers, json_of(response).await));
            }
            assert_eq!(responses[0], responses[1], "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn audit_trail_records_each_step() {
    with_app(async |app| {
        let mia = app.anonymous();
        request_link(&mia, "mia@example.org").await;
        mia.get(&app.mailed_link("mia@example.org").await).await;
        let token = request_reset(app, "mia@example.org").await;
        let body = json!({ "token": token, "password": "nine loud badgers" });
        app.anonymous().post("/api/v1/auth/reset-password", body).await;
        app.anonymous().sign_in("mia@example.org", "wrong password").await;
        let kinds = select_column(&app.state, "SELECT kind FROM auth_events ORDER BY id").await;
        assert_eq!(kinds, ["link_asked", "link_followed", "reset_asked", "password_reset", "sign_in_failed"]);
    })
    .await;
}
