//! What any request meets: refusals in one form, other sites kept out.

use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};
use serde_json::json;

use crate::harness::{TestClient, assert_problem, location, with_app};

#[tokio::test]
async fn protected_addresses_answer_401_to_strangers() {
    with_app(async |app| {
        let stranger = app.anonymous();
        let id = "01890000-0000-7000-8000-000000000000";
        for path in
            ["/pages".into(), format!("/pages/{id}"), format!("/jobs/{id}"), "/credits".into(), "/auth/session".into()]
        {
            assert_problem(stranger.get(&format!("/api/v1{path}")).await, 401, "signed_out").await;
        }
        let job = json!({ "asset_id": id, "style": { "preset": "simple" } });
        assert_problem(stranger.post("/api/v1/jobs", job).await, 401, "signed_out").await;
        assert_problem(stranger.post("/api/v1/auth/signout", json!({})).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn a_forged_token_opens_nothing() {
    with_app(async |app| {
        let mut stranger = app.anonymous();
        for token in ["x", "eyJhbGciOiJub25lIn0.eyJzaWQiOiIwMTg5MDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAifQ."] {
            stranger.bearer = Some(token.to_owned());
            assert_problem(stranger.get("/api/v1/pages").await, 401, "signed_out").await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_another_site_sends_is_refused() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for (name, value) in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
        ] {
            let request = parent.request(Method::POST, "/api/v1/auth/signout").header(name, value);
            assert_problem(request.send().await.expect("an answer"), 403, "cross_site").await;
        }
        let own = parent.request(Method::POST, "/api/v1/auth/signout").header("Origin", &app.base);
        assert_eq!(own.send().await.expect("an answer").status(), StatusCode::NO_CONTENT);
    })
    .await;
}

#[tokio::test]
async fn every_answer_says_for_whom_it_is() {
    with_app(async |app| {
        let owner = async |person: &TestClient, path: &str| person.get(path).await.headers()["scribble-owner"].clone();
        assert_eq!(owner(&app.anonymous(), "/").await, "nobody");
        let (mia, ben) = (app.sign_up_parent("mia@example.org").await, app.sign_up_parent("ben@example.org").await);
        assert_eq!(owner(&mia, "/gallery").await, owner(&mia, "/api/v1/pages").await);
        assert_ne!(owner(&mia, "/gallery").await, owner(&ben, "/gallery").await);
        assert_ne!(owner(&mia, "/gallery").await, "nobody");
    })
    .await;
}

#[tokio::test]
async fn a_photo_from_the_share_sheet_is_neither_taken_nor_paid_for_by_the_server() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let part = Part::bytes(crate::photos::jpeg(320, 240)).file_name("photo.jpg");
        // From no page but by the person, as a browser sends it.
        let request = parent.request(Method::POST, "/create?from=share").multipart(Form::new().part("file", part));
        let request = request.header("Sec-Fetch-Site", "none").header("Origin", "null");
        let answer = request.send().await.expect("an answer");
        assert_eq!(location(&answer), "/create?problem=photo_missing");
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_body_is_read_strictly_and_the_field_at_fault_is_named() {
    with_app(async |app| {
        let person = app.anonymous();
        for (body, field) in [
            (json!({ "email": "mia@example.org", "password": "x", "admin": true }), "admin"),
            (json!({ "email": "mia@example.org" }), "password"),
            (json!({ "email": 7, "password": "x" }), "email"),
        ] {
            let answer = person.post("/api/v1/auth/signup", body).await;
            assert_eq!(assert_problem(answer, 422, "body_invalid").await["field"], field);
        }
        let parent = app.sign_up_parent("noah@example.org").await;
        let photo = parent.upload_photo().await;
        for (style, code, field) in [
            (json!({ "preset": "simple", "colour": 1 }), "body_invalid", "style.colour"),
            (json!({ "preset": "baroque" }), "body_invalid", "style.preset"),
            (json!({ "preset": "simple", "detail": 7 }), "style_out_of_range", "style"),
            (json!({ "preset": "simple", "smoothing": -1 }), "style_out_of_range", "style"),
            (json!({ "preset": "simple", "background": "blur" }), "body_invalid", "style.background"),
            (json!({ "preset": "simple", "frame": "gold" }), "body_invalid", "style.frame"),
            (json!({}), "body_invalid", "style.preset"),
        ] {
            let answer = parent.post("/api/v1/jobs", json!({ "asset_id": photo, "style": style })).await;
            assert_eq!(assert_problem(answer, 422, code).await["field"], field);
        }
        let long = json!({ "email": "mia@example.org", "password": "x".repeat(1 << 20) });
        assert_problem(person.post("/api/v1/auth/signup", long).await, 413, "body_too_large").await;
        let form = person.request(Method::POST, "/api/v1/auth/signup").body("email=a");
        assert_problem(form.send().await.expect("an answer"), 415, "media_type_unsupported").await;
    })
    .await;
}

#[tokio::test]
async fn an_unknown_address_of_the_api_is_a_problem_too() {
    with_app(async |app| {
        let person = app.anonymous();
        assert_problem(person.get("/api/v1/nothing").await, 404, "not_found").await;
        assert_problem(person.get("/api/v1/auth/signup").await, 405, "method_not_allowed").await;
    })
    .await;
}

#[tokio::test]
async fn the_machine_says_that_it_is_alive_and_ready() {
    with_app(async |app| {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(app.anonymous().get(path).await.status(), StatusCode::OK);
        }
    })
    .await;
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    with_app(async |app| {
        for path in ["/healthz", "/api/v1/pages", "/nowhere"] {
            let answer = app.anonymous().get(path).await;
            for (name, part) in [
                ("content-security-policy", "script-src 'self' 'wasm-unsafe-eval'"),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("x-frame-options", "DENY"),
            ] {
                assert!(answer.headers()[name].to_str().expect("text").contains(part), "{name} of {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_query_that_lacks_something_is_a_problem_too() {
    with_app(async |app| {
        assert_problem(app.anonymous().get("/files/x").await, 422, "body_invalid").await;
        assert_problem(app.anonymous().get("/api/v1/upload").await, 405, "method_not_allowed").await;
    })
    .await;
}
