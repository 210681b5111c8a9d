//! Pages: creating, listing, renaming, downloading and deleting them, for their owner only.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::db::Db;

use crate::{
    harness::{assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
};

fn ids_of(listing: &Value) -> Vec<String> {
    listing["items"].as_array().expect("a list").iter().map(|page| text(page, "id")).collect()
}

#[tokio::test]
async fn page_is_drawn_at_print_size_for_one_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let page = parent.page(&id).await;
        assert_eq!(page["status"], "ready");
        assert_eq!(page["title"], "Our cat");
        assert_eq!(parent.balance().await, 2);
        let png = parent.get(&text(&page["downloads"], "png")).await;
        assert_eq!(png.headers()["content-type"], "image/png");
        let png = png.bytes().await.expect("bytes");
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        assert_eq!((side(16), side(20)), (3508, 2631));
    })
    .await;
}

#[tokio::test]
async fn page_files_have_the_right_type_and_headers() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        for (path, kind, start) in [
            ("svg", "image/svg+xml", b"<svg".as_slice()),
            ("png", "image/png", b"\x89PNG"),
            ("preview", "image/png", b"\x89PNG"),
            ("pdf", "application/pdf", b"%PDF-"),
            ("pdf?paper=letter&download", "application/pdf", b"%PDF-"),
        ] {
            let response = parent.get(&format!("/pages/{id}/{path}")).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()["content-type"], kind);
            assert_eq!(response.headers()["cache-control"], "private, no-store");
            let disposition = response.headers()["content-disposition"].to_str().expect("text").to_owned();
            assert!(disposition.contains("Our_cat."), "{disposition}");
            assert_eq!(disposition.starts_with("attachment"), path.contains("download"), "{disposition}");
            let bytes = response.bytes().await.expect("bytes");
            let start_of_file = &bytes[..200.min(bytes.len())];
            assert!(start_of_file.windows(start.len()).any(|window| window == start), "{path}");
        }
        assert_problem(parent.get(&format!("/pages/{id}/pdf?paper=a0")).await, 422, "body_invalid").await;
    })
    .await;
}

#[tokio::test]
async fn signed_url_needs_no_session_and_rejects_changes() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let page = parent.page(&id).await;
        let stranger = app.anonymous();
        for file in ["png", "svg", "pdf", "preview"] {
            let address = text(&page["downloads"], file);
            assert_eq!(stranger.get(&address).await.status(), StatusCode::OK, "{file}");
            let forged = address.replace("until=1", "until=2");
            assert_ne!(forged, address);
            assert_problem(stranger.get(&forged).await, 403, "link_expired").await;
        }
    })
    .await;
}

#[tokio::test]
async fn range_requests_work_by_signed_url_and_by_session() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let page = parent.page(&id).await;
        let stranger = app.anonymous();
        let png = text(&page["downloads"], "png");
        let request = stranger.request(Method::GET, &png).header("Range", "bytes=1-3");
        let part = request.send().await.expect("a response");
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        assert!(part.headers()["content-range"].to_str().expect("text").starts_with("bytes 1-3/"));
        assert_eq!(part.bytes().await.expect("bytes").as_ref(), b"PNG");
        let by_session = format!("/pages/{id}/png");
        let part =
            parent.request(Method::GET, &by_session).header("Range", "bytes=-4").send().await.expect("a response");
        assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
        let request = stranger.request(Method::GET, &png).header("Range", "bytes=99999999-");
        assert_problem(request.send().await.expect("a response"), 416, "range_not_satisfiable").await;
    })
    .await;
}

#[tokio::test]
async fn range_requests_follow_rfc_9110() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let path = format!("/pages/{id}/png");
        let file = parent.get(&path).await.bytes().await.expect("bytes");
        let length = file.len();
        let request_range = async |range: &str| parent.request(Method::GET, &path).header("Range", range).send().await;
        for (range, first, last) in [
            ("bytes=0-0", 0, 0),
            ("bytes=2-", 2, length - 1),
            ("bytes=-4", length - 4, length - 1),
            ("bytes=-99999999", 0, length - 1),
            ("bytes=0-99999999999999999999999", 0, length - 1),
        ] {
            let part = request_range(range).await.expect("a response");
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!(part.headers()["content-range"], format!("bytes {first}-{last}/{length}"), "{range}");
            assert_eq!(part.bytes().await.expect("bytes"), file.slice(first..=last), "{range}");
        }
        // Several ranges, invalid ranges and unknown units get the whole file.
        for range in ["bytes=0-1,4-5", "bytes=5-2", "bytes=-", "bytes=x-2", "bytes", "lines=1-2"] {
            let response = request_range(range).await.expect("a response");
            assert_eq!(response.status(), StatusCode::OK, "{range}");
            assert_eq!(response.bytes().await.expect("bytes").len(), length, "{range}");
        }
        let response = parent.request(Method::GET, &path).header("Range", "bytes=0-1").header("If-Range", "\"older\"");
        assert_eq!(response.send().await.expect("a response").status(), StatusCode::OK);
        let head = parent.request(Method::HEAD, &path).header("Range", "bytes=0-1").send().await.expect("a response");
        assert_eq!(head.status(), StatusCode::OK);
        for range in [format!("bytes={length}-"), "bytes=-0".to_owned(), "bytes=99999999999999999999999-".to_owned()] {
            let response = request_range(&range).await.expect("a response");
            assert_eq!(response.headers()["content-range"], format!("bytes */{length}"), "{range}");
            assert_problem(response, 416, "range_not_satisfiable").await;
        }
    })
    .await;
}

#[tokio::test]
async fn pages_are_listed_newest_first() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(parent.create_drawn_page().await);
        }
        made.reverse();
        let listing = json_of(parent.get("/api/v1/pages").await).await;
        assert_eq!(ids_of(&listing), made);
        assert_eq!(listing["next"], json!(null));
        let rest = json_of(parent.get(&format!("/api/v1/pages?next={}", made[0])).await).await;
        assert_eq!(ids_of(&rest), made[1..]);
    })
    .await;
}

#[tokio::test]
async fn page_listing_continues_after_24_pages() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let mut made = vec![parent.create_drawn_page().await];
        for _ in 0..24 {
            let id = uuid::Uuid::now_v7();
            let literal = match app.state.db {
                Db::Sqlite { .. } => format!("x'{}'", id.simple()),
                Db::Postgres(_) => format!("'{id}'"),
            };
            let sql = format!(
                "INSERT INTO pages (id, user_id, title, status, style, created_at, keep_until)
                 SELECT {literal}, user_id, title, 'failed', style, created_at, keep_until FROM pages LIMIT 1"
            );
            execute(&app.state, &sql).await;
            made.push(id.to_string());
        }
        made.reverse();
        let first = json_of(parent.get("/api/v1/pages").await).await;
        assert_eq!(ids_of(&first), made[..24]);
        let second = json_of(parent.get(&format!("/api/v1/pages?next={}", text(&first, "next"))).await).await;
        assert_eq!(ids_of(&second), made[24..]);
        assert_eq!(second["next"], json!(null));
    })
    .await;
}

#[tokio::test]
async fn renaming_a_page_changes_its_pdf() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let rename = async |title: &str| {
            let request = parent.request(Method::PATCH, &format!("/api/v1/pages/{id}"));
            request.json(&json!({ "title": title })).send().await.expect("a response")
        };
        let before = parent.get(&format!("/pages/{id}/pdf")).await.bytes().await.expect("bytes");
        assert_eq!(json_of(rename(" Katze\nim Garten ").await).await["title"], "Katze im Garten");
        let after = parent.get(&format!("/pages/{id}/pdf")).await.bytes().await.expect("bytes");
        assert_ne!(before, after);
    })
    .await;
}

#[tokio::test]
async fn invalid_titles_are_rejected() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        for (title, code) in [("  ".to_owned(), "title_empty"), ("x".repeat(121), "title_too_long")] {
            let request = parent.request(Method::PATCH, &format!("/api/v1/pages/{id}"));
            let response = request.json(&json!({ "title": title })).send().await.expect("a response");
            assert_problem(response, 422, code).await;
        }
        assert_eq!(parent.page(&id).await["title"], "Our cat");
    })
    .await;
}

#[tokio::test]
async fn deleting_a_page_deletes_its_photo_and_files() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = parent.create_drawn_page().await;
        let png = text(&parent.page(&id).await["downloads"], "png");
        let delete =
            async || parent.request(Method::DELETE, &format!("/api/v1/pages/{id}")).send().await.expect("a response");
        assert_eq!(delete().await.status(), StatusCode::NO_CONTENT);
        assert_problem(app.anonymous().get(&png).await, 404, "not_found").await;
        assert_problem(delete().await, 404, "not_found").await;
        app.run_jobs().await;
        let left = select_column(&app.state, "SELECT path FROM assets").await;
        assert_eq!(left, Vec::<String>::new());
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn page_of_another_account_is_not_found() {
    with_app(async |app| {
        let owner = app.sign_up_parent("mia@example.org").await;
        let other = app.sign_up_parent("noah@example.org").await;
        let id = owner.create_drawn_page().await;
        for path in ["", "/png"] {
            let api = if path.is_empty() { "/api/v1" } else { "" };
            assert_problem(other.get(&format!("{api}/pages/{id}{path}")).await, 404, "not_found").await;
        }
        let path = format!("/api/v1/pages/{id}");
        let rename = other.request(Method::PATCH, &path).json(&json!({ "title": "Mine" })).send().await;
        assert_problem(rename.expect("a response"), 404, "not_found").await;
        let delete = other.request(Method::DELETE, &path).send().await.expect("a response");
        assert_problem(delete, 404, "not_found").await;
        let photo = owner.upload_photo().await;
        assert_problem(other.request_page(&photo, None).await, 404, "not_found").await;
        assert_eq!(json_of(other.get("/api/v1/pages").await).await["items"], json!([]));
        assert_eq!(owner.page(&id).await["title"], "Our cat");
    })
    .await;
}

#[tokio::test]
async fn expired_photo_cannot_become_a_page() {
    with_settings(&[("--keep-original-days", "0")], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        assert_problem(parent.request_page(&photo, None).await, 404, "not_found").await;
        assert_eq!(server::retention::sweep(&app.state, false).await.expect("sweeps").removed, 1);
    })
    .await;
}

#[tokio::test]
async fn expired_page_is_hidden_and_swept() {
    with_settings(&[("--keep-page-days", "0")], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        assert_problem(parent.get(&format!("/api/v1/pages/{page}")).await, 404, "not_found").await;
        assert_eq!(select_column(&app.state, "SELECT title FROM pages").await, ["Our cat"]);
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        assert_eq!(select_column(&app.state, "SELECT title FROM pages").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn lines_added_by_hand_are_drawn_last() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let create = |edits: Value| {
            let body = json!({ "asset_id": photo, "style": { "preset": "simple" }, "edits": edits });
            parent.post("/api/v1/jobs", body)
        };
        let mut drawn = Vec::new();
        for edits in [json!({}), json!({ "added": [[[0, 0], [100, 50.5], [1024, 768]]] })] {
            let response = create(edits).await;
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            let page = text(&json_of(response).await, "page_id");
            app.run_jobs().await;
            let svg = parent.get(&format!("/pages/{page}/svg")).await.text().await.expect("text");
            drawn.push(svg.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path").to_owned());
        }
        let (before, after) = (&drawn[0], &drawn[1]);
        assert!(after.starts_with(before.as_str()) && after.len() > before.len(), "the line is not the last stroke");
    })
    .await;
}

#[tokio::test]
async fn invalid_edits_are_rejected_and_cost_nothing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        for bad in [
            json!({ "added": [[[0, 0]]] }),
            json!({ "added": [[[0, 0], [0, 1025]]] }),
            json!({ "erased": vec![1; 1001] }),
            json!({ "erased": [-1] }),
            json!({ "moved": [] }),
        ] {
            let body = json!({ "asset_id": photo, "style": { "preset": "simple" }, "edits": bad });
            assert_problem(parent.post("/api/v1/jobs", body).await, 422, "body_invalid").await;
        }
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}
