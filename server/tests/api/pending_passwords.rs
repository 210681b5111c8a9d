//! Passwords that are chosen before their address is proved, by its owner and by others.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{PASSWORD, TestClient, assert_problem, with_app},
    invariants::execute,
};

/// Signs up with a password of its own.
async fn sign_up_with(person: &TestClient, password: &str) {
    let body = json!({ "email": "mia@example.org", "password": password });
    assert_eq!(person.post("/api/v1/auth/signup", body).await.status(), StatusCode::ACCEPTED);
}

/// Types the code that was mailed, in a browser.
async fn type_code(person: &TestClient) {
    let body = json!({ "email": "mia@example.org", "code": person.app.mailed_code("mia@example.org").await });
    let request =
        person.request(reqwest::Method::POST, "/api/v1/auth/verify-otp").header("sec-fetch-site", "same-origin");
    assert_eq!(request.json(&body).send().await.expect("an answer").status(), StatusCode::OK);
}

#[tokio::test]
async fn a_password_that_somebody_else_chose_does_not_come_with_their_code() {
    with_app(async |app| {
        sign_up_with(&app.anonymous(), "the thief was first").await;
        let mia = app.anonymous();
        type_code(&mia).await;
        let answer = app.anonymous().sign_in("mia@example.org", "the thief was first").await;
        assert_problem(answer, 401, "sign_in_failed").await;
    })
    .await;
}

#[tokio::test]
async fn an_app_that_keeps_no_cookies_keeps_its_password() {
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
async fn whoever_signs_up_on_the_same_address_first_or_second_gets_no_password_in() {
    for passwords in [["the thief was first", PASSWORD], [PASSWORD, "the thief came later"]] {
        with_app(async |app| {
            for password in passwords {
                sign_up_with(&app.anonymous(), password).await;
            }
            type_code(&app.anonymous()).await;
            for password in passwords {
                let answer = app.anonymous().sign_in("mia@example.org", password).await;
                assert_problem(answer, 401, "sign_in_failed").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn whoever_reads_the_mail_keeps_her_own_password_though_a_thief_signed_up_too() {
    for thief_is_first in [true, false] {
        with_app(async |app| {
            let (mia, thief) = (app.anonymous(), app.anonymous());
            if thief_is_first {
                sign_up_with(&thief, "the thief was first").await;
            }
            sign_up_with(&mia, PASSWORD).await;
            if !thief_is_first {
                sign_up_with(&thief, "the thief came later").await;
            }
            type_code(&mia).await;
            assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
            for password in ["the thief was first", "the thief came later"] {
                assert_problem(thief.sign_in("mia@example.org", password).await, 401, "sign_in_failed").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn who_proves_an_address_in_another_browser_is_told_that_there_is_no_password() {
    with_app(async |app| {
        sign_up_with(&app.anonymous(), PASSWORD).await;
        type_code(&app.anonymous()).await;
        let subjects: Vec<_> = app.mails_to("mia@example.org").await.into_iter().map(|mail| mail.subject).collect();
        assert!(subjects.iter().any(|subject| subject.contains("no password")), "{subjects:?}");
    })
    .await;
}

#[tokio::test]
async fn signing_up_twice_with_the_same_password_keeps_it() {
    with_app(async |app| {
        let mia = app.anonymous();
        sign_up_with(&mia, PASSWORD).await;
        sign_up_with(&mia, PASSWORD).await;
        type_code(&mia).await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn signing_up_on_a_known_address_does_not_change_its_password() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        execute(&app.state, "UPDATE one_time_tokens SET created_at = created_at - 61000").await;
        let thief = app.anonymous();
        let body = json!({ "email": "mia@example.org", "password": "another long secret" });
        assert_eq!(thief.post("/api/v1/auth/signup", body).await.status(), StatusCode::ACCEPTED);
        // As for an address that nobody has an account with: it takes the code, which only she can read.
        let answer = thief.sign_in("mia@example.org", "another long secret").await;
        assert_problem(answer, 401, "verification_needed").await;
        let answer = app.anonymous().sign_in("mia@example.org", "another long secret").await;
        assert_problem(answer, 401, "sign_in_failed").await;
        type_code(&app.anonymous()).await;
        let answer = thief.sign_in("mia@example.org", "another long secret").await;
        assert_problem(answer, 401, "sign_in_failed").await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}
