//! What every request goes through: authentication, rejection of cross-site requests, and error
//! responses.

use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};
use serde_json::json;

use crate::harness::{TestClient, assert_problem, json_of, location, with_app};

#[tokio::test]
async fn protected_route_answers_401_without_session() {
    with_app(async |app| {
        let anonymous = app.anonymous();
        let id = "01890000-0000-7000-8000-000000000000";
        for path in
            ["/pages".into(), format!("/pages/{id}"), format!("/jobs/{id}"), "/credits".into(), "/auth/session".into()]
        {
            assert_problem(anonymous.get(&format!("/api/v1{path}")).await, 401, "signed_out").await;
        }
        let job = json!({ "asset_id": id, "style": { "preset": "simple" } });
        assert_problem(anonymous.post("/api/v1/jobs", job).await, 401, "signed_out").await;
        assert_problem(anonymous.post("/api/v1/auth/signout", json!({})).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn forged_token_is_rejected() {
    with_app(async |app| {
        let mut anonymous = app.anonymous();
        for token in ["x", "eyJhbGciOiJub25lIn0.eyJzaWQiOiIwMTg5MDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAifQ."] {
            anonymous.bearer = Some(token.to_owned());
            assert_problem(anonymous.get("/api/v1/pages").await, 401, "signed_out").await;
        }
    })
    .await;
}

#[tokio::test]
async fn cross_site_request_is_rejected() {
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
        assert_eq!(parent.get("/api/v1/auth/session").await.status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn same_origin_request_is_accepted() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let request = parent.request(Method::POST, "/api/v1/auth/signout").header("Origin", &app.base);
        assert_eq!(request.send().await.expect("an answer").status(), StatusCode::NO_CONTENT);
    })
    .await;
}

#[tokio::test]
async fn response_names_the_account_it_is_for() {
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
async fn photo_from_the_share_sheet_creates_no_page() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let part = Part::bytes(crate::photos::jpeg(320, 240)).file_name("photo.jpg");
        // The headers that a browser sends for a share of the user.
        let request = parent.request(Method::POST, "/create?from=share").multipart(Form::new().part("file", part));
        let request = request.header("Sec-Fetch-Site", "none").header("Origin", "null");
        let answer = request.send().await.expect("an answer");
        assert_eq!(location(&answer), "/create?problem=photo_missing");
        assert_eq!(parent.balance().await, 3);
        assert_eq!(json_of(parent.get("/api/v1/pages").await).await["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn problem_names_the_invalid_field() {
    with_app(async |app| {
        for (body, field) in [
            (json!({ "email": "mia@example.org", "password": "x", "admin": true }), "admin"),
            (json!({ "email": "mia@example.org" }), "password"),
            (json!({ "email": 7, "password": "x" }), "email"),
        ] {
            let answer = app.anonymous().post("/api/v1/auth/signup", body).await;
            assert_eq!(assert_problem(answer, 422, "body_invalid").await["field"], field);
        }
    })
    .await;
}

#[tokio::test]
async fn problem_names_the_invalid_style_field() {
    with_app(async |app| {
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
    })
    .await;
}

#[tokio::test]
async fn oversized_json_body_is_rejected() {
    with_app(async |app| {
        let body = json!({ "email": "mia@example.org", "password": "x".repeat(1 << 20) });
        assert_problem(app.anonymous().post("/api/v1/auth/signup", body).await, 413, "body_too_large").await;
    })
    .await;
}

#[tokio::test]
async fn body_without_json_content_type_is_rejected() {
    with_app(async |app| {
        let request = app.anonymous().request(Method::POST, "/api/v1/auth/signup").body("email=a");
        assert_problem(request.send().await.expect("an answer"), 415, "media_type_unsupported").await;
    })
    .await;
}

#[tokio::test]
async fn unknown_api_path_is_a_problem() {
    with_app(async |app| {
        assert_problem(app.anonymous().get("/api/v1/nothing").await, 404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn unsupported_method_is_a_problem_with_allow_header() {
    with_app(async |app| {
        for path in ["/api/v1/auth/signup", "/api/v1/upload"] {
            let answer = app.anonymous().get(path).await;
            assert_eq!(answer.headers()["allow"], "POST");
            assert_problem(answer, 405, "method_not_allowed").await;
        }
    })
    .await;
}

#[tokio::test]
async fn get_create_is_left_to_the_screens() {
    with_app(async |app| {
        // The harness has no screens, so the path is unknown; without the fallback it would be 405.
        assert_problem(app.anonymous().get("/create").await, 404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn invalid_query_string_is_a_problem() {
    with_app(async |app| {
        assert_problem(app.anonymous().get("/files/x").await, 422, "body_invalid").await;
    })
    .await;
}

#[tokio::test]
async fn health_checks_answer_200() {
    with_app(async |app| {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(app.anonymous().get(path).await.status(), StatusCode::OK);
        }
    })
    .await;
}

#[tokio::test]
async fn public_flags_are_on_by_default() {
    with_app(async |app| {
        let flags = json_of(app.anonymous().get("/api/v1/flags").await).await;
        assert_eq!(flags, json!({ "captcha": true, "device_fingerprint": true, "paid_pages": true }));
    })
    .await;
}
