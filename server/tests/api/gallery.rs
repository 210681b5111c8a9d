//! The gallery: search by title, and forms that act on several selected pages.

use std::io::Cursor;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::{
    harness::{TestClient, assert_problem, json_of, location, text, with_app},
    trash::{submit_delete, submit_restore},
};

/// Submits a form of the gallery with these pages selected.
async fn submit(person: &TestClient, action: &str, pages: &[&str]) -> Response {
    let selected: Vec<_> = pages.iter().map(|id| ("pages[]", *id)).collect();
    person.request(Method::POST, &format!("/gallery/{action}")).form(&selected).send().await.expect("a response")
}

/// Titles of the person's pages that match the query, newest page first.
pub async fn search_titles(person: &TestClient, query: &str) -> Vec<String> {
    let query = utf8_percent_encode(query, NON_ALPHANUMERIC);
    let listing = json_of(person.get(&format!("/api/v1/pages?title={query}")).await).await;
    listing["items"].as_array().expect("a list").iter().map(|page| text(page, "title")).collect()
}

async fn make_page_titled(person: &TestClient, title: &str) -> String {
    let id = person.create_drawn_page().await;
    let request = person.request(Method::PATCH, &format!("/api/v1/pages/{id}")).json(&json!({ "title": title }));
    assert_eq!(request.send().await.expect("a response").status(), StatusCode::OK);
    id
}

#[tokio::test]
async fn search_ignores_case_and_takes_wildcards_literally() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        for title in ["Änne am See", "Our cat", "100% cat_nap"] {
            make_page_titled(&mia, title).await;
        }
        let ben = app.sign_up_parent("ben@example.org").await;
        make_page_titled(&ben, "Our other cat").await;
        for (query, titles) in [
            ("äNNE", ["Änne am See"].as_slice()),
            ("CAT our", &["Our cat"]),
            ("%", &["100% cat_nap"]),
            ("_", &["100% cat_nap"]),
            ("dog", &[]),
            (" ", &["100% cat_nap", "Our cat", "Änne am See"]),
        ] {
            assert_eq!(search_titles(&mia, query).await, titles, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn selected_pages_print_as_one_pdf() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let (one, two) = (mia.create_drawn_page().await, mia.create_drawn_page().await);
        let pdf = submit(&mia, "print", &[&one, &two]).await;
        assert_eq!(pdf.headers()["content-type"], "application/pdf");
        assert!(pdf.bytes().await.expect("bytes").starts_with(b"%PDF-"));
    })
    .await;
}

#[tokio::test]
async fn zip_of_pages_gives_every_file_a_unique_name() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let (one, two) = (make_page_titled(&mia, "Cat").await, make_page_titled(&mia, "Cat").await);
        let zip = submit(&mia, "archive", &[&one, &two]).await;
        assert_eq!(zip.headers()["content-type"], "application/zip");
        let zip = zip::ZipArchive::new(Cursor::new(zip.bytes().await.expect("bytes"))).expect("an archive");
        let mut names: Vec<_> = zip.file_names().collect();
        names.sort_unstable();
        assert_eq!(names, ["Cat 2.png", "Cat 2.svg", "Cat.png", "Cat.svg"]);
    })
    .await;
}

#[tokio::test]
async fn empty_selection_is_rejected() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        for action in ["print", "archive"] {
            let response = submit(&mia, action, &[]).await;
            assert_eq!(location(&response), "/gallery?problem=pages_out_of_range", "{action}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_others_cannot_be_selected() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        let ben = app.sign_up_parent("ben@example.org").await;
        for action in ["print", "archive"] {
            assert_eq!(location(&submit(&ben, action, &[&page]).await), "/gallery?problem=not_found", "{action}");
            assert_eq!(location(&submit(&app.anonymous(), action, &[&page]).await), "/auth/login?returnTo=/gallery");
        }
        assert_problem(submit_delete(&ben, &[&page]).await, 404, "not_found").await;
        assert_eq!(json_of(submit_restore(&ben, &[&page]).await).await, false);
        assert_eq!(mia.page(&page).await["status"], "ready");
    })
    .await;
}
