//! Access control and faults of every server function under `/do`: the status for an anonymous
//! client, a guest, another account and the owner, and the answer to a request that is damaged, too
//! large or from another site. A function that the table lacks fails a test.

use std::collections::BTreeSet;

use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use serde_json::{Value, json};

use crate::{
    cli::{create_drawn_page, sign_up_as},
    server_process::{Server, free_port},
};

/// Method, path and fields; then the status for an anonymous client, a guest, another account and
/// the owner. `{page}` and the like are ids of the owner's rows.
const TABLE: &[(&str, &str, &str, [u16; 4])] = &[
    ("get", "accounts/form", "return_to=/", [200; 4]),
    ("post", "accounts/sign-up", "email=new@example.org&password=seven quiet otters", [200; 4]),
    ("post", "accounts/sign-in", "email=no@example.org&password=seven quiet otters", [401; 4]),
    ("post", "accounts/verify", "email=no@example.org&code=000000", [401; 4]),
    ("post", "accounts/resend", "email=no@example.org", [200; 4]),
    ("post", "accounts/magic-link", "email=no@example.org", [200; 4]),
    ("post", "accounts/forgot", "email=no@example.org", [200; 4]),
    ("post", "accounts/guest", "", [404; 4]),
    ("post", "accounts/link", "token=none", [200; 4]),
    ("post", "accounts/reset-link", "token=none", [200; 4]),
    ("post", "accounts/reset-password", "token=none&password=seven quiet otters", [401; 4]),
    ("get", "gallery", "search=cat", [401, 200, 200, 200]),
    ("get", "pages/details", "id={page}", [401, 404, 404, 200]),
    ("post", "pages/rename", "page={page}&title=Cat", [401, 404, 404, 200]),
    ("post", "pages/keep", "page={page}", [401, 404, 404, 200]),
    ("get", "books/details", "book={book}", [401, 404, 404, 200]),
    ("get", "books/choice", "book={book}", [401, 404, 404, 200]),
    ("post", "books/create", "title=Cats&pages[]={page}", [401, 404, 404, 200]),
    ("post", "books/pages", "book={book}&pages[]={page}", [401, 404, 404, 200]),
    ("post", "books/move", "book={book}&page={page}&direction=up", [401, 404, 404, 200]),
    ("post", "books/settings", "book={book}&title=Cats&paper=a4", [401, 404, 404, 200]),
    ("get", "account", "", [401, 200, 200, 200]),
    (
        "post",
        "account/password",
        "current_password=seven quiet otters&new_password=seven quiet otters",
        [401, 403, 200, 200],
    ),
    ("post", "account/address", "current_password=seven quiet otters&email=next@example.org", [401, 403, 200, 200]),
    ("post", "account/address/confirm", "email=next@example.org&code=000000", [401, 403, 401, 401]),
    ("get", "studio/account", "", [401, 200, 200, 200]),
    (
        "post",
        "studio/order",
        r#"{"order":{"photo":"{photo}","style":{"preset":"simple"},"edits":{},"hints_version":0},"key":"a key"}"#,
        [401, 404, 404, 200],
    ),
    ("get", "studio/job", "id={job}", [401, 404, 404, 200]),
    ("get", "admin", "", [401, 404, 404, 404]),
    ("get", "dev/mail", "", [200; 4]),
    // Last, because these change or delete the rows that the others use, or end the session.
    ("post", "pages/redraw", "page={page}&preset=toddler", [401, 404, 404, 200]),
    ("post", "books/delete", "book={book}", [401, 404, 404, 200]),
    ("post", "pages/delete", "page={page}", [401, 404, 404, 200]),
    // Says whether there was something to restore.
    ("post", "gallery/restore", "pages[]={page}", [401, 200, 200, 200]),
    ("post", "gallery/delete", "pages[]={page}", [401, 404, 404, 200]),
    ("post", "account/sessions/end", "id={session}", [401, 404, 404, 200]),
    ("post", "account/sessions/end-all", "", [401, 200, 200, 401]),
    ("post", "accounts/sign-out", "", [200; 4]),
    ("post", "account/delete", "current_password=seven quiet otters", [401; 4]),
];

/// A server with an owner of a page and a book, and the ids of the owner's rows.
struct Site {
    server: Server,
    owner: Client,
    ids: Vec<(&'static str, String)>,
    _folder: tempfile::TempDir,
}

impl Site {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Server::start(&folder, free_port());
        let base = server.base.clone();
        let owner = sign_up_as(&base, "owner@example.org").await;
        let send = async |request: RequestBuilder| -> Value {
            request.send().await.expect("a response").json().await.expect("JSON")
        };
        let (photo, job) = create_drawn_page(&owner, &base, "Our cat").await;
        let body = json!({ "title": "Cats", "page_ids": [job["page_id"]] });
        let book = send(owner.post(format!("{base}/api/v1/books")).json(&body)).await;
        let sessions = send(owner.get(format!("{base}/api/v1/auth/sessions"))).await;
        let id = |value: &Value| value.as_str().expect("an id").to_owned();
        let ids = vec![
            ("{photo}", id(&photo["id"])),
            ("{job}", id(&job["id"])),
            ("{page}", id(&job["page_id"])),
            ("{book}", id(&book["id"])),
            ("{session}", id(&sessions["items"][0]["id"])),
        ];
        Self { server, owner, ids, _folder: folder }
    }

    fn request(&self, client: &Client, method: &str, path: &str, fields: &str) -> RequestBuilder {
        let fields = self.ids.iter().fold(fields.to_owned(), |fields, (name, id)| fields.replace(name, id));
        let method: Method = method.to_uppercase().parse().expect("a method");
        let url = format!("{}/do/{path}", self.server.base);
        match method {
            Method::GET => client.get(format!("{url}?{fields}")),
            _ if fields.starts_with('{') => client.post(url).header("content-type", "application/json").body(fields),
            _ => client.post(url).header("content-type", "application/x-www-form-urlencoded").body(fields),
        }
    }
}

/// Asserts that the response is a problem document with this status, and returns its code.
async fn problem_code(response: Response, status: u16, request: &str) -> String {
    assert_eq!(response.status().as_u16(), status, "{request}");
    assert_eq!(response.headers()["content-type"], "application/problem+json", "{request}");
    let problem: Value = response.json().await.expect("JSON");
    problem["code"].as_str().expect("a code").to_owned()
}

#[test]
fn every_server_function_is_in_the_table() {
    let table: BTreeSet<_> = TABLE.iter().map(|(method, path, ..)| format!("{method} /do/{path}")).collect();
    let functions: BTreeSet<_> = app::ssr::server_functions()
        .map(|(path, method)| format!("{} {path}", method.as_str().to_lowercase()))
        .collect();
    assert_eq!(table, functions);
}

#[tokio::test]
async fn each_client_gets_the_status_in_the_table() {
    let site = Site::start().await;
    let anonymous = || Client::builder().no_proxy().build().expect("a client");
    let guest = Client::builder().cookie_store(true).no_proxy().build().expect("a client");
    let device = guest.post(format!("{}/api/v1/auth/device", site.server.base)).json(&json!({})).send().await;
    assert!(device.expect("a response").status().is_success());
    let other = sign_up_as(&site.server.base, "other@example.org").await;
    let mut wrong = Vec::new();
    for (method, path, fields, expected) in TABLE {
        let mut statuses = [0; 4];
        for (client, status) in [&anonymous(), &guest, &other, &site.owner].into_iter().zip(&mut statuses) {
            let response = site.request(client, method, path, fields).send().await.expect("a response");
            *status = response.status().as_u16();
        }
        if statuses != *expected {
            wrong.push(format!("{method} {path}: {statuses:?}, not {expected:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    site.server.kill();
}

#[tokio::test]
async fn damaged_requests_are_answered_with_problems() {
    let site = Site::start().await;
    let large = format!("email={}", "a".repeat(40_000));
    for (method, path, fields, _) in TABLE.iter().filter(|(method, ..)| *method == "post") {
        let request = || site.request(&site.owner, method, path, fields);
        let cross_site = request().header("sec-fetch-site", "cross-site").send().await.expect("a response");
        assert_eq!(problem_code(cross_site, 403, path).await, "cross_site");
        let too_large = request().body(large.clone()).send().await.expect("a response");
        assert_eq!(problem_code(too_large, 413, path).await, "body_too_large");
        // A second header would leave the first one in place.
        let url = format!("{}/do/{path}", site.server.base);
        let other_type = site.owner.post(url).header("content-type", "application/xml").body("<a/>");
        let other_type = other_type.send().await.expect("a response");
        assert_eq!(problem_code(other_type, 422, path).await, "body_invalid");
    }
    for (method, path, fields, _) in TABLE.iter().filter(|(_, _, fields, _)| fields.contains('{')) {
        let damaged = site.ids.iter().fold((*fields).to_owned(), |fields, (name, _)| fields.replace(name, "1"));
        let response = site.request(&site.owner, method, path, &damaged).send().await.expect("a response");
        let status = response.status().as_u16();
        assert!([404, 422].contains(&status), "{path}: {status}");
        problem_code(response, status, path).await;
    }
    let unknown = site.request(&site.owner, "post", "pages/of-an-older-version", "page={page}").send().await;
    assert_eq!(problem_code(unknown.expect("a response"), 409, "unknown").await, "outdated");
    site.server.kill();
}

#[tokio::test]
async fn refused_form_returns_to_its_screen_with_the_code_alone() {
    let site = Site::start().await;
    let browser = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
    let form = site.request(&browser, "post", "pages/rename", "page={page}&title=Our secret cat");
    let form = form.header("accept", "text/html").header("referer", format!("{}/gallery?after=1", site.server.base));
    let response = form.send().await.expect("a response");
    assert_eq!(response.status().as_u16(), 303);
    assert_eq!(response.headers()["location"], "/gallery?after=1&problem=signed_out");
    site.server.kill();
}
