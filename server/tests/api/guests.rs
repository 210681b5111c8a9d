//! Guest accounts: conversion, merging into an account, and deletion of idle guests.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app},
    invariants::{execute, select_column},
    trash,
};

async fn create_guest(app: &std::sync::Arc<App>) -> (TestClient, Value) {
    let client = app.anonymous();
    let response = client.post("/api/v1/auth/device", json!({})).await;
    assert_eq!(response.status(), StatusCode::OK);
    (client, json_of(response).await)
}

/// A guest with a bearer token instead of cookies.
async fn create_guest_app(app: &std::sync::Arc<App>) -> TestClient {
    let response = app.anonymous().post("/api/v1/auth/device", json!({ "session": "bearer" })).await;
    let bearer = Some(text(&json_of(response).await, "access_token"));
    TestClient { bearer, ..app.anonymous() }
}

async fn verify(client: &TestClient, email: &str) -> Value {
    client.sign_up(email).await;
    let code = client.app.mailed_code(email).await;
    let response = client.post("/api/v1/auth/verify-otp", json!({ "email": email, "code": code })).await;
    assert_eq!(response.status(), StatusCode::OK);
    json_of(response).await
}

async fn page_ids(client: &TestClient) -> Vec<String> {
    let listing = json_of(client.get("/api/v1/pages").await).await;
    listing["items"].as_array().expect("items").iter().map(|page| text(page, "id")).collect()
}

/// Asserts that no table has a row of this owner.
async fn assert_no_rows_of(app: &App, id: &str) {
    for (table, column_name) in crate::invariants::list_owner_columns(&app.state).await {
        let left = crate::invariants::count_rows_of_owner(&app.state, &table, &column_name, id).await;
        assert_eq!(left, 0, "{table} still has rows of {id}");
    }
}

#[tokio::test]
async fn guest_makes_pages_with_free_credits() {
    with_app(async |app| {
        let (guest, user) = create_guest(app).await;
        assert_eq!((user["is_guest"].as_bool(), user["email"].is_null()), (Some(true), true));
        let page = guest.create_drawn_page().await;
        assert_eq!(guest.page(&page).await["status"], "ready");
        assert_eq!(guest.balance().await, 2);
        // Another request keeps the guest.
        let again = json_of(guest.post("/api/v1/auth/device", json!({})).await).await;
        assert_eq!(again["id"], user["id"]);
    })
    .await;
}

#[tokio::test]
async fn app_gets_a_guest_as_bearer_tokens() {
    with_app(async |app| {
        let phone = create_guest_app(app).await;
        assert_eq!(phone.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn verified_guest_keeps_its_id_pages_and_credits() {
    with_app(async |app| {
        let (guest, before) = create_guest(app).await;
        let page = guest.create_drawn_page().await;
        let after = verify(&guest, "mia@example.org").await;
        assert_eq!(after["id"], before["id"]);
        assert_eq!((after["is_guest"].as_bool(), after["credits"].as_i64()), (Some(false), Some(2)));
        assert_eq!(page_ids(&guest).await, [page]);
        let response = app.anonymous().sign_in("mia@example.org", crate::harness::PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn verification_revokes_the_sessions_of_the_guest() {
    with_app(async |app| {
        let (guest, _) = create_guest(app).await;
        let response = guest.post("/api/v1/auth/device", json!({ "session": "bearer" })).await;
        let mut other = app.anonymous();
        other.bearer = Some(text(&json_of(response).await, "access_token"));
        verify(&guest, "mia@example.org").await;
        assert_problem(other.get("/api/v1/pages").await, 401, "signed_out").await;
        assert_eq!(guest.get("/api/v1/pages").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn signing_in_moves_pages_and_files_of_the_guest() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let own = parent.create_drawn_page().await;
        let (guest, was) = create_guest(app).await;
        let made = guest.create_drawn_page().await;
        let response = guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        let user = json_of(response).await;
        // Of three free credits, the account has used one and the guest one.
        assert_eq!(user["credits"], 1);
        let mut listed = page_ids(&guest).await;
        listed.sort();
        let mut expected = vec![own, made.clone()];
        expected.sort();
        assert_eq!(listed, expected);
        // A URL signed before the files were moved to the account's path stays valid.
        let early = text(&guest.page(&made).await["downloads"], "svg");
        assert_eq!(guest.get(&early).await.status(), StatusCode::OK);
        app.run_jobs().await;
        assert_eq!(guest.get(&early).await.status(), StatusCode::OK);
        // Every file has moved to its new owner's path.
        assert_ne!(select_column(&app.state, "SELECT path FROM assets").await, Vec::<String>::new());
        let paths = select_column(&app.state, "SELECT path FROM assets").await;
        assert!(paths.iter().all(|path| path.starts_with(&text(&user, "id"))), "{paths:?}");
        let page = guest.page(&made).await;
        assert_eq!(guest.get(&text(&page["downloads"], "png")).await.status(), StatusCode::OK);
        assert_no_rows_of(app, &text(&was, "id")).await;
    })
    .await;
}

#[tokio::test]
async fn unfinished_page_of_a_guest_is_drawn_for_the_account() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, _) = create_guest(app).await;
        let photo = guest.upload_photo().await;
        let response = json_of(guest.request_page(&photo, Some("one")).await).await;
        guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        app.run_jobs().await;
        assert_eq!(guest.page(&text(&response, "page_id")).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn owner_in_an_old_job_payload_is_ignored() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, user) = create_guest(app).await;
        let photo = guest.upload_photo().await;
        let response = json_of(guest.request_page(&photo, None).await).await;
        let id = text(&user, "id");
        let payload = "SELECT payload FROM jobs WHERE kind = 'draw_page'";
        assert!(!select_column(&app.state, payload).await.concat().contains(&id));
        // Payloads used to name the owner as well as the job's row.
        let add_owner = format!(r#"UPDATE jobs SET payload = '{{"owner":"{id}",' || SUBSTR(payload, 2)"#);
        execute(&app.state, &format!("{add_owner} WHERE kind = 'draw_page'")).await;
        guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        app.run_jobs().await;
        assert_eq!(guest.page(&text(&response, "page_id")).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn trash_of_a_guest_moves_to_the_account() {
    for is_restored in [true, false] {
        with_app(async |app| {
            app.sign_up_parent("mia@example.org").await;
            let (guest, _) = create_guest(app).await;
            let page = guest.create_drawn_page().await;
            trash::delete(&guest, &[&page]).await;
            guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
            assert_eq!(page_ids(&guest).await, Vec::<String>::new());
            if is_restored {
                trash::restore(&guest, &[&page]).await;
            }
            execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE kind = 'empty_trash'").await;
            app.run_jobs().await;
            let left = page_ids(&guest).await;
            assert_eq!(left, if is_restored { vec![page.clone()] } else { Vec::new() });
            let files = select_column(&app.state, "SELECT path FROM assets").await;
            assert_eq!(files.is_empty(), !is_restored, "{files:?}");
            assert_eq!(select_column(&app.state, "SELECT title FROM pages").await.len(), left.len());
        })
        .await;
    }
}

#[tokio::test]
async fn unspent_paid_credits_move_to_the_account() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, user) = create_guest(app).await;
        let id = text(&user, "id");
        crate::invariants::add_credits(&app.state, &id, 4).await;
        guest.create_drawn_page().await;
        assert_eq!(guest.balance().await, 6);
        let after = json_of(guest.sign_in("mia@example.org", crate::harness::PASSWORD).await).await;
        // The free credit used by the guest is taken from the account's three.
        assert_eq!(after["credits"], 2 + 4);
        let lines = select_column(&app.state, "SELECT kind FROM credit_events ORDER BY kind").await;
        assert_eq!(lines, ["granted", "moved", "taken"]);
    })
    .await;
}

#[tokio::test]
async fn new_account_of_a_known_mailbox_gets_no_credits() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        let body = json!({ "current_password": crate::harness::PASSWORD });
        let response = parent.request(reqwest::Method::DELETE, "/api/v1/user/profile").json(&body).send().await;
        assert_eq!(response.expect("a response").status(), StatusCode::NO_CONTENT);
        let (guest, _) = create_guest(app).await;
        guest.create_drawn_page().await;
        let after = verify(&guest, "mia@example.org").await;
        assert_eq!(after["credits"], 0);
        assert_eq!(page_ids(&guest).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn idle_guests_are_deleted_with_their_files() {
    with_app(async |app| {
        let (away, user) = create_guest(app).await;
        away.create_drawn_page().await;
        let (here, _) = create_guest(app).await;
        here.create_drawn_page().await;
        let id = text(&user, "id");
        crate::invariants::backdate_account(&app.state, &id, 91).await;
        server::accounts::delete_expired(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        assert_problem(away.get("/api/v1/pages").await, 401, "signed_out").await;
        assert_eq!(page_ids(&here).await.len(), 1);
        assert_no_rows_of(app, &id).await;
    })
    .await;
}

#[tokio::test]
async fn guest_cannot_change_password_or_email() {
    with_app(async |app| {
        let guest = app.create_guest().await;
        for body in [json!({ "new_password": "nine loud badgers" }), json!({ "email": "mia@example.org" })] {
            let response = guest.request(Method::PATCH, "/api/v1/user/profile").json(&body).send().await;
            assert_problem(response.expect("a response"), 403, "account_needed").await;
        }
    })
    .await;
}

#[tokio::test]
async fn guest_deletes_itself_without_a_password() {
    with_app(async |app| {
        let (guest, user) = create_guest(app).await;
        let response = guest.request(Method::DELETE, "/api/v1/user/profile").send().await;
        assert_eq!(response.expect("a response").status(), StatusCode::NO_CONTENT);
        assert_no_rows_of(app, &text(&user, "id")).await;
    })
    .await;
}

#[tokio::test]
async fn failed_page_is_refunded_after_a_merge() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, user) = create_guest(app).await;
        crate::invariants::add_credits(&app.state, &text(&user, "id"), 1).await;
        // Three free credits and another one; a blank photo cannot be drawn.
        for _ in 0..4 {
            let blank = guest.upload(crate::photos::blank(320, 240)).await;
            let id = text(&json_of(blank).await, "id");
            assert_eq!(guest.request_page(&id, None).await.status(), StatusCode::ACCEPTED);
        }
        let user = json_of(guest.sign_in("mia@example.org", crate::harness::PASSWORD).await).await;
        assert_eq!(user["credits"], 0);
        app.run_jobs().await;
        assert_eq!(guest.balance().await, 4);
    })
    .await;
}

#[tokio::test]
async fn parallel_sign_ins_merge_the_guest_once() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let guest = create_guest_app(app).await;
        let page = guest.create_drawn_page().await;
        let sign_in = || guest.sign_in("mia@example.org", crate::harness::PASSWORD);
        let responses = tokio::join!(sign_in(), sign_in(), sign_in(), sign_in());
        for response in [responses.0, responses.1, responses.2, responses.3] {
            assert_eq!(response.status(), StatusCode::OK);
        }
        let jobs = "SELECT kind FROM jobs WHERE kind = 'relocate_files'";
        assert_eq!(select_column(&app.state, jobs).await.len(), 1);
        app.run_jobs().await;
        execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        let parent = app.anonymous();
        parent.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        assert_eq!(page_ids(&parent).await, [page]);
    })
    .await;
}

#[tokio::test]
async fn file_with_a_row_survives_its_expired_upload_record() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        execute(&app.state, "INSERT INTO incoming (path, expires_at) SELECT path, 1 FROM assets").await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        assert_eq!(select_column(&app.state, "SELECT path FROM incoming").await, Vec::<String>::new());
        // The page is drawn from the stored file.
        let page = text(&json_of(parent.request_page(&photo, None).await).await, "page_id");
        app.run_jobs().await;
        assert_eq!(parent.page(&page).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn merge_creates_no_credits_that_nobody_paid() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for _ in 0..3 {
            parent.create_drawn_page().await;
        }
        assert_eq!(parent.balance().await, 0);
        let (guest, _) = create_guest(app).await;
        let photo = guest.upload_photo().await;
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(text(&json_of(guest.request_page(&photo, None).await).await, "page_id"));
        }
        guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        for page in made {
            let response = guest.request(Method::DELETE, &format!("/api/v1/pages/{page}")).send().await;
            assert_eq!(response.expect("a response").status(), StatusCode::NO_CONTENT);
        }
        assert_eq!(guest.balance().await, 0);
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn converted_guest_is_not_merged_into_another_account() {
    with_app(async |app| {
        app.sign_up_parent("noah@example.org").await;
        let guest = create_guest_app(app).await;
        let page = guest.create_drawn_page().await;
        guest.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        let verification = guest.post("/api/v1/auth/verify-otp", body);
        let (verified, signed_in) =
            tokio::join!(verification, guest.sign_in("noah@example.org", crate::harness::PASSWORD));
        assert_eq!((verified.status(), signed_in.status()), (StatusCode::OK, StatusCode::OK));
        // The request that came first has the page; both accounts exist.
        let mut of_both = Vec::new();
        for email in ["mia@example.org", "noah@example.org"] {
            let client = app.anonymous();
            assert_eq!(client.sign_in(email, crate::harness::PASSWORD).await.status(), StatusCode::OK, "{email}");
            of_both.extend(page_ids(&client).await);
        }
        assert_eq!(of_both, [page]);
        app.run_jobs().await;
    })
    .await;
}
