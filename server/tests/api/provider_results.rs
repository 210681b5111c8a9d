//! Results of external providers: download, SSRF protection, retries, provisional images, and
//! videos.

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    generators::{count_refunds, create_page, finish_jobs, request_page, with_provider},
    harness::{assert_problem, text},
    invariants::{execute, select_column},
    provider::{File, Provider, video},
};

#[tokio::test]
async fn invalid_result_is_rejected_without_retry() {
    for file in [File::Redirect, File::Huge, File::HugeChunked, File::Text, File::Empty] {
        with_provider("fal", async |app, provider| {
            provider.script(|script| script.files = vec![file]);
            let (_, page, balance) = create_page(app, false).await;
            assert_eq!(
                (page["status"].as_str(), balance, count_refunds(app).await),
                (Some("failed"), 3, 1),
                "{file:?}"
            );
            assert_eq!(provider.script(|script| script.fetches), 1, "{file:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn result_is_not_fetched_from_internal_addresses() {
    let inside = Provider::start().await;
    let port = inside.base.rsplit(':').next().expect("a port").to_owned();
    // Literal addresses are rejected without a retry. A name is rejected when it is resolved, which
    // may be retried.
    for (url, fetches) in [
        (format!("{}/files/x", inside.base), "1"),
        (format!("https://127.0.0.1:{port}/files/x"), "1"),
        (format!("https://[::ffff:127.0.0.1]:{port}/files/x"), "1"),
        (format!("https://localhost:{port}/files/x"), "4"),
        (format!("https://user@127.0.0.1:{port}/files/x"), "1"),
        ("https://169.254.169.254/latest/meta-data".to_owned(), "1"),
        ("file:///etc/passwd".to_owned(), "1"),
        ("nonsense".to_owned(), "1"),
    ] {
        with_provider("fal", async |app, provider| {
            provider.script(|script| script.result_url = Some(url.clone()));
            let (_, page, balance) = create_page(app, false).await;
            assert_eq!((page["status"].as_str(), balance), (Some("failed"), 3), "{url}");
            let tried = "SELECT CAST(fetches AS TEXT) FROM generations";
            assert_eq!(select_column(&app.state, tried).await, [fetches], "{url}");
        })
        .await;
    }
    assert_eq!(inside.script(|script| script.fetches), 0);
}

#[tokio::test]
async fn failed_download_is_retried_three_times() {
    for file in [File::BadGateway, File::Truncated] {
        with_provider("fal", async |app, provider| {
            provider.script(|script| script.files = vec![file]);
            let (_, page, balance) = create_page(app, false).await;
            assert_eq!((page["status"].as_str(), balance, count_refunds(app).await), (Some("failed"), 3, 1));
            assert_eq!(provider.script(|script| (script.submissions.len(), script.fetches)), (1, 4));
        })
        .await;
    }
}

#[tokio::test]
async fn slow_result_is_fetched_by_a_retry() {
    with_provider("fal", async |app, provider| {
        // The first download exceeds the timeout of 15 seconds.
        provider.script(|script| script.files = vec![File::Slow, File::BadGateway, File::Picture]);
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = request_page(&parent, false).await;
        let id = text(&job, "page_id");
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        let start = std::time::Instant::now();
        app.run_jobs().await;
        let took = start.elapsed().as_secs();
        assert!((14..25).contains(&took), "{took} s");
        assert_eq!(parent.page(&id).await["status"], "drawing");
        let is_delayed = "SELECT CAST(run_at > 0 AS TEXT) FROM jobs WHERE kind = 'draw_page'";
        assert!(
            ["1", "true"].contains(&select_column(&app.state, is_delayed).await[0].as_str()),
            "the retry has a delay"
        );

        finish_jobs(app).await;
        assert_eq!(parent.page(&id).await["status"], "ready");
        assert_eq!(provider.script(|script| (script.submissions.len(), script.fetches)), (1, 3));
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn provisional_image_is_shown_from_allowed_hosts_only() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.files = vec![File::BadGateway, File::Picture]);
        let parent = app.sign_up_parent("mia@example.org").await;
        let id = text(&request_page(&parent, false).await, "page_id");
        app.run_jobs().await;
        execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'").await;
        app.run_jobs().await;
        let owner =
            select_column(&app.state, "SELECT path FROM assets").await[0].split('/').next().expect("an id").to_owned();
        let owner = owner.parse().expect("an id");
        let provisional_url = async || {
            let mut tx = app.state.db.begin_read(server::db::Authority::Owner(owner)).await.expect("reads");
            let page = id.parse().expect("an id");
            server::generators::provisional_image_url(&app.state, &mut tx, owner, page).await.expect("reads")
        };
        let set_url = async |url: &str| {
            execute(&app.state, &format!("UPDATE generations SET result_url = '{url}'")).await;
        };
        let real = select_column(&app.state, "SELECT result_url FROM generations").await.remove(0);
        assert_eq!(provisional_url().await, None, "the stub's host is not allowed");
        let allowed = "https://pictures.example.org/a.png";
        set_url(allowed).await;
        assert_eq!(provisional_url().await.as_deref(), Some(allowed));
        for url in ["https://pictures.example.org.evil.example/a.png", "http://pictures.example.org/a.png"] {
            set_url(url).await;
            assert_eq!(provisional_url().await, None, "{url}");
        }
        set_url(&real).await;
        finish_jobs(app).await;
        assert_eq!(parent.page(&id).await["status"], "ready");
        // Also for an allowed host, once the result is stored.
        set_url(allowed).await;
        assert_eq!(provisional_url().await, None);
    })
    .await;
}

#[tokio::test]
async fn video_is_stored_beside_the_page_and_deleted_with_it() {
    with_provider("fal", async |app, provider| {
        provider.script(|script| script.files = vec![File::Video]);
        let (parent, page, balance) = create_page(app, false).await;
        assert_eq!((page["status"].as_str(), balance), (Some("ready"), 2));
        let id = text(&page, "id");
        for address in [format!("/pages/{id}/film"), text(&page["downloads"], "video")] {
            let answer = parent.request(reqwest::Method::GET, &address).header("Range", "bytes=4-7").send().await;
            let answer = answer.expect("an answer");
            assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
            assert_eq!(answer.headers()["content-type"], "video/mp4");
            assert_eq!(answer.bytes().await.expect("bytes").as_ref(), b"ftyp");
        }
        assert_eq!(parent.get(&format!("/pages/{id}/film")).await.bytes().await.expect("bytes").len(), video().len());
        // A redrawn page keeps its video.
        let again = json!({ "style": { "preset": "detailed" } });
        assert_eq!(parent.post(&format!("/api/v1/pages/{id}/redraw"), again).await.status(), StatusCode::ACCEPTED);
        finish_jobs(app).await;
        assert_eq!(provider.script(|script| script.submissions.len()), 1, "the local engine redraws");
        assert!(parent.page(&id).await["downloads"]["video"].is_string());
        parent.request(reqwest::Method::DELETE, &format!("/api/v1/pages/{id}")).send().await.expect("an answer");
        assert_problem(parent.get(&format!("/pages/{id}/film")).await, 404, "not_found").await;
    })
    .await;
}
