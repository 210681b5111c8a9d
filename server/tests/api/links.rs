//! Links by mail: signing in, and choosing a new password.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{App, PASSWORD, TestClient, assert_problem, json_of, location, with_app},
    invariants::{execute, select_column},
};

const EXPIRE: &str = "UPDATE one_time_tokens SET expires_at = created_at";

async fn ask(person: &TestClient, email: &str) {
    let body = json!({ "email": email, "return_to": "/gallery" });
    assert_eq!(person.post("/api/v1/auth/magic-link", body).await.status(), StatusCode::ACCEPTED);
}

async fn ask_for_reset(app: &std::sync::Arc<App>, email: &str) -> String {
    let answer = app.anonymous().post("/api/v1/auth/reset-password-request", json!({ "email": email })).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    app.mailed_token(email).await
}

#[tokio::test]
async fn a_link_signs_in_the_browser_that_asked_for_it_once() {
    with_app(async |app| {
        let mia = app.anonymous();
        ask(&mia, "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let answer = mia.get(&link).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&answer), "/gallery");
        let user = json_of(mia.get("/api/v1/auth/session").await).await;
        assert_eq!((user["email"].as_str(), user["credits"].as_i64()), (Some("mia@example.org"), Some(3)));

        let again = app.anonymous();
        assert_eq!(location(&again.confirm_link(&link).await), "/auth/login?problem=link_used");
        assert_problem(again.get("/api/v1/auth/session").await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn opened_elsewhere_a_link_takes_a_button_and_a_mail_scanner_uses_nothing_up() {
    with_app(async |app| {
        ask(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let scanner = app.anonymous();
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let answer = scanner.request(method, &link).send().await.expect("an answer");
            // What shows the button is a screen, and this server has none.
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        }
        assert_problem(scanner.get("/api/v1/auth/session").await, 401, "signed_out").await;

        let phone = app.anonymous();
        assert_eq!(location(&phone.confirm_link(&link).await), "/gallery");
        assert_eq!(phone.get("/api/v1/auth/session").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn looking_whether_a_link_is_there_does_not_use_it_up_even_where_it_was_asked_for() {
    with_app(async |app| {
        let mia = app.anonymous();
        ask(&mia, "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        mia.request(Method::HEAD, &link).send().await.expect("an answer");
        assert_eq!(location(&mia.get(&link).await), "/gallery");
    })
    .await;
}

#[tokio::test]
async fn an_old_link_is_worth_nothing() {
    with_app(async |app| {
        let mia = app.anonymous();
        ask(&mia, "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        execute(&app.state, EXPIRE).await;
        assert_eq!(mia.get(&link).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(location(&mia.confirm_link(&link).await), "/auth/login?problem=link_used");
    })
    .await;
}

#[tokio::test]
async fn four_links_an_hour_go_to_one_address() {
    with_app(async |app| {
        for _ in 0..6 {
            ask(&app.anonymous(), "mia@example.org").await;
        }
        assert_eq!(app.mails_to("mia@example.org").await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_link_leads_to_this_site_whatever_the_request_says() {
    with_app(async |app| {
        for host in ["evil.example", "evil.example:3000"] {
            let request = app.anonymous().request(Method::POST, "/api/v1/auth/magic-link").header("host", host);
            let request = request.header("x-forwarded-host", host);
            let body = json!({ "email": "mia@example.org", "return_to": "//evil.example" });
            request.json(&body).send().await.expect("an answer");
        }
        for mail in app.mails_to("mia@example.org").await {
            assert!(!mail.text.contains("evil") && !mail.html.contains("evil"), "{}", mail.text);
            assert!(mail.text.contains("http://127.0.0.1:3000/auth/callback?token="), "{}", mail.text);
        }
        let link = app.mailed_link("mia@example.org").await;
        assert_eq!(location(&app.anonymous().confirm_link(&link).await), "/");
    })
    .await;
}

#[tokio::test]
async fn a_password_that_somebody_else_chose_does_not_come_with_a_link() {
    with_app(async |app| {
        app.anonymous().sign_up("mia@example.org").await;
        let mia = app.anonymous();
        ask(&mia, "mia@example.org").await;
        mia.get(&app.mailed_link("mia@example.org").await).await;
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_every_other_link() {
    with_app(async |app| {
        let before = app.sign_up_parent("mia@example.org").await;
        ask(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_link("mia@example.org").await;
        let token = ask_for_reset(app, "mia@example.org").await;
        let other_token = ask_for_reset(app, "mia@example.org").await;

        let mia = app.anonymous();
        let body = json!({ "token": token, "password": "nine loud badgers" });
        let answer = mia.post("/api/v1/auth/reset-password", body.clone()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(mia.get("/api/v1/auth/session").await.status(), StatusCode::OK);

        assert_problem(before.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        let answer = app.anonymous().sign_in("mia@example.org", "nine loud badgers").await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(location(&app.anonymous().confirm_link(&link).await), "/auth/login?problem=link_used");
        for token in [token, other_token] {
            let body = json!({ "token": token, "password": "nine loud badgers" });
            assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 401, "link_used").await;
        }
        let told = app.mails_to("mia@example.org").await;
        assert_eq!(told.last().expect("a mail").subject, "Your password was changed");
    })
    .await;
}

#[tokio::test]
async fn a_password_that_is_refused_leaves_the_link_good() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let token = ask_for_reset(app, "mia@example.org").await;
        for (password, code) in [("short", "password_too_short"), ("password1", "password_common")] {
            let body = json!({ "token": token, "password": password });
            assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 422, code).await;
        }
        let body = json!({ "token": token, "password": "nine loud badgers" });
        let answer = app.anonymous().post("/api/v1/auth/reset-password", body).await;
        assert_eq!(answer.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_link_of_one_kind_does_nothing_as_another() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        ask(&app.anonymous(), "mia@example.org").await;
        let link = app.mailed_token("mia@example.org").await;
        let body = json!({ "token": link, "password": "nine loud badgers" });
        assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 401, "link_used").await;
        let reset = ask_for_reset(app, "mia@example.org").await;
        let answer = app.anonymous().confirm_link(&format!("/auth/callback?token={reset}")).await;
        assert_eq!(location(&answer), "/auth/login?problem=link_used");
    })
    .await;
}

#[tokio::test]
async fn an_old_reset_link_changes_nothing() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let token = ask_for_reset(app, "mia@example.org").await;
        execute(&app.state, EXPIRE).await;
        let body = json!({ "token": token, "password": "nine loud badgers" });
        assert_problem(app.anonymous().post("/api/v1/auth/reset-password", body).await, 401, "link_used").await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn asking_for_links_does_not_tell_who_has_an_account() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        for path in ["/api/v1/auth/magic-link", "/api/v1/auth/reset-password-request"] {
            let mut answers = Vec::new();
            for email in ["mia@example.org", "nobody@example.org"] {
                let answer = app.anonymous().post(path, json!({ "email": email })).await;
                let headers: Vec<_> = answer.headers().keys().map(ToString::to_string).collect();
                answers.push((answer.status(), headers, json_of(answer).await));
            }
            assert_eq!(answers[0], answers[1], "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_audit_trail_shows_each_step_and_no_secret() {
    with_app(async |app| {
        let mia = app.anonymous();
        ask(&mia, "mia@example.org").await;
        mia.get(&app.mailed_link("mia@example.org").await).await;
        let token = ask_for_reset(app, "mia@example.org").await;
        let body = json!({ "token": token, "password": "nine loud badgers" });
        app.anonymous().post("/api/v1/auth/reset-password", body).await;
        app.anonymous().sign_in("mia@example.org", "wrong password").await;
        let kinds = select_column(&app.state, "SELECT kind FROM auth_events ORDER BY id").await;
        assert_eq!(kinds, ["link_asked", "link_followed", "reset_asked", "password_reset", "sign_in_failed"]);
    })
    .await;
}
