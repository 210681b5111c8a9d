//! What somebody may do to their own account.

use std::io::{Cursor, Read};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{PASSWORD, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
};

const NEW_PASSWORD: &str = "nine loud badgers";

async fn patch(person: &TestClient, body: Value) -> Response {
    person.request(Method::PATCH, "/api/v1/user/profile").json(&body).send().await.expect("an answer")
}

async fn delete(person: &TestClient, body: Value) -> Response {
    person.request(Method::DELETE, "/api/v1/user/profile").json(&body).send().await.expect("an answer")
}

/// A second device of somebody who has an account.
async fn second_device(person: &TestClient, email: &str) -> TestClient {
    let other = person.app.anonymous();
    assert_eq!(other.sign_in(email, PASSWORD).await.status(), StatusCode::OK);
    other
}

#[tokio::test]
async fn another_password_takes_the_one_before_and_ends_the_other_sessions() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        let wrong = json!({ "new_password": NEW_PASSWORD, "current_password": "not this one" });
        assert_problem(patch(&mia, wrong).await, 403, "password_wrong").await;
        assert_problem(patch(&mia, json!({ "new_password": NEW_PASSWORD })).await, 403, "password_wrong").await;

        let right = json!({ "new_password": NEW_PASSWORD, "current_password": PASSWORD });
        assert_eq!(patch(&mia, right).await.status(), StatusCode::OK);
        assert_problem(other.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_eq!(mia.get("/api/v1/auth/session").await.status(), StatusCode::OK);
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        assert_eq!(app.anonymous().sign_in("mia@example.org", NEW_PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_is_proved_and_the_old_one_is_told() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        let body = json!({ "email": "new@example.org", "current_password": PASSWORD });
        assert_eq!(patch(&mia, body).await.status(), StatusCode::ACCEPTED);
        let code = app.mailed_code("new@example.org").await;
        // Neither as a code to sign in with, nor for another address.
        let sign_in = json!({ "email": "new@example.org", "code": code });
        assert_problem(app.anonymous().post("/api/v1/auth/verify-otp", sign_in).await, 401, "code_wrong").await;
        let elsewhere = json!({ "email": "third@example.org", "code": code });
        assert_problem(patch(&mia, elsewhere).await, 401, "code_wrong").await;

        let answer = patch(&mia, json!({ "email": "new@example.org", "code": code })).await;
        assert_eq!(json_of(answer).await["email"], "new@example.org");
        assert_problem(other.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_eq!(app.anonymous().sign_in("new@example.org", PASSWORD).await.status(), StatusCode::OK);
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        let told = app.mails_to("mia@example.org").await;
        assert!(told.last().expect("a mail").text.contains("new@example.org"));
    })
    .await;
}

#[tokio::test]
async fn an_address_that_has_an_account_cannot_be_taken_and_the_answer_does_not_tell() {
    with_app(async |app| {
        app.sign_up_parent("ben@example.org").await;
        let mia = app.sign_up_parent("mia@example.org").await;
        let body = json!({ "email": "ben@example.org", "current_password": PASSWORD });
        let answer = patch(&mia, body).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert_eq!(json_of(answer).await, json!({ "next": "verify" }));
        let told = app.mails_to("ben@example.org").await;
        assert_eq!(told.last().expect("a mail").subject, "This address has an account already");
        for code in ["000000", "123456"] {
            let answer = patch(&mia, json!({ "email": "ben@example.org", "code": code })).await;
            assert_problem(answer, 401, "code_wrong").await;
        }
    })
    .await;
}

#[tokio::test]
async fn fifty_guesses_at_a_new_address_are_compared_five_times() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        patch(&mia, json!({ "email": "new@example.org", "current_password": PASSWORD })).await;
        let guesses = (0..50).map(|n| patch(&mia, json!({ "email": "new@example.org", "code": format!("{n:06}") })));
        futures::future::join_all(guesses).await;
        let sql = "SELECT CAST(attempts AS TEXT) FROM one_time_tokens WHERE purpose = 'new_address'";
        assert_eq!(select_column(&app.state, sql).await, ["5"]);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        mia.create_drawn_page().await;
        let photo = mia.upload_photo().await;
        mia.request_page(&photo, None).await;
        assert_problem(delete(&mia, json!({})).await, 403, "password_wrong").await;
        let answer = delete(&mia, json!({ "current_password": PASSWORD })).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        for person in [&mia, &other] {
            assert_problem(person.get("/api/v1/auth/session").await, 401, "signed_out").await;
        }
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        app.run_jobs().await;
        for sql in ["SELECT path FROM assets", "SELECT title FROM pages", "SELECT email FROM users"] {
            assert_eq!(select_column(&app.state, sql).await, Vec::<String>::new(), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_a_password_the_sign_in_has_to_be_fresh() {
    with_app(async |app| {
        let mia = app.anonymous();
        mia.post("/api/v1/auth/magic-link", json!({ "email": "mia@example.org" })).await;
        mia.get(&app.mailed_link("mia@example.org").await).await;
        execute(&app.state, "UPDATE sessions SET created_at = created_at - 16 * 60 * 1000").await;
        let body = json!({ "new_password": NEW_PASSWORD });
        assert_problem(patch(&mia, body.clone()).await, 403, "sign_in_again").await;
        execute(&app.state, "UPDATE sessions SET created_at = created_at + 16 * 60 * 1000").await;
        assert_eq!(patch(&mia, body).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn somebodys_data_is_one_archive() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        let answer = mia.get("/api/v1/user/export").await;
        assert_eq!(answer.headers()["content-type"], "application/zip");
        let bytes = answer.bytes().await.expect("an archive");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
        // The account, the photo, and the page as SVG, PNG and preview.
        assert_eq!(archive.len(), 5);
        let mut json = String::new();
        archive.by_name("account.json").expect("there").read_to_string(&mut json).expect("text");
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json["account"]["email"], "mia@example.org");
        assert_eq!(json["pages"][0]["id"], page.as_str());
        assert_eq!(json["credits"]["balance"], 2);
        assert!(!json.to_string().contains("argon2"));
    })
    .await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        let stranger = app.sign_up_parent("ben@example.org").await;
        let listed = json_of(mia.get("/api/v1/auth/sessions").await).await;
        let items = listed["items"].as_array().expect("items");
        assert_eq!(items.len(), 2);
        let elsewhere = items.iter().find(|session| session["is_current"] == false).expect("the other");
        let path = format!("/api/v1/auth/sessions/{}", text(elsewhere, "id"));

        let answer = stranger.request(Method::DELETE, &path).send().await.expect("an answer");
        assert_problem(answer, 404, "not_found").await;
        assert_eq!(other.get("/api/v1/auth/session").await.status(), StatusCode::OK);
        let answer = mia.request(Method::DELETE, &path).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_problem(other.get("/api/v1/auth/session").await, 401, "signed_out").await;

        let answer = mia.request(Method::DELETE, "/api/v1/auth/sessions").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_problem(mia.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_eq!(stranger.get("/api/v1/auth/session").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_right_password_from_a_new_device_takes_a_code_once() {
    with_settings(&[("--new-device-code", "true")], async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let thief = app.anonymous();
        assert_problem(thief.sign_in("mia@example.org", PASSWORD).await, 401, "new_device").await;
        assert_problem(thief.get("/api/v1/auth/session").await, 401, "signed_out").await;
        // The browser that signed up is known.
        assert_eq!(mia.sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);

        // Within a minute of the first code there is no second; make it an older one.
        execute(&app.state, "UPDATE one_time_tokens SET created_at = created_at - 61000").await;
        let phone = app.anonymous();
        assert_problem(phone.sign_in("mia@example.org", PASSWORD).await, 401, "new_device").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        assert_eq!(phone.post("/api/v1/auth/verify-otp", body).await.status(), StatusCode::OK);
        phone.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(phone.sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
        // A wrong password says nothing of devices.
        assert_problem(app.anonymous().sign_in("mia@example.org", "wrong password").await, 401, "sign_in_failed").await;
    })
    .await;
}
