//! Account settings: password, email address, sessions, export, deletion.

use std::io::{Cursor, Read};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{PASSWORD, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
};

const NEW_PASSWORD: &str = "nine loud badgers";

async fn patch(client: &TestClient, body: Value) -> Response {
    client.request(Method::PATCH, "/api/v1/user/profile").json(&body).send().await.expect("a response")
}

async fn delete(client: &TestClient, body: Value) -> Response {
    client.request(Method::DELETE, "/api/v1/user/profile").json(&body).send().await.expect("a response")
}

/// A second device that is signed in to the account.
async fn second_device(client: &TestClient, email: &str) -> TestClient {
    let other = client.app.anonymous();
    assert_eq!(other.sign_in(email, PASSWORD).await.status(), StatusCode::OK);
    other
}

#[tokio::test]
async fn password_change_revokes_the_other_sessions() {
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
async fn email_changes_once_the_new_address_is_verified() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        let body = json!({ "email": "new@example.org", "current_password": PASSWORD });
        assert_eq!(patch(&mia, body).await.status(), StatusCode::ACCEPTED);
        let code = app.mailed_code("new@example.org").await;
        // The code neither signs in nor confirms another address.
        let sign_in = json!({ "email": "new@example.org", "code": code });
        assert_problem(app.anonymous().post("/api/v1/auth/verify-otp", sign_in).await, 401, "code_wrong").await;
        let elsewhere = json!({ "email": "third@example.org", "code": code });
        assert_problem(patch(&mia, elsewhere).await, 401, "code_wrong").await;

        let response = patch(&mia, json!({ "email": "new@example.org", "code": code })).await;
        assert_eq!(json_of(response).await["email"], "new@example.org");
        assert_problem(other.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_eq!(app.anonymous().sign_in("new@example.org", PASSWORD).await.status(), StatusCode::OK);
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        let mails = app.mails_to("mia@example.org").await;
        assert!(mails.last().expect("a mail").text.contains("new@example.org"));
    })
    .await;
}

#[tokio::test]
async fn email_change_to_a_taken_address_mails_no_code() {
    with_app(async |app| {
        app.sign_up_parent("ben@example.org").await;
        let mia = app.sign_up_parent("mia@example.org").await;
        let body = json!({ "email": "ben@example.org", "current_password": PASSWORD });
        let response = patch(&mia, body).await;
        // The same response as for an address without an account.
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(json_of(response).await, json!({ "next": "verify" }));
        let mails = app.mails_to("ben@example.org").await;
        let mail = mails.last().expect("a mail");
        assert_eq!(mail.subject, "This address has an account already");
        let has_code = mail.text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 6);
        assert!(!has_code, "{}", mail.text);
    })
    .await;
}

#[tokio::test]
async fn email_change_fails_when_the_address_was_taken_meanwhile() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        patch(&mia, json!({ "email": "new@example.org", "current_password": PASSWORD })).await;
        let code = app.mailed_code("new@example.org").await;
        let ben = app.sign_up_parent("new@example.org").await;
        let response = patch(&mia, json!({ "email": "new@example.org", "code": code })).await;
        assert_problem(response, 401, "code_wrong").await;
        for (client, email) in [(&mia, "mia@example.org"), (&ben, "new@example.org")] {
            let user = json_of(client.get("/api/v1/auth/session").await).await;
            assert_eq!(user["email"], email);
        }
    })
    .await;
}

#[tokio::test]
async fn five_of_fifty_parallel_email_change_guesses_are_compared() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        patch(&mia, json!({ "email": "new@example.org", "current_password": PASSWORD })).await;
        let right = app.mailed_code("new@example.org").await;
        let guess = async |code: String| patch(&mia, json!({ "email": "new@example.org", "code": code })).await;
        let wrong = (0..).map(|n| format!("{n:06}")).filter(|code| *code != right).take(50);
        let responses = futures::future::join_all(wrong.map(guess)).await;
        assert_eq!(responses.len(), 50);
        for response in responses {
            assert_problem(response, 401, "code_wrong").await;
        }
        // An attempt is counted only when its code is compared.
        let sql = "SELECT CAST(attempts AS TEXT) FROM one_time_tokens WHERE purpose = 'new_address'";
        assert_eq!(select_column(&app.state, sql).await, ["5"]);
        assert_problem(guess(right).await, 401, "code_wrong").await;
    })
    .await;
}

#[tokio::test]
async fn deleted_account_leaves_no_rows() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        mia.create_drawn_page().await;
        let photo = mia.upload_photo().await;
        mia.request_page(&photo, None).await;
        const TABLES: [&str; 3] = ["SELECT path FROM assets", "SELECT title FROM pages", "SELECT email FROM users"];
        for sql in TABLES {
            assert_ne!(select_column(&app.state, sql).await, Vec::<String>::new(), "{sql}");
        }
        assert_problem(delete(&mia, json!({})).await, 403, "password_wrong").await;
        let response = delete(&mia, json!({ "current_password": PASSWORD })).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        for client in [&mia, &other] {
            assert_problem(client.get("/api/v1/auth/session").await, 401, "signed_out").await;
        }
        assert_problem(app.anonymous().sign_in("mia@example.org", PASSWORD).await, 401, "sign_in_failed").await;
        app.run_jobs().await;
        for sql in TABLES {
            assert_eq!(select_column(&app.state, sql).await, Vec::<String>::new(), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn account_without_password_needs_a_recent_sign_in() {
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
async fn export_contains_account_photo_and_page() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        let response = mia.get("/api/v1/user/export").await;
        assert_eq!(response.headers()["content-type"], "application/zip");
        let bytes = response.bytes().await.expect("an archive");
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
async fn sessions_are_revoked_by_their_owner_only() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let other = second_device(&mia, "mia@example.org").await;
        let stranger = app.sign_up_parent("ben@example.org").await;
        let listed = json_of(mia.get("/api/v1/auth/sessions").await).await;
        let items = listed["items"].as_array().expect("items");
        assert_eq!(items.len(), 2);
        let elsewhere = items.iter().find(|session| session["is_current"] == false).expect("the other");
        let path = format!("/api/v1/auth/sessions/{}", text(elsewhere, "id"));

        let response = stranger.request(Method::DELETE, &path).send().await.expect("a response");
        assert_problem(response, 404, "not_found").await;
        assert_eq!(other.get("/api/v1/auth/session").await.status(), StatusCode::OK);
        let response = mia.request(Method::DELETE, &path).send().await.expect("a response");
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_problem(other.get("/api/v1/auth/session").await, 401, "signed_out").await;

        let response = mia.request(Method::DELETE, "/api/v1/auth/sessions").send().await.expect("a response");
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_problem(mia.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_eq!(stranger.get("/api/v1/auth/session").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn new_device_needs_a_code_once() {
    with_settings(&[("--new-device-code", "true")], async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let thief = app.anonymous();
        assert_problem(thief.sign_in("mia@example.org", PASSWORD).await, 401, "new_device").await;
        assert_problem(thief.get("/api/v1/auth/session").await, 401, "signed_out").await;
        assert_eq!(mia.sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);

        // A second code is mailed only a minute after the first.
        execute(&app.state, "UPDATE one_time_tokens SET created_at = created_at - 61000").await;
        let phone = app.anonymous();
        assert_problem(phone.sign_in("mia@example.org", PASSWORD).await, 401, "new_device").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        assert_eq!(phone.post("/api/v1/auth/verify-otp", body).await.status(), StatusCode::OK);
        phone.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(phone.sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
        // A wrong password does not reveal that the device is new.
        assert_problem(app.anonymous().sign_in("mia@example.org", "wrong password").await, 401, "sign_in_failed").await;
    })
    .await;
}
