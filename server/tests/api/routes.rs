//! Access control of every route: the status for an anonymous client, a guest, another account, the
//! owner, and a scheduler. A route that the table lacks fails a test.

use std::collections::BTreeSet;

use model::{HINTS_VERSION, Language};
use reqwest::Method;
use serde_json::{Value, json};
use server::{http, i18n::catalog_path};

use crate::{
    harness::{App, TestClient, json_of, text, with_app, with_settings},
    openapi::api_routes,
};

const CRON_SECRET: &str = "a secret of the schedule, long enough";

/// Method, path and body; then the status for an anonymous client, a guest, another account, the
/// owner, and a client with the cron secret. `{page}` and the like are ids of the owner's rows.
const TABLE: &[(&str, &str, &str, [u16; 5])] = &[
    ("post", "/api/v1/auth/signup", r#"{"email":"new@example.org","password":"seven quiet otters"}"#, [202; 5]),
    ("post", "/api/v1/auth/verify-otp", r#"{"email":"no@example.org","code":"000000"}"#, [401; 5]),
    ("post", "/api/v1/auth/resend-otp", r#"{"email":"no@example.org"}"#, [202; 5]),
    ("post", "/api/v1/auth/signin", r#"{"email":"no@example.org","password":"seven quiet otters"}"#, [401; 5]),
    ("post", "/api/v1/auth/magic-link", r#"{"email":"no@example.org"}"#, [202; 5]),
    ("post", "/api/v1/auth/reset-password-request", r#"{"email":"no@example.org"}"#, [202; 5]),
    ("post", "/api/v1/auth/reset-password", r#"{"token":"none","password":"seven quiet otters"}"#, [401; 5]),
    ("post", "/api/v1/auth/device", "{}", [200; 5]),
    ("get", "/api/v1/auth/challenge", "", [200; 5]),
    ("get", "/api/v1/flags", "", [200; 5]),
    ("post", "/api/v1/auth/refresh", "", [401, 200, 200, 200, 401]),
    ("post", "/api/v1/auth/signout", "", [401, 204, 204, 204, 401]),
    ("get", "/api/v1/auth/session", "", [401, 200, 200, 200, 401]),
    ("get", "/api/v1/auth/sessions", "", [401, 200, 200, 200, 401]),
    ("delete", "/api/v1/auth/sessions", "", [401, 204, 204, 204, 401]),
    ("delete", "/api/v1/auth/sessions/{session}", "", [401, 404, 404, 204, 401]),
    ("get", "/api/v1/user/profile", "", [401, 200, 200, 200, 401]),
    (
        "patch",
        "/api/v1/user/profile",
        r#"{"new_password":"nine loud badgers","current_password":"seven quiet otters"}"#,
        [401, 403, 200, 200, 401],
    ),
    ("get", "/api/v1/user/export", "", [401, 200, 200, 200, 401]),
    ("delete", "/api/v1/user/profile", r#"{"current_password":"seven quiet otters"}"#, [401, 204, 204, 204, 401]),
    ("post", "/api/v1/jobs", r#"{"asset_id":"{photo}","style":{"preset":"simple"}}"#, [401, 404, 404, 202, 401]),
    ("get", "/api/v1/jobs/{job}", "", [401, 404, 404, 200, 401]),
    ("get", "/api/v1/jobs/{job}/events", "", [401, 404, 404, 200, 401]),
    ("get", "/api/v1/pages", "", [401, 200, 200, 200, 401]),
    ("get", "/api/v1/pages/{page}", "", [401, 404, 404, 200, 401]),
    ("patch", "/api/v1/pages/{page}", r#"{"title":"Cat"}"#, [401, 404, 404, 200, 401]),
    ("post", "/api/v1/pages/{page}/keep", "", [401, 404, 404, 200, 401]),
    ("get", "/api/v1/books", "", [401, 200, 200, 200, 401]),
    ("post", "/api/v1/books", r#"{"title":"Cats","page_ids":["{page}"]}"#, [401, 404, 404, 201, 401]),
    ("get", "/api/v1/books/{book}", "", [401, 404, 404, 200, 401]),
    ("patch", "/api/v1/books/{book}", r#"{"cover":false}"#, [401, 404, 404, 200, 401]),
    ("get", "/api/v1/books/{book}/pdf", "", [401, 404, 404, 200, 401]),
    ("post", "/api/v1/pdf/export", r#"{"page_ids":["{page}"],"paper":"a4"}"#, [401, 404, 404, 200, 401]),
    (
        "post",
        "/api/v1/upload",
        r#"{"filename":"a.jpg","content_type":"image/jpeg","size":1000}"#,
        [401, 201, 201, 201, 401],
    ),
    ("post", "/api/v1/associate-file", r#"{"path":"public/none","claim":"none"}"#, [401, 404, 404, 404, 401]),
    ("get", "/api/v1/credits", "", [401, 200, 200, 200, 401]),
    ("get", "/api/v1/openapi.json", "", [200; 5]),
    ("post", "/api/v1/cron/process-queue", "", [401, 401, 401, 401, 200]),
    ("post", "/api/v1/cron/sweep", "", [401, 401, 401, 401, 200]),
    ("post", "/create", "", [303; 5]),
    ("get", "/auth/callback", "", [404; 5]),
    ("post", "/auth/callback", "", [303; 5]),
    ("post", "/language", "", [303; 5]),
    ("get", "/files/{*path}", "", [403; 5]),
    ("put", "/files/{*path}", "", [403; 5]),
    ("get", "/pages/{page}/png", "", [303, 404, 404, 200, 303]),
    ("get", "/pages/{page}/svg", "", [303, 404, 404, 200, 303]),
    ("get", "/pages/{page}/pdf", "", [303, 404, 404, 200, 303]),
    ("get", "/pages/{page}/preview", "", [303, 404, 404, 200, 303]),
    ("get", "/pages/{page}/film", "", [303, 404, 404, 404, 303]),
    ("get", "/books/{book}/pdf", "", [303, 404, 404, 200, 303]),
    ("post", "/gallery/print", "", [303, 303, 303, 200, 303]),
    ("post", "/gallery/archive", "", [303, 303, 303, 200, 303]),
    ("get", "/dev/mail.json", "", [200; 5]),
    ("post", "/dev/sign-in", "", [303; 5]),
    ("get", "/healthz", "", [200; 5]),
    ("get", "/readyz", "", [200; 5]),
    ("get", "/i18n/{name}", "", [200; 5]),
    ("get", "/vision/{name}", "", [200; 5]),
    // Last, because these change or delete the rows that the others use.
    ("post", "/api/v1/pages/{page}/redraw", r#"{"style":{"preset":"toddler"}}"#, [401, 404, 404, 202, 401]),
    ("delete", "/api/v1/books/{book}", "", [401, 404, 404, 204, 401]),
    ("delete", "/api/v1/pages/{page}", "", [401, 404, 404, 204, 401]),
];

/// Ids of rows of the owner, by their placeholder in the table.
struct Placeholders(Vec<(&'static str, String)>);

impl Placeholders {
    async fn create(app: &App, owner: &TestClient) -> Self {
        let photo = owner.upload_photo().await;
        let job = json_of(owner.request_page(&photo, None).await).await;
        app.run_jobs().await;
        let page = text(&job, "page_id");
        let book = owner.post("/api/v1/books", json!({ "title": "Cats", "page_ids": [page] })).await;
        let sessions = json_of(owner.get("/api/v1/auth/sessions").await).await;
        Self(vec![
            ("{photo}", photo),
            ("{job}", text(&job, "id")),
            ("{page}", page),
            ("{book}", text(&json_of(book).await, "id")),
            ("{session}", text(&sessions["items"][0], "id")),
            ("/i18n/{name}", catalog_path(Language::En).to_owned()),
            ("/vision/{name}", format!("/vision/faces.{HINTS_VERSION}.bin")),
            ("{*path}", "none/original/none.jpg?until=0&signature=00".to_owned()),
        ])
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

async fn status_of(person: &TestClient, method: &str, path: &str, body: &str, page: &str) -> u16 {
    let mut request = person.request(method.to_uppercase().parse::<Method>().expect("a method"), path);
    if !body.is_empty() {
        let body: Value = serde_json::from_str(body).expect("JSON");
        request = request.json(&body);
    } else if path == "/create" {
        request = request.multipart(reqwest::multipart::Form::new().text("title", "none"));
    } else if path == "/auth/callback" {
        request = request.form(&[("token", "none")]);
    } else if path.starts_with("/gallery/") {
        request = request.form(&[("pages[]", page)]);
    } else if path == "/language" {
        request = request.form(&[("language", "en"), ("return_to", "/")]);
    }
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn every_route_is_in_the_table() {
    with_app(async |app| {
        let table: BTreeSet<_> = TABLE
            .iter()
            .map(|(method, path, ..)| {
                let path = ["{page}", "{job}", "{book}", "{session}"]
                    .iter()
                    .fold((*path).to_owned(), |path, name| path.replace(name, "{id}"));
                ((*method).to_owned(), path)
            })
            .collect();
        let mut routes = api_routes(app).await;
        for (method, path) in [http::SITE_ROUTES, http::DEV_ROUTES, http::HEALTH_ROUTES, http::CATALOG_ROUTES].concat()
        {
            routes.insert((method.to_owned(), path.to_owned()));
        }
        assert_eq!(table, routes);
    })
    .await;
}

#[tokio::test]
async fn each_client_gets_the_status_in_the_table() {
    with_settings(&[("--cron-secret", CRON_SECRET)], async |app| {
        let owner = app.sign_up_parent("owner@example.org").await;
        let other = app.sign_up_parent("other@example.org").await;
        let placeholders = Placeholders::create(app, &owner).await;
        let mut wrong = Vec::new();
        for (row, (method, path, body, expected)) in TABLE.iter().enumerate() {
            // These end a session or an account, so they get accounts of their own.
            let ends_session = path.ends_with("signout")
                || path.ends_with("sign-in")
                || *path == "/api/v1/auth/refresh"
                || path.contains("/auth/sessions")
                || path.ends_with("/user/profile");
            let fresh = async |name: &str| app.sign_up_parent(&format!("{name}{row}@example.org")).await;
            let scheduler = TestClient { bearer: Some(CRON_SECRET.to_owned()), ..app.anonymous() };
            let (fresh_owner, fresh_other) =
                if ends_session { (Some(fresh("owner").await), Some(fresh("other").await)) } else { (None, None) };
            let placeholders = match (&fresh_owner, path.contains("{session}")) {
                (Some(owner), true) => &Placeholders::create(app, owner).await,
                _ => &placeholders,
            };
            let people = [
                app.anonymous(),
                app.create_guest().await,
                fresh_other.unwrap_or_else(|| TestClient {
                    app: app.clone(),
                    client: other.client.clone(),
                    bearer: None,
                }),
                fresh_owner.unwrap_or_else(|| TestClient {
                    app: app.clone(),
                    client: owner.client.clone(),
                    bearer: None,
                }),
                scheduler,
            ];
            let (path, body) = (placeholders.fill(path), placeholders.fill(body));
            let page = placeholders.fill("{page}");
            let mut statuses = [0; 5];
            // The owner comes last, because their request may delete the row.
            for client in [0, 1, 2, 4, 3] {
                statuses[client] = status_of(&people[client], method, &path, &body, &page).await;
            }
            if statuses != *expected {
                wrong.push(format!("{method} {path}: {statuses:?}, not {expected:?}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        crate::invariants::execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
    })
    .await;
}
