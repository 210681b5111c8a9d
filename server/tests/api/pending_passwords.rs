//! Pending passwords: set by sign-ups, of the owner and of others, before the address is verified.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{PASSWORD, TestClient, assert_problem, with_app},
    invariants::execute,
};

/// Signs up as mia@example.org with this password.
async fn sign_up_with(client: &TestClient, password: &str) {
    let body = json!({ "email": "mia@example.org", "password": password });
    assert_eq!(client.post("/api/v1/auth/signup", body).await.status(), StatusCode::ACCEPTED);
}

/// Enters the mailed code in a browser.
async fn enter_code(client: &TestClient) {
    let body = json!({ "email": "mia@example.org", "code": client.app.mailed_code("mia@example.org").await });
    let request =
        client.request(reqwest::Method::POST, "/api/v1/auth/verify-otp").header("sec-fetch-site", "same-origin");
    assert_eq!(request.json(&body).send().await.expect("a response").status(), StatusCode::OK);
}

#[tokio::test]
async fn pending_password_of_another_browser_is_discarded() {
    with_app(async |app| {
        sign_up_with(&app.anonymous(), "the thief signed up first").await;
        let mia = app.anonymous();
        enter_code(&mia).await;
        let response = app.anonymous().sign_in("mia@example.org", "the thief signed up first").await;
        assert_problem(response, 401, "sign_in_failed").await;
    })
    .await;
}

#[tokio::test]
async fn app_without_cookies_keeps_its_pending_password() {
    for session in ["bearer", "cookie"] {
        with_app(async |app| {
            sign_up_with(&app.anonymous(), PASSWORD).await;
            let code = app.mailed_code("mia@example.org").await;
            let body = json!({ "email": "mia@example.org", "code": code, "session": session });
            assert_eq!(app.anonymous().post("/api/v1/auth/verify-otp", body).await.status(), StatusCode::OK);
            assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
        })
        .await;
    }
}

#[tokio::test]
async fn code_in_a_third_browser_discards_all_pending_passwords() {
    for passwords in [["the thief signed up first", PASSWORD], [PASSWORD, "the thief signed up later"]] {
        with_app(async |app| {
            for password in passwords {
                sign_up_with(&app.anonymous(), password).await;
            }
            enter_code(&app.anonymous()).await;
            for password in passwords {
                let response = app.anonymous().sign_in("mia@example.org", password).await;
                assert_problem(response, 401, "sign_in_failed").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn verifying_browser_keeps_its_own_pending_password() {
    for thief_is_first in [true, false] {
        with_app(async |app| {
            let (mia, thief) = (app.anonymous(), app.anonymous());
            if thief_is_first {
                sign_up_with(&thief, "the thief signed up first").await;
            }
            sign_up_with(&mia, PASSWORD).await;
            if !thief_is_first {
                sign_up_with(&thief, "the thief signed up later").await;
            }
            enter_code(&mia).await;
            assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
            for password in ["the thief signed up first", "the thief signed up later"] {
                assert_problem(thief.sign_in("mia@example.org", password).await, 401, "sign_in_failed").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn mail_tells_when_no_pending_password_applies() {
    with_app(async |app| {
        sign_up_with(&app.anonymous(), PASSWORD).await;
        enter_code(&app.anonymous()).await;
        let subjects: Vec<_> = app.mails_to("mia@example.org").await.into_iter().map(|mail| mail.subject).collect();
        assert!(subjects.iter().any(|subject| subject.contains("no password")), "{subjects:?}");
    })
    .await;
}

#[tokio::test]
async fn repeated_sign_up_keeps_the_pending_password() {
    with_app(async |app| {
        let mia = app.anonymous();
        sign_up_with(&mia, PASSWORD).await;
        sign_up_with(&mia, PASSWORD).await;
        enter_code(&mia).await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn sign_up_for_an_account_does_not_change_its_password() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        execute(&app.state, "UPDATE one_time_tokens SET created_at = created_at - 61000").await;
        let thief = app.anonymous();
        let body = json!({ "email": "mia@example.org", "password": "another long secret" });
        assert_eq!(thief.post("/api/v1/auth/signup", body).await.status(), StatusCode::ACCEPTED);
        // The same response as for an address without an account; only the owner reads the code.
        let response = thief.sign_in("mia@example.org", "another long secret").await;
        assert_problem(response, 401, "verification_needed").await;
        let response = app.anonymous().sign_in("mia@example.org", "another long secret").await;
        assert_problem(response, 401, "sign_in_failed").await;
        enter_code(&app.anonymous()).await;
        let response = thief.sign_in("mia@example.org", "another long secret").await;
        assert_problem(response, 401, "sign_in_failed").await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}
