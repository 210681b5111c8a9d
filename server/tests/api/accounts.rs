//! Sign-up, sign-in with codes and passwords, token refresh, sign-out.

use std::sync::Arc;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{App, PASSWORD, TestClient, assert_problem, json_of, text, with_app},
    invariants::{execute, select_column},
};

#[tokio::test]
async fn verified_sign_up_gets_three_credits() {
    with_app(async |app| {
        let parent = app.sign_up_parent("Mia@Example.org").await;
        let user = json_of(parent.get("/api/v1/auth/session").await).await;
        assert_eq!(user["email"], "mia@example.org");
        assert_eq!(user["is_guest"], false);
        assert_eq!(user["credits"], 3);
    })
    .await;
}

#[tokio::test]
async fn second_verification_grants_no_credits() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        execute(&app.state, "UPDATE one_time_tokens SET created_at = created_at - 61000").await;
        let again = app.anonymous();
        again.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        let response = again.post("/api/v1/auth/verify-otp", body).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(json_of(response).await["credits"], 2);
        assert_eq!(parent.balance().await, 2);
        let granted = "SELECT CAST(delta AS TEXT) FROM credit_events WHERE kind = 'granted'";
        assert_eq!(select_column(&app.state, granted).await, ["3"]);
    })
    .await;
}

/// Sends wrong codes for mia@example.org and returns the right one.
async fn guess_wrongly(client: &TestClient, guesses: usize) -> String {
    let right = client.app.mailed_code("mia@example.org").await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..guesses {
        let body = json!({ "email": "mia@example.org", "code": wrong });
        assert_problem(client.post("/api/v1/auth/verify-otp", body).await, 401, "code_wrong").await;
    }
    right
}

#[tokio::test]
async fn right_code_is_accepted_at_the_fifth_attempt() {
    with_app(async |app| {
        let client = app.anonymous();
        client.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": guess_wrongly(&client, 4).await });
        assert_eq!(client.post("/api/v1/auth/verify-otp", body).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn right_code_is_rejected_after_five_wrong_ones() {
    with_app(async |app| {
        let client = app.anonymous();
        client.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": guess_wrongly(&client, 5).await });
        assert_problem(client.post("/api/v1/auth/verify-otp", body).await, 401, "code_wrong").await;
    })
    .await;
}

#[tokio::test]
async fn code_is_accepted_once() {
    with_app(async |app| {
        let client = app.anonymous();
        client.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        assert_eq!(client.post("/api/v1/auth/verify-otp", body.clone()).await.status(), StatusCode::OK);
        assert_problem(app.anonymous().post("/api/v1/auth/verify-otp", body).await, 401, "code_wrong").await;
    })
    .await;
}

#[tokio::test]
async fn five_of_fifty_parallel_code_guesses_are_compared() {
    with_app(async |app| {
        let client = app.anonymous();
        client.sign_up("mia@example.org").await;
        let right = app.mailed_code("mia@example.org").await;
        let guess = async |code: String| {
            client.post("/api/v1/auth/verify-otp", json!({ "email": "mia@example.org", "code": code })).await
        };
        let wrong = (0..).map(|n| format!("{n:06}")).filter(|code| *code != right).take(50);
        let responses = futures::future::join_all(wrong.map(guess)).await;
        assert_eq!(responses.len(), 50);
        for response in responses {
            assert_problem(response, 401, "code_wrong").await;
        }
        // An attempt is counted only when its code is compared.
        let attempts = select_column(&app.state, "SELECT CAST(attempts AS TEXT) FROM one_time_tokens").await;
        assert_eq!(attempts, ["5"]);
        assert_problem(guess(right).await, 401, "code_wrong").await;
    })
    .await;
}

#[tokio::test]
async fn second_code_is_not_mailed_within_a_minute() {
    with_app(async |app| {
        let client = app.anonymous();
        client.sign_up("mia@example.org").await;
        let response = client.post("/api/v1/auth/resend-otp", json!({ "email": "mia@example.org" })).await;
        assert_eq!(response.status(), StatusCode::ACCEPTED);
        assert_eq!(app.mails_to("mia@example.org").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn responses_do_not_reveal_whether_an_address_has_an_account() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let stranger = app.anonymous();
        for email in ["mia@example.org", "nobody@example.org"] {
            let response = stranger.post("/api/v1/auth/signup", json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            assert_eq!(json_of(response).await, json!({ "next": "verify" }));
            let response = stranger.post("/api/v1/auth/resend-otp", json!({ "email": email })).await;
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            assert_problem(stranger.sign_in(email, "not the password").await, 401, "sign_in_failed").await;
        }
    })
    .await;
}

#[tokio::test]
async fn unverified_account_cannot_sign_in() {
    with_app(async |app| {
        let client = app.anonymous();
        client.sign_up("mia@example.org").await;
        assert_problem(client.sign_in("mia@example.org", PASSWORD).await, 401, "verification_needed").await;
        assert_problem(client.get("/api/v1/auth/session").await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_revokes_only_its_own_session() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let tokens = sign_in_as_app(app).await;
        let mut phone = app.anonymous();
        phone.bearer = Some(text(&tokens, "access_token"));
        assert_eq!(phone.get("/api/v1/pages").await.status(), StatusCode::OK);
        let response = phone.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_problem(phone.get("/api/v1/pages").await, 401, "signed_out").await;
        assert_eq!(parent.get("/api/v1/pages").await.status(), StatusCode::OK);
    })
    .await;
}

/// Signs mia@example.org in as an app; returns the tokens.
async fn sign_in_as_app(app: &Arc<App>) -> Value {
    let body = json!({ "email": "mia@example.org", "password": PASSWORD, "session": "bearer" });
    json_of(app.anonymous().post("/api/v1/auth/signin", body).await).await
}

async fn refresh(app: &Arc<App>, token: &str) -> Response {
    app.anonymous().post("/api/v1/auth/refresh", json!({ "refresh_token": token })).await
}

#[tokio::test]
async fn refresh_token_is_rotated_at_each_use() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let first = text(&sign_in_as_app(app).await, "refresh_token");
        let second = text(&json_of(refresh(app, &first).await).await, "refresh_token");
        assert_ne!(first, second);
        // Within ten seconds the old token counts as used once and gives the same successor.
        assert_eq!(text(&json_of(refresh(app, &first).await).await, "refresh_token"), second);
    })
    .await;
}

#[tokio::test]
async fn reused_refresh_token_revokes_the_session() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let first = text(&sign_in_as_app(app).await, "refresh_token");
        let second = text(&json_of(refresh(app, &first).await).await, "refresh_token");
        let third = text(&json_of(refresh(app, &second).await).await, "refresh_token");
        assert_problem(refresh(app, &first).await, 401, "signed_out").await;
        assert_problem(refresh(app, &third).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn session_and_device_cookies_are_http_only_and_same_site() {
    with_app(async |app| {
        let client = app.anonymous();
        let body = json!({ "email": "mia@example.org", "password": PASSWORD });
        let sign_up = client.post("/api/v1/auth/signup", body).await;
        let code = app.mailed_code("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": code, "stay": true });
        let response = client.post("/api/v1/auth/verify-otp", body).await;
        // The device cookie lasts 400 days, a session 30.
        for (response, names, life) in [(sign_up, 1, "Max-Age=34560000"), (response, 2, "Max-Age=2592000")] {
            let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
            assert_eq!(cookies.len(), names);
            for cookie in cookies {
                let cookie = cookie.to_str().expect("text");
                for part in ["HttpOnly", "SameSite=Lax", "Path=/", life] {
                    assert!(cookie.contains(part), "{part} in {cookie}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn invalid_sign_up_is_rejected_with_its_field() {
    with_app(async |app| {
        let client = app.anonymous();
        for (email, password, code, field) in [
            ("mia", PASSWORD, "email_malformed", "email"),
            ("mia@example.org\nx@example.org", PASSWORD, "email_malformed", "email"),
            ("mia@example.org", "short", "password_too_short", "password"),
            ("mia@example.org", "password1", "password_common", "password"),
            ("mia@example.org", "miamiamiamia", "password_too_weak", "password"),
            ("mia@example.org", "Mia@example.org", "password_is_address", "password"),
        ] {
            let response = client.post("/api/v1/auth/signup", json!({ "email": email, "password": password })).await;
            assert_eq!(assert_problem(response, 422, code).await["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn sign_in_replaces_the_session_of_the_browser() {
    with_app(async |app| {
        let browser = app.sign_up_parent("mia@example.org").await;
        app.sign_up_parent("ben@example.org").await;
        assert_eq!(browser.sign_in("ben@example.org", PASSWORD).await.status(), StatusCode::OK);
        let live = "SELECT users.email FROM sessions JOIN users ON users.id = user_id WHERE revoked_at IS NULL";
        assert_eq!(select_column(&app.state, live).await, ["ben@example.org", "ben@example.org"]);
        let session = json_of(browser.get("/api/v1/auth/session").await).await;
        assert_eq!(session["email"], "ben@example.org");
    })
    .await;
}

#[tokio::test]
async fn browser_refreshes_its_session_without_a_body() {
    with_app(async |app| {
        let browser = app.sign_up_parent("mia@example.org").await;
        let refresh = |client: &TestClient| client.request(reqwest::Method::POST, "/api/v1/auth/refresh").send();
        let response = refresh(&browser).await.expect("a response");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(browser.get("/api/v1/auth/session").await.status(), StatusCode::OK);
        assert_problem(refresh(&app.anonymous()).await.expect("a response"), 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn guest_is_created_without_a_body() {
    with_app(async |app| {
        let guest = app.anonymous();
        let response = guest.request(reqwest::Method::POST, "/api/v1/auth/device").send().await.expect("a response");
        assert_eq!(json_of(response).await["is_guest"], true);
    })
    .await;
}

#[tokio::test]
async fn signing_out_clears_the_cookies_of_a_revoked_session() {
    with_app(async |app| {
        let browser = app.sign_up_parent("mia@example.org").await;
        execute(&app.state, "UPDATE sessions SET revoked_at = created_at").await;
        let response = browser.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_problem(response, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn parallel_refreshes_get_the_same_next_token() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let tokens = sign_in_as_app(app).await;
        let body = json!({ "refresh_token": text(&tokens, "refresh_token") });
        let tab = app.anonymous();
        let tabs = (0..20).map(|_| tab.post("/api/v1/auth/refresh", body.clone()));
        let mut next = Vec::new();
        for response in futures::future::join_all(tabs).await {
            assert_eq!(response.status(), StatusCode::OK);
            next.push(text(&json_of(response).await, "refresh_token"));
        }
        next.dedup();
        assert_eq!(next.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn parallel_sign_ins_beyond_the_queue_get_retry_after() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        const FREE: usize = 20;
        let permits = &app.state.password_permits;
        let taken = u32::try_from(permits.available_permits() - FREE).expect("few permits");
        let held = permits.try_acquire_many(taken).expect("all permits are free");
        let client = app.anonymous();
        let sign_ins = (0..400).map(|_| client.sign_in("mia@example.org", "wrong one"));
        let (mut compared, mut rejected) = (0, 0);
        for response in futures::future::join_all(sign_ins).await {
            match response.status() {
                StatusCode::UNAUTHORIZED => compared += 1,
                StatusCode::TOO_MANY_REQUESTS => {
                    assert_eq!(response.headers()["retry-after"], "3");
                    rejected += 1;
                }
                status => panic!("{status}"),
            }
        }
        assert_eq!(compared + rejected, 400);
        assert!(compared >= FREE, "{compared} compared");
        assert!(rejected > 0, "no sign-in was rejected");
        drop(held);
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn sign_in_is_rejected_while_the_password_queue_is_full() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let permits = &app.state.password_permits;
        let all = u32::try_from(permits.available_permits()).expect("few permits");
        let held = permits.try_acquire_many(all).expect("all permits are free");
        let response = app.anonymous().sign_in("mia@example.org", PASSWORD).await;
        assert_eq!(response.headers()["retry-after"], "3");
        assert_problem(response, 429, "too_many_requests").await;
        drop(held);
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn four_hundred_parallel_sign_ins_fill_the_password_queue() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let permits = app.state.password_permits.available_permits();
        let client = app.anonymous();
        let sign_ins = (0..400).map(|_| client.sign_in("mia@example.org", PASSWORD));
        let (mut signed_in, mut rejected) = (0, 0);
        for response in futures::future::join_all(sign_ins).await {
            match response.status() {
                StatusCode::OK => signed_in += 1,
                StatusCode::TOO_MANY_REQUESTS => {
                    assert!(response.headers().contains_key("retry-after"));
                    rejected += 1;
                }
                status => panic!("{status}"),
            }
        }
        assert_eq!(signed_in + rejected, 400);
        assert!(signed_in >= permits.min(400), "{signed_in} of {permits} permits");
    })
    .await;
}

#[tokio::test]
async fn wrong_code_response_takes_the_minimum_time() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        for email in ["mia@example.org", "nobody@example.org"] {
            let begun = std::time::Instant::now();
            let body = json!({ "email": email, "code": "000000" });
            assert_problem(app.anonymous().post("/api/v1/auth/verify-otp", body).await, 401, "code_wrong").await;
            assert!(begun.elapsed().as_millis() >= 60, "{email}: {:?}", begun.elapsed());
        }
    })
    .await;
}
