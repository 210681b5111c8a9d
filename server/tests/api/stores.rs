//! File storage: the same tests on a folder and on an S3 bucket.

use std::{net::SocketAddr, sync::Arc};

use hyper_util::rt::TokioIo;
use reqwest::{Client, Method, Response, StatusCode, header};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde_json::{Value, json};
use server::{config::Storage, retention::sweep};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
    photos,
};

/// Creates a bucket on a server that needs no signature for that. Returns the storage URL.
pub async fn create_bucket(server: &str) -> String {
    let name = format!("test-{}", Uuid::now_v7().simple());
    let client = Client::builder().no_proxy().build().expect("a client");
    let answer = client.put(format!("{server}/{name}")).send().await.expect("an S3 server");
    assert!(answer.status().is_success(), "{}", answer.status());
    format!("s3://{name}?endpoint={server}&region=us-east-1&access_key_id=key&secret_access_key=secret")
}

/// Starts an S3 server over a folder in this process; it checks signatures. Returns the storage
/// URL.
pub async fn start_s3(folder: &TempDir) -> String {
    std::fs::create_dir(folder.path().join("pages")).expect("a bucket");
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).expect("a folder"));
    builder.set_auth(SimpleAuth::from_single("key", "secret"));
    let service = builder.build();
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(connection);
        }
    });
    format!("s3://pages?endpoint=http://{address}&region=us-east-1&access_key_id=key&secret_access_key=secret")
}

/// Runs a test on the default storage, and again on a bucket.
async fn with_both(story: impl AsyncFn(&Arc<App>)) {
    with_app(&story).await;
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = start_s3(&folder).await;
    with_settings(&[("--storage-url", &bucket)], &story).await;
}

/// Whether the server itself receives direct uploads.
fn is_folder(app: &App) -> bool {
    matches!(app.state.config.storage(), Ok(Storage::Folder(_)))
}

/// Registers a direct upload and returns its ticket.
async fn request_ticket(person: &TestClient, content_type: &str, size: usize) -> Value {
    let body = json!({ "filename": "cat.jpg", "content_type": content_type, "size": size });
    let answer = person.post("/api/v1/upload", body).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    json_of(answer).await
}

/// Sends a file to the presigned URL of a ticket, without a session.
async fn put_file(app: &App, ticket: &Value, file: Vec<u8>) -> Response {
    let url = text(ticket, "upload_url");
    let url = if url.starts_with('/') { format!("{}{url}", app.base) } else { url };
    let client = Client::builder().no_proxy().build().expect("a client");
    let request = client.put(url).header(header::CONTENT_TYPE, text(ticket, "content_type"));
    request.body(file).send().await.expect("an answer")
}

#[tokio::test]
async fn page_files_are_served_and_deleted_on_both_stores() {
    with_both(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let page = parent.create_drawn_page().await;
        let downloads = parent.page(&page).await["downloads"].clone();
        for (kind, content_type) in
            [("png", "image/png"), ("svg", "image/svg+xml"), ("pdf", "application/pdf"), ("preview", "image/png")]
        {
            let address = text(&downloads, kind);
            let stranger = app.anonymous();
            let whole = stranger.get(&address).await;
            assert_eq!(whole.headers()["content-type"], content_type);
            assert!(whole.headers()["content-disposition"].to_str().expect("text").starts_with("inline"));
            let whole = whole.bytes().await.expect("a file");
            let part = stranger.request(Method::GET, &address).header("Range", "bytes=10-19").send().await;
            let part = part.expect("an answer");
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
            if kind != "pdf" {
                assert_eq!(part.bytes().await.expect("a part"), whole.slice(10..20));
            }
        }
        let answer = parent.request(Method::DELETE, &format!("/api/v1/pages/{page}")).send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::NO_CONTENT);
        assert_problem(app.anonymous().get(&text(&downloads, "png")).await, 404, "not_found").await;
        app.run_jobs().await;
        assert_eq!(app.state.files.list().await.expect("listed"), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn direct_upload_becomes_a_page() {
    with_both(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = photos::jpeg_with_exif(400, 300, 6);
        let ticket = request_ticket(&parent, "image/jpeg", photo.len()).await;
        assert_problem(parent.request_page(&text(&ticket, "id"), None).await, 422, "photo_missing").await;
        assert!(put_file(app, &ticket, photo).await.status().is_success());
        let other = app.sign_up_parent("noah@example.org").await;
        assert_problem(other.request_page(&text(&ticket, "id"), None).await, 404, "not_found").await;
        let id = text(&ticket, "id");
        let requests = (0..5).map(|_| parent.request_page(&id, Some("once")));
        for answer in futures::future::join_all(requests).await {
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
        }
        app.run_jobs().await;
        assert_eq!(parent.balance().await, 2);
        // Stored upright and without metadata; the sent file is deleted.
        let paths = select_column(&app.state, "SELECT path FROM assets WHERE kind = 'original' AND width = 300").await;
        assert_eq!(paths.len(), 1);
        let stored = app.state.files.get(&paths[0]).await.expect("stored");
        assert!(!stored.windows(4).any(|window| window == b"Exif"));
        assert_eq!(app.state.files.size(&text(&ticket, "path")).await.expect("size is read"), None);
    })
    .await;
}

#[tokio::test]
async fn direct_upload_is_validated_before_use() {
    with_both(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        for (content_type, size, status, code) in [
            ("image/svg+xml", 100, 415, "photo_unsupported"),
            ("image/jpeg", 0, 422, "photo_empty"),
            ("image/jpeg", 11 << 20, 413, "photo_too_large"),
        ] {
            let body = json!({ "filename": "x", "content_type": content_type, "size": size });
            assert_problem(parent.post("/api/v1/upload", body).await, status, code).await;
        }
        let diary = b"Dear diary, this is no photo at all.".to_vec();
        let ticket = request_ticket(&parent, "image/jpeg", diary.len()).await;
        put_file(app, &ticket, diary).await;
        assert_problem(parent.request_page(&text(&ticket, "id"), None).await, 415, "photo_not_an_image").await;
        // Longer than announced: a folder's PUT is rejected at once, a bucket's file when it is
        // used.
        let photo = photos::jpeg(400, 300);
        let ticket = request_ticket(&parent, "image/jpeg", photo.len() - 1).await;
        put_file(app, &ticket, photo).await;
        let code = if is_folder(app) { "photo_missing" } else { "upload_differs" };
        assert_problem(parent.request_page(&text(&ticket, "id"), None).await, 422, code).await;
        // Of another type than announced.
        let photo = photos::jpeg(400, 300);
        let ticket = request_ticket(&parent, "image/png", photo.len()).await;
        put_file(app, &ticket, photo).await;
        let answer = parent.request_page(&text(&ticket, "id"), None).await;
        assert_eq!(assert_problem(answer, 422, "upload_differs").await["field"], "content_type");
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn repeated_request_returns_the_page_after_its_upload_ended() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = photos::jpeg(400, 300);
        let ticket = request_ticket(&parent, "image/jpeg", photo.len()).await;
        assert!(put_file(app, &ticket, photo).await.status().is_success());
        let first = json_of(parent.request_page(&text(&ticket, "id"), Some("once")).await).await;
        app.run_jobs().await;
        execute(&app.state, "UPDATE uploads SET expires_at = 1").await;
        sweep(&app.state, false).await.expect("sweeps");
        let again = json_of(parent.request_page(&text(&ticket, "id"), Some("once")).await).await;
        assert_eq!(again["page_id"], first["page_id"]);
        let other = parent.upload_photo().await;
        assert_problem(parent.request_page(&other, Some("once")).await, 422, "idempotency_key_reused").await;
    })
    .await;
}

#[tokio::test]
async fn presigned_url_is_valid_for_its_own_file_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = format!("file://{}", folder.path().display());
    with_settings(&[("--storage-url", &storage)], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = photos::jpeg(64, 64);
        let one = request_ticket(&parent, "image/jpeg", photo.len()).await;
        let two = request_ticket(&parent, "image/jpeg", photo.len()).await;
        let mut forged = one.clone();
        forged["upload_url"] = json!(text(&one, "upload_url").replace(&text(&one, "path"), &text(&two, "path")));
        assert_problem(put_file(app, &forged, photo.clone()).await, 403, "link_expired").await;
        // A URL for reading does not allow writing.
        let page = parent.create_drawn_page().await;
        let mut reading = one.clone();
        reading["upload_url"] = parent.page(&page).await["downloads"]["svg"].clone();
        assert_problem(put_file(app, &reading, photo.clone()).await, 403, "link_expired").await;
        assert_eq!(put_file(app, &one, photo).await.status(), StatusCode::CREATED);
        let body = json!({ "filename": "x", "content_type": "image/jpeg", "size": 9 });
        assert_problem(app.anonymous().post("/api/v1/upload", body).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn presigned_url_uses_the_public_endpoint() {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = start_s3(&folder).await;
    let port = bucket.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('&').next()).expect("a port");
    let outside = format!("http://localhost:{port}");
    with_settings(&[("--storage-url", &format!("{bucket}&public_endpoint={outside}"))], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = photos::jpeg(400, 300);
        let ticket = request_ticket(&parent, "image/jpeg", photo.len()).await;
        assert!(text(&ticket, "upload_url").starts_with(&outside), "{ticket}");
        assert!(put_file(app, &ticket, photo).await.status().is_success());
        assert_eq!(parent.request_page(&text(&ticket, "id"), None).await.status(), StatusCode::ACCEPTED);
    })
    .await;
}

#[tokio::test]
async fn guest_photo_goes_to_one_account_with_its_claim() {
    with_both(async |app| {
        let guest = app.anonymous();
        let answer = guest.upload(photos::jpeg(320, 240)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let photo = json_of(answer).await;
        let (path, claim) = (text(&photo, "path"), text(&photo, "claim"));
        assert!(path.starts_with("public/"), "{path}");

        let body = json!({ "path": path, "claim": claim });
        assert_problem(guest.post("/api/v1/associate-file", body.clone()).await, 401, "signed_out").await;
        let (mia, noah) = (app.sign_up_parent("mia@example.org").await, app.sign_up_parent("noah@example.org").await);
        for wrong in [json!({ "path": path, "claim": "0".repeat(64) }), json!({ "path": "public/x", "claim": claim })] {
            assert_problem(mia.post("/api/v1/associate-file", wrong).await, 404, "not_found").await;
        }
        // PostgreSQL cannot store NUL in text.
        let nul = json!({ "path": "public/\0", "claim": claim });
        assert_problem(mia.post("/api/v1/associate-file", nul).await, 404, "not_found").await;
        // Both accounts concurrently, ten times each.
        let requests =
            (0..20).map(|n| if n % 2 == 0 { &mia } else { &noah }.post("/api/v1/associate-file", body.clone()));
        let answers = futures::future::join_all(requests).await;
        let won = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
        assert_eq!(won, 10, "one account, at every attempt");
        let owners = select_column(&app.state, "SELECT path FROM assets WHERE kind = 'original'").await;
        assert_eq!(owners.len(), 1);
        let winner = if answers[0].status() == StatusCode::OK { &mia } else { &noah };
        let asset = json_of(winner.post("/api/v1/associate-file", body).await).await;
        assert_eq!(text(&asset, "path"), owners[0]);
        assert_eq!(winner.request_page(&text(&asset, "id"), None).await.status(), StatusCode::ACCEPTED);
        app.run_jobs().await;
        assert_eq!(app.state.files.size(&path).await.expect("size is read"), None);
    })
    .await;
}
