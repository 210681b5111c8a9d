//! Signing up, in and out.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{PASSWORD, TestClient, assert_problem, json_of, text, with_app},
    invariants::{execute, select_column},
};

#[tokio::test]
async fn a_new_parent_proves_the_address_and_gets_three_credits() {
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
async fn the_free_credits_come_once() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.create_drawn_page().await;
        // The address is known now: signing up again mails a code that signs in.
        let again = app.anonymous();
        again.sign_up("mia@example.org").await;
        let ledger =
            select_column(&app.state, "SELECT CAST(delta AS TEXT) FROM credit_events WHERE kind = 'granted'").await;
        assert_eq!(ledger, ["3"]);
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_code_is_refused_and_after_five_tries_so_is_the_right_one() {
    with_app(async |app| {
        let person = app.anonymous();
        person.sign_up("mia@example.org").await;
        let right = app.mailed_code("mia@example.org").await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for code in [wrong, wrong, wrong, wrong, wrong, right.as_str()] {
            let answer =
                person.post("/api/v1/auth/verify-otp", json!({ "email": "mia@example.org", "code": code })).await;
            assert_problem(answer, 401, "code_wrong").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_code_works_once() {
    with_app(async |app| {
        let person = app.anonymous();
        person.sign_up("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": app.mailed_code("mia@example.org").await });
        assert_eq!(person.post("/api/v1/auth/verify-otp", body.clone()).await.status(), StatusCode::OK);
        assert_problem(app.anonymous().post("/api/v1/auth/verify-otp", body).await, 401, "code_wrong").await;
    })
    .await;
}

#[tokio::test]
async fn fifty_guesses_at_once_are_compared_five_times() {
    with_app(async |app| {
        let person = app.anonymous();
        person.sign_up("mia@example.org").await;
        let guesses = (0..50).map(|n| {
            let body = json!({ "email": "mia@example.org", "code": format!("{n:06}") });
            person.request(reqwest::Method::POST, "/api/v1/auth/verify-otp").json(&body).send()
        });
        futures::future::join_all(guesses).await;
        let tries = select_column(&app.state, "SELECT CAST(attempts AS TEXT) FROM one_time_tokens").await;
        assert!(tries[0].parse::<u32>().expect("a number") <= 5, "{tries:?}");
    })
    .await;
}

#[tokio::test]
async fn a_second_code_is_not_sent_within_a_minute() {
    with_app(async |app| {
        let person = app.anonymous();
        person.sign_up("mia@example.org").await;
        let answer = person.post("/api/v1/auth/resend-otp", json!({ "email": "mia@example.org" })).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert_eq!(app.mails_to("mia@example.org").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn whether_an_address_has_an_account_is_not_told() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let stranger = app.anonymous();
        for email in ["mia@example.org", "nobody@example.org"] {
            let answer = stranger.post("/api/v1/auth/signup", json!({ "email": email, "password": PASSWORD })).await;
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            assert_eq!(json_of(answer).await, json!({ "next": "verify" }));
            let answer = stranger.post("/api/v1/auth/resend-otp", json!({ "email": email })).await;
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            assert_problem(stranger.sign_in(email, "not the password").await, 401, "sign_in_failed").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_opens_nothing_before_the_address_is_proved() {
    with_app(async |app| {
        let person = app.anonymous();
        person.sign_up("mia@example.org").await;
        assert_problem(person.sign_in("mia@example.org", PASSWORD).await, 401, "verification_needed").await;
        assert_problem(person.get("/api/v1/auth/session").await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "password": PASSWORD, "session": "bearer" });
        let tokens = json_of(app.anonymous().post("/api/v1/auth/signin", body).await).await;
        let mut phone = app.anonymous();
        phone.bearer = Some(text(&tokens, "access_token"));
        assert_eq!(phone.get("/api/v1/pages").await.status(), StatusCode::OK);
        let answer = phone.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_problem(phone.get("/api/v1/pages").await, 401, "signed_out").await;
        // The other session goes on.
        assert_eq!(parent.get("/api/v1/pages").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_replaced_at_each_use_and_a_copy_ends_the_session() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "password": PASSWORD, "session": "bearer" });
        let first = json_of(app.anonymous().post("/api/v1/auth/signin", body).await).await;
        let refresh =
            async |token: &str| app.anonymous().post("/api/v1/auth/refresh", json!({ "refresh_token": token })).await;
        let zero = text(&first, "refresh_token");
        let one = text(&json_of(refresh(&zero).await).await, "refresh_token");
        assert_ne!(zero, one);
        // Within ten seconds it counts as the same use, with the same successor.
        assert_eq!(text(&json_of(refresh(&zero).await).await, "refresh_token"), one);
        let two = text(&json_of(refresh(&one).await).await, "refresh_token");
        // Two generations back can only be a copy: nobody keeps the session.
        assert_problem(refresh(&zero).await, 401, "signed_out").await;
        assert_problem(refresh(&two).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn cookies_are_out_of_reach_for_scripts_and_other_sites() {
    with_app(async |app| {
        let person = app.anonymous();
        let body = json!({ "email": "mia@example.org", "password": PASSWORD });
        let asked = person.post("/api/v1/auth/signup", body).await;
        let code = app.mailed_code("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "code": code, "stay": true });
        let answer = person.post("/api/v1/auth/verify-otp", body).await;
        // The browser is known for 400 days, somebody is signed in for 30.
        for (answer, names, life) in [(asked, 1, "Max-Age=34560000"), (answer, 2, "Max-Age=2592000")] {
            let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
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
async fn a_weak_or_odd_sign_up_is_refused_with_its_field() {
    with_app(async |app| {
        let person = app.anonymous();
        for (email, password, code, field) in [
            ("mia", PASSWORD, "email_malformed", "email"),
            ("mia@example.org\nx@example.org", PASSWORD, "email_malformed", "email"),
            ("mia@example.org", "short", "password_too_short", "password"),
            ("mia@example.org", "password1", "password_common", "password"),
            ("mia@example.org", "miamiamiamia", "password_too_weak", "password"),
            ("mia@example.org", "Mia@example.org", "password_is_address", "password"),
        ] {
            let answer = person.post("/api/v1/auth/signup", json!({ "email": email, "password": password })).await;
            assert_eq!(assert_problem(answer, 422, code).await["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_has_one_session_at_a_time() {
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
async fn a_browser_renews_its_session_and_an_app_becomes_a_guest_without_a_body() {
    with_app(async |app| {
        let browser = app.sign_up_parent("mia@example.org").await;
        let renew = |person: &TestClient| person.request(reqwest::Method::POST, "/api/v1/auth/refresh").send();
        let answer = renew(&browser).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(browser.get("/api/v1/auth/session").await.status(), StatusCode::OK);
        assert_problem(renew(&app.anonymous()).await.expect("an answer"), 401, "signed_out").await;

        let guest = app.anonymous();
        let answer = guest.request(reqwest::Method::POST, "/api/v1/auth/device").send().await.expect("an answer");
        assert_eq!(json_of(answer).await["is_guest"], true);
    })
    .await;
}

#[tokio::test]
async fn cookies_that_open_nothing_any_more_are_cleared_by_signing_out() {
    with_app(async |app| {
        let browser = app.sign_up_parent("mia@example.org").await;
        execute(&app.state, "UPDATE sessions SET revoked_at = created_at").await;
        let answer = browser.post("/api/v1/auth/signout", json!({})).await;
        assert_eq!(answer.headers().get_all("set-cookie").iter().count(), 2);
        assert_problem(answer, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn twenty_tabs_that_refresh_at_once_stay_signed_in() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let body = json!({ "email": "mia@example.org", "password": PASSWORD, "session": "bearer" });
        let tokens = json_of(app.anonymous().post("/api/v1/auth/signin", body).await).await;
        let body = json!({ "refresh_token": text(&tokens, "refresh_token") });
        let tab = app.anonymous();
        let tabs = (0..20).map(|_| tab.post("/api/v1/auth/refresh", body.clone()));
        let mut next = Vec::new();
        for answer in futures::future::join_all(tabs).await {
            assert_eq!(answer.status(), StatusCode::OK);
            next.push(text(&json_of(answer).await, "refresh_token"));
        }
        next.dedup();
        assert_eq!(next.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn four_hundred_sign_ins_at_once_take_turns_or_are_asked_to_come_back() {
    with_app(async |app| {
        app.sign_up_parent("mia@example.org").await;
        let crowd = app.anonymous();
        let answers = futures::future::join_all((0..400).map(|_| crowd.sign_in("mia@example.org", "wrong one")));
        for answer in answers.await {
            match answer.status() {
                StatusCode::TOO_MANY_REQUESTS => assert!(answer.headers().contains_key("retry-after")),
                status => assert_eq!(status, StatusCode::UNAUTHORIZED),
            }
        }
        assert_eq!(app.anonymous().sign_in("mia@example.org", PASSWORD).await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_code_takes_its_time_whether_the_address_has_an_account_or_not() {
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
