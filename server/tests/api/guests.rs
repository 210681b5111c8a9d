//! Guests: trying without an address, and what becomes of their things.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, location, text, with_app},
    invariants::{execute, select_column},
};

async fn guest(app: &std::sync::Arc<App>) -> (TestClient, Value) {
    let person = app.anonymous();
    let answer = person.post("/api/v1/auth/device", json!({})).await;
    assert_eq!(answer.status(), StatusCode::OK);
    (person, json_of(answer).await)
}

/// A guest in an app, which keeps no cookies.
async fn guest_by_token(app: &std::sync::Arc<App>) -> TestClient {
    let answer = app.anonymous().post("/api/v1/auth/device", json!({ "session": "bearer" })).await;
    let bearer = Some(text(&json_of(answer).await, "access_token"));
    TestClient { bearer, ..app.anonymous() }
}

async fn prove(person: &TestClient, email: &str) -> Value {
    person.sign_up(email).await;
    let code = person.app.mailed_code(email).await;
    let answer = person.post("/api/v1/auth/verify-otp", json!({ "email": email, "code": code })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    json_of(answer).await
}

async fn pages(person: &TestClient) -> Vec<String> {
    let listing = json_of(person.get("/api/v1/pages").await).await;
    listing["items"].as_array().expect("items").iter().map(|page| text(page, "id")).collect()
}

/// No row of any table that has owners belongs to this one.
async fn assert_gone(app: &App, id: &str) {
    for (table, column_name) in crate::invariants::list_owner_columns(&app.state).await {
        let left = crate::invariants::count_rows_of_owner(&app.state, &table, &column_name, id).await;
        assert_eq!(left, 0, "{table} still has rows of {id}");
    }
}

#[tokio::test]
async fn a_guest_makes_pages_without_an_address() {
    with_app(async |app| {
        let (guest, user) = guest(app).await;
        assert_eq!((user["is_guest"].as_bool(), user["email"].is_null()), (Some(true), true));
        let page = guest.create_drawn_page().await;
        assert_eq!(guest.page(&page).await["status"], "ready");
        assert_eq!(guest.balance().await, 2);
        // Asking again is the same guest.
        let again = json_of(guest.post("/api/v1/auth/device", json!({})).await).await;
        assert_eq!(again["id"], user["id"]);
    })
    .await;
}

#[tokio::test]
async fn an_app_gets_its_guest_as_tokens() {
    with_app(async |app| {
        let phone = guest_by_token(app).await;
        assert_eq!(phone.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_guest_becomes_an_account_in_place() {
    with_app(async |app| {
        let (guest, before) = guest(app).await;
        let page = guest.create_drawn_page().await;
        let after = prove(&guest, "mia@example.org").await;
        assert_eq!(after["id"], before["id"]);
        assert_eq!((after["is_guest"].as_bool(), after["credits"].as_i64()), (Some(false), Some(2)));
        assert_eq!(pages(&guest).await, [page]);
        let answer = app.anonymous().sign_in("mia@example.org", crate::harness::PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn sessions_of_the_guest_end_when_the_account_begins() {
    with_app(async |app| {
        let (guest, _) = guest(app).await;
        let answer = guest.post("/api/v1/auth/device", json!({ "session": "bearer" })).await;
        let mut other = app.anonymous();
        other.bearer = Some(text(&json_of(answer).await, "access_token"));
        prove(&guest, "mia@example.org").await;
        assert_problem(other.get("/api/v1/pages").await, 401, "signed_out").await;
        assert_eq!(guest.get("/api/v1/pages").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_guest_who_signs_in_brings_pages_and_files_along() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let own = parent.create_drawn_page().await;
        let (guest, was) = guest(app).await;
        let made = guest.create_drawn_page().await;
        let answer = guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        let user = json_of(answer).await;
        // Of three free ones, one was used here and one as a guest.
        assert_eq!(user["credits"], 1);
        let mut listed = pages(&guest).await;
        listed.sort();
        let mut expected = vec![own, made.clone()];
        expected.sort();
        assert_eq!(listed, expected);
        // An address that was signed while the files still bore the guest's name is good after that, too.
        let early = text(&guest.page(&made).await["downloads"], "svg");
        assert_eq!(guest.get(&early).await.status(), StatusCode::OK);
        app.run_jobs().await;
        assert_eq!(guest.get(&early).await.status(), StatusCode::OK);
        // The files bear the name of their new owner, and can be read.
        let paths = select_column(&app.state, "SELECT path FROM assets").await;
        assert!(paths.iter().all(|path| path.starts_with(&text(&user, "id"))), "{paths:?}");
        let page = guest.page(&made).await;
        assert_eq!(guest.get(&text(&page["downloads"], "png")).await.status(), StatusCode::OK);
        assert_gone(app, &text(&was, "id")).await;
    })
    .await;
}

#[tokio::test]
async fn a_page_under_way_is_finished_for_the_account() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, _) = guest(app).await;
        let photo = guest.upload_photo().await;
        let answer = json_of(guest.request_page(&photo, Some("one")).await).await;
        guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        app.run_jobs().await;
        assert_eq!(guest.page(&text(&answer, "page_id")).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_the_guest_deleted_is_the_accounts_to_take_back_or_goes_for_good() {
    for takes_it_back in [true, false] {
        with_app(async |app| {
            app.sign_up_parent("mia@example.org").await;
            let (guest, _) = guest(app).await;
            let page = guest.create_drawn_page().await;
            let send = async |what: &str| {
                let form = guest.request(Method::POST, &format!("/gallery/{what}")).form(&[("page", &page)]);
                location(&form.send().await.expect("an answer")).to_owned()
            };
            assert_eq!(send("delete").await, "/gallery");
            guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
            assert_eq!(pages(&guest).await, Vec::<String>::new());
            if takes_it_back {
                assert_eq!(send("undo").await, "/gallery");
            }
            execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE kind = 'empty_trash'").await;
            app.run_jobs().await;
            let left = pages(&guest).await;
            assert_eq!(left, if takes_it_back { vec![page.clone()] } else { Vec::new() });
            let files = select_column(&app.state, "SELECT path FROM assets").await;
            assert_eq!(files.is_empty(), !takes_it_back, "{files:?}");
            assert_eq!(select_column(&app.state, "SELECT title FROM pages").await.len(), left.len());
        })
        .await;
    }
}

#[tokio::test]
async fn unspent_credits_that_were_not_free_move() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, user) = guest(app).await;
        let id = text(&user, "id");
        crate::invariants::add_credits(&app.state, &id, 4).await;
        guest.create_drawn_page().await;
        assert_eq!(guest.balance().await, 6);
        let after = json_of(guest.sign_in("mia@example.org", crate::harness::PASSWORD).await).await;
        // The free one that the guest used is one of the account's three.
        assert_eq!(after["credits"], 2 + 4);
        let lines = select_column(&app.state, "SELECT kind FROM credit_events ORDER BY kind").await;
        assert_eq!(lines, ["granted", "moved", "taken"]);
    })
    .await;
}

#[tokio::test]
async fn leaving_and_coming_back_brings_no_new_free_credits() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        let body = json!({ "current_password": crate::harness::PASSWORD });
        let answer = parent.request(reqwest::Method::DELETE, "/api/v1/user/profile").json(&body).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::NO_CONTENT);
        // As a newcomer, and as a guest with free credits.
        let (guest, _) = guest(app).await;
        guest.create_drawn_page().await;
        let after = prove(&guest, "mia@example.org").await;
        assert_eq!(after["credits"], 0);
        assert_eq!(pages(&guest).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn guests_that_were_away_too_long_are_removed_with_their_files() {
    with_app(async |app| {
        let (away, user) = guest(app).await;
        away.create_drawn_page().await;
        let (here, _) = guest(app).await;
        here.create_drawn_page().await;
        let id = text(&user, "id");
        crate::invariants::backdate_account(&app.state, &id, 91).await;
        server::accounts::delete_expired(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        assert_problem(away.get("/api/v1/pages").await, 401, "signed_out").await;
        assert_eq!(pages(&here).await.len(), 1);
        assert_gone(app, &id).await;
    })
    .await;
}

#[tokio::test]
async fn a_guest_has_no_password_or_address_to_change() {
    with_app(async |app| {
        let (guest, _) = guest(app).await;
        for body in [json!({ "new_password": "nine loud badgers" }), json!({ "email": "mia@example.org" })] {
            let answer = guest.request(reqwest::Method::PATCH, "/api/v1/user/profile").json(&body).send().await;
            assert_problem(answer.expect("an answer"), 403, "account_needed").await;
        }
        let answer = guest.request(reqwest::Method::DELETE, "/api/v1/user/profile").send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::NO_CONTENT);
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
    })
    .await;
}

#[tokio::test]
async fn what_a_failed_page_cost_comes_back_after_the_move() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let (guest, user) = guest(app).await;
        crate::invariants::add_credits(&app.state, &text(&user, "id"), 1).await;
        // Three free ones and one that was not; a blank photo cannot be drawn.
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
async fn a_guest_who_signs_in_twice_at_once_loses_no_file() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let guest = guest_by_token(app).await;
        let page = guest.create_drawn_page().await;
        let sign_in = || guest.sign_in("mia@example.org", crate::harness::PASSWORD);
        let answers = tokio::join!(sign_in(), sign_in(), sign_in(), sign_in());
        for answer in [answers.0, answers.1, answers.2, answers.3] {
            assert_eq!(answer.status(), StatusCode::OK);
        }
        let jobs = "SELECT kind FROM jobs WHERE kind = 'relocate_files'";
        assert_eq!(select_column(&app.state, jobs).await.len(), 1);
        app.run_jobs().await;
        execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        let parent = app.anonymous();
        parent.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        assert_eq!(pages(&parent).await, [page]);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_in_its_row_outlives_a_note_that_was_left() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.upload_photo().await;
        execute(&app.state, "INSERT INTO incoming (path, expires_at) SELECT path, 1 FROM assets").await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn pages_under_way_bring_no_credits_that_nobody_paid() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for _ in 0..3 {
            parent.create_drawn_page().await;
        }
        assert_eq!(parent.balance().await, 0);
        let (guest, _) = guest(app).await;
        let photo = guest.upload_photo().await;
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(text(&json_of(guest.request_page(&photo, None).await).await, "page_id"));
        }
        guest.sign_in("mia@example.org", crate::harness::PASSWORD).await;
        for page in made {
            guest.request(Method::DELETE, &format!("/api/v1/pages/{page}")).send().await.expect("an answer");
        }
        assert_eq!(guest.balance().await, 0);
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_a_guest_a_moment_ago_is_not_merged_into_another() {
    with_app(async |app| {
        app.sign_up_parent("noah@example.org").await;
        let guest = guest_by_token(app).await;
        let page = guest.create_drawn_page().await;
        guest.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        let prove = guest.post("/api/v1/auth/verify-otp", body);
        let (proved, signed_in) = tokio::join!(prove, guest.sign_in("noah@example.org", crate::harness::PASSWORD));
        assert_eq!((proved.status(), signed_in.status()), (StatusCode::OK, StatusCode::OK));
        // Whoever was first has the page; both accounts are there.
        let mut of_both = Vec::new();
        for email in ["mia@example.org", "noah@example.org"] {
            let person = app.anonymous();
            assert_eq!(person.sign_in(email, crate::harness::PASSWORD).await.status(), StatusCode::OK, "{email}");
            of_both.extend(pages(&person).await);
        }
        assert_eq!(of_both, [page]);
        app.run_jobs().await;
    })
    .await;
}
