//! Books and PDF exports: selected pages in order, as one PDF, for their owner only.

use std::sync::Arc;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app},
    trash::{self, empty_trash},
};

/// A parent with two pages, newest last.
async fn parent_with_pages(app: &Arc<App>) -> (TestClient, Vec<String>) {
    let parent = app.sign_up_parent("mia@example.org").await;
    let pages = vec![parent.create_drawn_page().await, parent.create_drawn_page().await];
    (parent, pages)
}

async fn create_book(person: &TestClient, pages: &[String]) -> Value {
    let response = person.post("/api/v1/books", json!({ "title": "Our summer", "page_ids": pages })).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    json_of(response).await
}

async fn update_book(person: &TestClient, book: &Value, update: Value) -> Response {
    let request = person.request(Method::PATCH, &format!("/api/v1/books/{}", text(book, "id")));
    request.json(&update).send().await.expect("a response")
}

/// The media box of each sheet of a PDF, in points.
async fn media_boxes(response: Response) -> Vec<String> {
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/pdf");
    let pdf = response.bytes().await.expect("bytes");
    let text = String::from_utf8_lossy(&pdf).into_owned();
    let boxes = text.split("/MediaBox[").skip(1);
    boxes.map(|rest| rest.split(']').next().expect("an end").to_owned()).collect()
}

const A4_LANDSCAPE: &str = "0 0 841.8898 595.2756";
const LETTER_LANDSCAPE: &str = "0 0 792 612";
const LETTER_PORTRAIT: &str = "0 0 612 792";

#[tokio::test]
async fn new_book_has_default_settings_and_a_cover() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let book = create_book(&parent, &pages).await;
        assert_eq!(
            (&book["paper"], &book["cover"], &book["page_numbers"]),
            (&json!("a4"), &json!(true), &json!(false))
        );
        let path = format!("/api/v1/books/{}", text(&book, "id"));
        assert_eq!(json_of(parent.get(&path).await).await, book);
        assert_eq!(media_boxes(parent.get(&format!("{path}/pdf")).await).await, [A4_LANDSCAPE; 3]);
    })
    .await;
}

#[tokio::test]
async fn update_changes_order_and_settings_of_a_book() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let book = create_book(&parent, &pages).await;
        let reversed = [pages[1].clone(), pages[0].clone()];
        let update =
            json!({ "page_ids": reversed, "paper": "letter", "cover": false, "page_numbers": true, "title": "Autumn" });
        let updated = json_of(update_book(&parent, &book, update).await).await;
        assert_eq!((&updated["title"], &updated["page_ids"]), (&json!("Autumn"), &json!(reversed)));
        assert_eq!(json_of(parent.get(&format!("/api/v1/books/{}", text(&book, "id"))).await).await, updated);
        assert_eq!(json_of(parent.get("/api/v1/books").await).await["items"], json!([updated]));

        let pdf = parent.get(&format!("/books/{}/pdf?download=1", text(&book, "id"))).await;
        let disposition = pdf.headers()["content-disposition"].to_str().expect("text").to_owned();
        assert!(disposition.starts_with("attachment") && disposition.contains("Autumn.pdf"), "{disposition}");
        assert_eq!(media_boxes(pdf).await, [LETTER_LANDSCAPE; 2]);
    })
    .await;
}

#[tokio::test]
async fn deleting_a_book_keeps_its_pages() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let path = format!("/api/v1/books/{}", text(&create_book(&parent, &pages).await, "id"));
        let delete = async || parent.request(Method::DELETE, &path).send().await.expect("a response");
        assert_eq!(delete().await.status(), StatusCode::NO_CONTENT);
        assert_problem(delete().await, 404, "not_found").await;
        assert_problem(parent.get(&path).await, 404, "not_found").await;
        assert_eq!(json_of(parent.get("/api/v1/books").await).await["items"], json!([]));
        assert_eq!(parent.page(&pages[0]).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn deleted_page_leaves_its_book() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let book = create_book(&parent, &pages).await;
        let path = format!("/api/v1/books/{}", text(&book, "id"));
        for (page, left) in [(&pages[0], json!([pages[1]])), (&pages[1], json!([]))] {
            parent.request(Method::DELETE, &format!("/api/v1/pages/{page}")).send().await.expect("a response");
            assert_eq!(json_of(parent.get(&path).await).await["page_ids"], left);
        }
        assert_problem(parent.get(&format!("{path}/pdf")).await, 409, "book_empty").await;
    })
    .await;
}

#[tokio::test]
async fn restored_page_returns_to_its_place_in_the_book() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let pages = [pages, vec![parent.create_drawn_page().await]].concat();
        let book = create_book(&parent, &pages).await;
        trash::delete(&parent, &[&pages[1]]).await;
        let updated = json_of(update_book(&parent, &book, json!({ "page_ids": [pages[2], pages[0]] })).await).await;
        assert_eq!(updated["page_ids"], json!([pages[2], pages[0]]));
        trash::restore(&parent, &[&pages[1]]).await;
        let book = json_of(parent.get(&format!("/api/v1/books/{}", text(&book, "id"))).await).await;
        // After the page that it followed before.
        assert_eq!(book["page_ids"], json!([pages[2], pages[0], pages[1]]));
        empty_trash(app).await;
    })
    .await;
}

#[tokio::test]
async fn pdf_is_marked_when_no_credits_are_left() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let path = format!("/api/v1/books/{}/pdf", text(&create_book(&parent, &pages).await, "id"));
        let unmarked = parent.get(&path).await.bytes().await.expect("bytes");
        assert_eq!(parent.balance().await, 1);
        parent.create_drawn_page().await;
        assert_eq!(parent.balance().await, 0);
        let marked = parent.get(&path).await.bytes().await.expect("bytes");
        assert!(marked.len() > unmarked.len() + 100, "no mark");
    })
    .await;
}

#[tokio::test]
async fn selected_pages_are_exported_as_one_pdf() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let export = async |body: Value| parent.post("/api/v1/pdf/export", body).await;
        let both = export(json!({ "page_ids": pages, "paper": "a4", "title": "Holidays" })).await;
        assert!(both.headers()["content-disposition"].to_str().expect("text").contains("Holidays.pdf"));
        assert_eq!(media_boxes(both).await, [A4_LANDSCAPE; 2]);
        let portrait = json!({ "page_ids": [pages[0]], "paper": "letter", "orientation": "portrait" });
        assert_eq!(media_boxes(export(portrait).await).await, [LETTER_PORTRAIT]);
    })
    .await;
}

#[tokio::test]
async fn invalid_exports_are_rejected() {
    with_app(async |app| {
        let (parent, pages) = parent_with_pages(app).await;
        let export = async |body: Value| parent.post("/api/v1/pdf/export", body).await;
        let many: Vec<_> = (0..101).map(|_| uuid::Uuid::now_v7().to_string()).collect();
        for selection in [json!([]), json!(many), json!([pages[0], pages[0]])] {
            let response = export(json!({ "page_ids": selection })).await;
            assert_problem(response, 422, "pages_out_of_range").await;
        }
        assert_problem(export(json!({ "page_ids": pages, "paper": "a0" })).await, 422, "body_invalid").await;
        assert_problem(export(json!({ "page_ids": ["x"] })).await, 422, "body_invalid").await;
        assert_problem(export(json!({ "page_ids": many[..100] })).await, 404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn page_without_a_drawing_cannot_join_a_book() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let page = text(&json_of(parent.request_page(&photo, None).await).await, "page_id");
        let body = json!({ "title": "Too early", "page_ids": [page] });
        assert_problem(parent.post("/api/v1/books", body).await, 409, "page_not_ready").await;
        let body = json!({ "page_ids": [page] });
        assert_problem(parent.post("/api/v1/pdf/export", body).await, 409, "page_not_ready").await;
        assert_eq!(json_of(parent.get("/api/v1/books").await).await["items"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn books_of_another_account_are_not_found() {
    with_app(async |app| {
        let (owner, pages) = parent_with_pages(app).await;
        let book = create_book(&owner, &pages).await;
        let other = app.sign_up_parent("noah@example.org").await;
        let path = format!("/api/v1/books/{}", text(&book, "id"));
        for address in [path.clone(), format!("{path}/pdf"), format!("/books/{}/pdf", text(&book, "id"))] {
            assert_problem(other.get(&address).await, 404, "not_found").await;
        }
        assert_problem(update_book(&other, &book, json!({ "title": "Mine" })).await, 404, "not_found").await;
        let delete = other.request(Method::DELETE, &path).send().await.expect("a response");
        assert_problem(delete, 404, "not_found").await;
        let theirs = json!({ "title": "Mine", "page_ids": pages });
        assert_problem(other.post("/api/v1/books", theirs).await, 404, "not_found").await;
        assert_problem(other.post("/api/v1/pdf/export", json!({ "page_ids": pages })).await, 404, "not_found").await;
        assert_eq!(json_of(other.get("/api/v1/books").await).await["items"], json!([]));
        assert_eq!(json_of(owner.get(&path).await).await, book);
    })
    .await;
}

#[tokio::test]
async fn books_require_a_session() {
    with_app(async |app| {
        let (owner, pages) = parent_with_pages(app).await;
        let book = create_book(&owner, &pages).await;
        let path = format!("/api/v1/books/{}", text(&book, "id"));
        for address in ["/api/v1/books", &path] {
            assert_problem(app.anonymous().get(address).await, 401, "signed_out").await;
        }
        let login = app.anonymous().get(&format!("/books/{}/pdf", text(&book, "id"))).await;
        assert_eq!(login.status(), StatusCode::SEE_OTHER);
    })
    .await;
}
