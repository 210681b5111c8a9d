//! The gallery: pages found by their title, printed together, taken along, deleted and taken back.

use std::io::Cursor;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use server::{jobs::Queue, worker::take};

use crate::{
    harness::{App, Person, assert_problem, json_of, location, text, with_app},
    invariants::{column, execute},
};

/// Sends a form of the gallery with these pages ticked.
async fn send(person: &Person, what: &str, pages: &[&str]) -> Response {
    let ticked: Vec<_> = pages.iter().map(|id| ("page", *id)).collect();
    person.request(Method::POST, &format!("/gallery/{what}")).form(&ticked).send().await.expect("an answer")
}

/// The minute is over for all that lies in the bin.
async fn empty_the_bin(app: &App) {
    execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE kind = 'empty_bin'").await;
    app.run_jobs().await;
}

async fn titled(person: &Person, title: &str) -> String {
    let id = person.make_page().await;
    let request = person.request(Method::PATCH, &format!("/api/v1/pages/{id}")).json(&json!({ "title": title }));
    assert_eq!(request.send().await.expect("an answer").status(), StatusCode::OK);
    id
}

async fn found(person: &Person, words: &str) -> Vec<String> {
    let words = utf8_percent_encode(words, NON_ALPHANUMERIC);
    let list = json_of(person.get(&format!("/api/v1/pages?title={words}")).await).await;
    list["items"].as_array().expect("a list").iter().map(|page| text(page, "title")).collect()
}

#[tokio::test]
async fn pages_are_found_by_words_of_their_title_whatever_the_letters() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        for title in ["Änne am See", "Our cat", "100% cat_nap"] {
            titled(&mia, title).await;
        }
        let ben = app.parent("ben@example.org").await;
        titled(&ben, "Our other cat").await;
        assert_eq!(found(&mia, "äNNE").await, ["Änne am See"]);
        assert_eq!(found(&mia, "CAT our").await, ["Our cat"]);
        assert_eq!(found(&mia, "%").await, ["100% cat_nap"]);
        assert_eq!(found(&mia, "_").await, ["100% cat_nap"]);
        assert_eq!(found(&mia, "dog").await, Vec::<String>::new());
        assert_eq!(found(&mia, " ").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn chosen_pages_are_one_document_or_one_archive() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let (one, two) = (titled(&mia, "Cat").await, titled(&mia, "Cat").await);
        let pdf = send(&mia, "print", &[&one, &two]).await;
        assert_eq!(pdf.headers()["content-type"], "application/pdf");
        assert!(pdf.bytes().await.expect("bytes").starts_with(b"%PDF-"));
        let zip = send(&mia, "archive", &[&one, &two]).await;
        assert_eq!(zip.headers()["content-type"], "application/zip");
        let zip = zip::ZipArchive::new(Cursor::new(zip.bytes().await.expect("bytes"))).expect("an archive");
        let mut names: Vec<_> = zip.file_names().collect();
        names.sort_unstable();
        assert_eq!(names, ["Cat 2.png", "Cat 2.svg", "Cat.png", "Cat.svg"]);
        assert_eq!(location(&send(&mia, "print", &[]).await), "/gallery?problem=pages_out_of_range");
        assert_eq!(location(&send(&mia, "archive", &[]).await), "/gallery?problem=pages_out_of_range");
        let ben = app.parent("ben@example.org").await;
        for (what, answer) in [
            ("print", "problem=not_found"),
            ("archive", "problem=not_found"),
            ("delete", "problem=not_found"),
            ("undo", "done=late"),
        ] {
            assert_eq!(location(&send(&ben, what, &[&one]).await), format!("/gallery?{answer}"), "{what}");
            assert_eq!(location(&send(&app.anonymous(), what, &[&one]).await), "/auth/login?returnTo=/gallery");
        }
        assert_eq!(mia.page(&one).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_page_can_be_taken_back_for_a_minute_and_is_as_it_was() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let page = mia.make_page().await;
        let before = mia.page(&page).await;
        assert_eq!(location(&send(&mia, "delete", &[&page]).await), "/gallery");
        assert_problem(mia.get(&format!("/api/v1/pages/{page}")).await, 404, "not_found").await;
        assert_problem(mia.get(&format!("/pages/{page}/svg")).await, 404, "not_found").await;
        assert_eq!(found(&mia, "").await, Vec::<String>::new());
        // Its job is there, but not due.
        app.run_jobs().await;
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery");
        let after = mia.page(&page).await;
        for field in ["title", "status", "keep_until", "created_at"] {
            assert_eq!(before[field], after[field]);
        }
        assert_eq!(mia.get(&format!("/pages/{page}/svg")).await.status(), StatusCode::OK);
        // From another window, once more: it is back already.
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery");
        // The job of the first time finds nothing to do.
        empty_the_bin(app).await;
        assert_eq!(mia.page(&page).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_page_in_the_bin_can_be_read_until_it_is_taken_back() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let job = json_of(mia.ask_for_page(&mia.photo().await, None).await).await;
        let (page, job) = (text(&job, "page_id"), format!("/api/v1/jobs/{}", text(&job, "id")));
        app.run_jobs().await;
        let downloads = mia.page(&page).await["downloads"].clone();
        assert!(json_of(mia.get(&job).await).await["downloads"].is_object());
        send(&mia, "delete", &[&page]).await;
        for file in ["png", "svg", "pdf", "preview"] {
            assert_problem(app.anonymous().get(&text(&downloads, file)).await, 404, "not_found").await;
        }
        assert!(json_of(mia.get(&job).await).await["downloads"].is_null());
        let all = mia.get("/api/v1/user/export").await.bytes().await.expect("an archive");
        let all = zip::ZipArchive::new(Cursor::new(all)).expect("an archive");
        assert!(!all.file_names().any(|name| name.starts_with("artifact/") || name.starts_with("preview/")));
        send(&mia, "undo", &[&page]).await;
        assert_eq!(app.anonymous().get(&text(&downloads, "png")).await.status(), StatusCode::OK);
        empty_the_bin(app).await;
    })
    .await;
}

#[tokio::test]
async fn after_a_minute_a_deleted_page_is_gone_for_good_with_its_files() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let page = mia.make_page().await;
        send(&mia, "delete", &[&page]).await;
        empty_the_bin(app).await;
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery?done=late");
        assert_eq!(column(&app.state, "SELECT path FROM assets").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn of_several_deleted_pages_the_others_come_back_when_the_minute_of_one_is_over() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let (one, two) = (mia.make_page().await, mia.make_page().await);
        send(&mia, "delete", &[&one]).await;
        empty_the_bin(app).await;
        send(&mia, "delete", &[&two]).await;
        assert_eq!(location(&send(&mia, "undo", &[&one, &two, &two]).await), "/gallery?done=late");
        empty_the_bin(app).await;
        assert_eq!(mia.page(&two).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_deleted_taken_back_and_deleted_again_has_its_whole_minute() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let page = mia.make_page().await;
        send(&mia, "delete", &[&page]).await;
        send(&mia, "undo", &[&page]).await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE kind = 'empty_bin'").await;
        // Ticked twice, it is one page.
        assert_eq!(location(&send(&mia, "delete", &[&page, &page]).await), "/gallery");
        app.run_jobs().await;
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery");
        empty_the_bin(app).await;
        assert_eq!(mia.page(&page).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_drawn_anew_can_be_taken_back_with_the_drawing_it_had() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let page = mia.make_page().await;
        mia.post(&format!("/api/v1/pages/{page}/redraw"), json!({ "style": { "preset": "toddler" } })).await;
        assert_eq!(location(&send(&mia, "delete", &[&page]).await), "/gallery");
        app.run_jobs().await;
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery");
        let after = mia.page(&page).await;
        assert_eq!((&after["status"], &after["style"]["preset"]), (&json!("ready"), &json!("simple")));
        empty_the_bin(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_page_in_the_bin_outlives_a_sweep_and_is_not_renamed() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let blank = json_of(mia.upload(crate::photos::blank(64, 64)).await).await;
        let page = text(&json_of(mia.ask_for_page(&text(&blank, "id"), None).await).await, "page_id");
        app.run_jobs().await;
        assert_eq!(mia.page(&page).await["status"], "failed");
        send(&mia, "delete", &[&page]).await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        let path = format!("/api/v1/pages/{page}");
        let rename = mia.request(Method::PATCH, &path).json(&json!({ "title": "Nobody" })).send().await;
        assert_problem(rename.expect("an answer"), 404, "not_found").await;
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery");
        empty_the_bin(app).await;
        assert_eq!(mia.page(&page).await["status"], "failed");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_kept_longer_while_it_is_drawn_keeps_its_drawing_as_long() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let photo = mia.photo().await;
        let page = text(&json_of(mia.ask_for_page(&photo, None).await).await, "page_id");
        let task = take(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        let keep = async {
            // The drawing is under way by then, and takes longer.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            mia.post(&format!("/api/v1/pages/{page}/keep"), json!({})).await
        };
        let (drawn, kept) = tokio::join!(task.run(&app.state), keep);
        drawn.expect("drawn");
        assert_eq!(kept.status(), StatusCode::OK);
        let other =
            "SELECT assets.path FROM assets JOIN pages ON pages.id = page_id WHERE expires_at <> pages.keep_until";
        assert_eq!(column(&app.state, other).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_being_drawn_is_deleted_at_once_and_its_credit_comes_back() {
    with_app(async |app| {
        let mia = app.parent("mia@example.org").await;
        let photo = mia.photo().await;
        let page = text(&json_of(mia.ask_for_page(&photo, None).await).await, "page_id");
        assert_eq!(mia.balance().await, 2);
        assert_eq!(location(&send(&mia, "delete", &[&page]).await), "/gallery");
        assert_eq!(mia.balance().await, 3);
        assert_eq!(location(&send(&mia, "undo", &[&page]).await), "/gallery?done=late");
    })
    .await;
}
