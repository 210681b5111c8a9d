//! The trash: pages that are deleted from the gallery, restored within a minute, or deleted for
//! good.

use std::{collections::BTreeSet, io::Cursor};

use axum::{Json, Router, extract::State, routing::post};
use model::PageId;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use server::{AppState, Error, db::Db, identity::Account, pages};
use sqlx::AssertSqlSafe;

use crate::{
    gallery::search_titles,
    harness::{App, TestClient, assert_problem, json_of, text, with_app},
    invariants::{execute, select_column},
};

/// Makes every job that empties the trash due.
pub async fn end_restore_period(app: &App) {
    execute(&app.state, "UPDATE jobs SET run_at = 0 WHERE kind = 'empty_trash'").await;
}

/// Ends the minute in which pages can be restored, and deletes what is in the trash.
pub async fn empty_trash(app: &App) {
    end_restore_period(app).await;
    app.run_jobs().await;
}

/// Stands in for the server functions of the gallery, which are in the `app` crate.
pub fn routes(state: AppState) -> Router {
    async fn handle_delete(
        State(state): State<AppState>,
        account: Account,
        Json(ids): Json<Vec<PageId>>,
    ) -> Result<(), Error> {
        pages::move_to_trash(&state, &account, &ids).await
    }
    async fn handle_restore(
        State(state): State<AppState>,
        account: Account,
        Json(ids): Json<Vec<PageId>>,
    ) -> Result<Json<bool>, Error> {
        pages::restore(&state, &account, &ids).await.map(Json)
    }
    Router::new()
        .route("/trash/delete", post(handle_delete))
        .route("/trash/restore", post(handle_restore))
        .with_state(state)
}

pub async fn submit_delete(person: &TestClient, pages: &[&str]) -> Response {
    person.post("/trash/delete", json!(pages)).await
}

pub async fn submit_restore(person: &TestClient, pages: &[&str]) -> Response {
    person.post("/trash/restore", json!(pages)).await
}

pub async fn delete(person: &TestClient, pages: &[&str]) {
    assert_eq!(submit_delete(person, pages).await.status(), StatusCode::OK);
}

pub async fn restore(person: &TestClient, pages: &[&str]) {
    assert_eq!(json_of(submit_restore(person, pages).await).await, true);
}

async fn assert_too_late_to_restore(person: &TestClient, pages: &[&str]) {
    assert_eq!(json_of(submit_restore(person, pages).await).await, false);
}

#[tokio::test]
async fn page_in_trash_is_hidden() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        delete(&mia, &[&page]).await;
        let path = format!("/api/v1/pages/{page}");
        assert_problem(mia.get(&path).await, 404, "not_found").await;
        assert_problem(mia.get(&format!("/pages/{page}/svg")).await, 404, "not_found").await;
        let style = json!({ "style": { "preset": "toddler" } });
        assert_problem(mia.post(&format!("{path}/redraw"), style).await, 404, "not_found").await;
        assert_problem(mia.post(&format!("{path}/keep"), json!({})).await, 404, "not_found").await;
        let rename = mia.request(Method::PATCH, &path).json(&json!({ "title": "Nobody" })).send().await;
        assert_problem(rename.expect("a response"), 404, "not_found").await;
        assert_problem(mia.post("/api/v1/pdf/export", json!({ "page_ids": [page] })).await, 404, "not_found").await;
        assert_eq!(search_titles(&mia, "").await, Vec::<String>::new());
        restore(&mia, &[&page]).await;
        assert_eq!(search_titles(&mia, "").await, ["Our cat"]);
        empty_trash(app).await;
    })
    .await;
}

#[tokio::test]
async fn files_of_page_in_trash_cannot_be_read() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let job = json_of(mia.request_page(&mia.upload_photo().await, None).await).await;
        let (page, job) = (text(&job, "page_id"), format!("/api/v1/jobs/{}", text(&job, "id")));
        app.run_jobs().await;
        let downloads = mia.page(&page).await["downloads"].clone();
        assert!(json_of(mia.get(&job).await).await["downloads"].is_object());
        let drawings_in_export = async || {
            let zip = mia.get("/api/v1/user/export").await.bytes().await.expect("an archive");
            let zip = zip::ZipArchive::new(Cursor::new(zip)).expect("an archive");
            let is_drawing = |name: &&str| name.starts_with("artifact/") || name.starts_with("preview/");
            zip.file_names().filter(is_drawing).count()
        };
        assert_eq!(drawings_in_export().await, 3);

        delete(&mia, &[&page]).await;
        for file in ["png", "svg", "pdf", "preview"] {
            assert_problem(app.anonymous().get(&text(&downloads, file)).await, 404, "not_found").await;
        }
        assert!(json_of(mia.get(&job).await).await["downloads"].is_null());
        assert_eq!(drawings_in_export().await, 0);

        restore(&mia, &[&page]).await;
        assert_eq!(app.anonymous().get(&text(&downloads, "png")).await.status(), StatusCode::OK);
        empty_trash(app).await;
    })
    .await;
}

#[tokio::test]
async fn restored_page_is_unchanged() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        let before = mia.page(&page).await;
        delete(&mia, &[&page]).await;
        // The job that empties the trash is not due yet.
        app.run_jobs().await;
        restore(&mia, &[&page]).await;
        let after = mia.page(&page).await;
        for field in ["title", "status", "keep_until", "created_at"] {
            assert!(before[field].is_string(), "{field}");
            assert_eq!(before[field], after[field]);
        }
        assert_eq!(mia.get(&format!("/pages/{page}/svg")).await.status(), StatusCode::OK);
        empty_trash(app).await;
        assert_eq!(mia.page(&page).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn restoring_a_page_twice_succeeds() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        delete(&mia, &[&page]).await;
        restore(&mia, &[&page]).await;
        restore(&mia, &[&page]).await;
        empty_trash(app).await;
    })
    .await;
}

#[tokio::test]
async fn page_and_files_are_deleted_after_a_minute() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        delete(&mia, &[&page]).await;
        let delay = "SELECT CAST(run_at - created_at AS TEXT) FROM jobs WHERE kind = 'empty_trash'";
        assert_eq!(select_column(&app.state, delay).await, ["60000"]);
        empty_trash(app).await;
        assert_too_late_to_restore(&mia, &[&page]).await;
        assert_eq!(select_column(&app.state, "SELECT title FROM pages").await, Vec::<String>::new());
        assert_eq!(select_column(&app.state, "SELECT path FROM assets").await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn remaining_pages_are_restored_when_one_is_gone() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let (one, two) = (mia.create_drawn_page().await, mia.create_drawn_page().await);
        delete(&mia, &[&one]).await;
        empty_trash(app).await;
        delete(&mia, &[&two]).await;
        assert_too_late_to_restore(&mia, &[&one, &two, &two]).await;
        empty_trash(app).await;
        assert_eq!(mia.page(&two).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn page_deleted_again_can_be_restored_for_a_full_minute() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        delete(&mia, &[&page]).await;
        restore(&mia, &[&page]).await;
        end_restore_period(app).await;
        // The form may send the same page twice.
        delete(&mia, &[&page, &page]).await;
        app.run_jobs().await;
        restore(&mia, &[&page]).await;
        empty_trash(app).await;
        assert_eq!(mia.page(&page).await["status"], "ready");
    })
    .await;
}

#[tokio::test]
async fn page_deleted_during_a_redraw_keeps_its_old_drawing() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let page = mia.create_drawn_page().await;
        mia.post(&format!("/api/v1/pages/{page}/redraw"), json!({ "style": { "preset": "toddler" } })).await;
        delete(&mia, &[&page]).await;
        app.run_jobs().await;
        restore(&mia, &[&page]).await;
        let after = mia.page(&page).await;
        assert_eq!((&after["status"], &after["style"]["preset"]), (&json!("ready"), &json!("simple")));
        empty_trash(app).await;
    })
    .await;
}

#[tokio::test]
async fn failed_page_in_trash_outlives_a_sweep() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let blank = json_of(mia.upload(crate::photos::blank(64, 64)).await).await;
        let page = text(&json_of(mia.request_page(&text(&blank, "id"), None).await).await, "page_id");
        app.run_jobs().await;
        assert_eq!(mia.page(&page).await["status"], "failed");
        delete(&mia, &[&page]).await;
        execute(&app.state, "UPDATE pages SET keep_until = keep_until - 9000000000000").await;
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        execute(&app.state, "UPDATE pages SET keep_until = keep_until + 9000000000000").await;
        restore(&mia, &[&page]).await;
        empty_trash(app).await;
        assert_eq!(mia.page(&page).await["status"], "failed");
    })
    .await;
}

#[tokio::test]
async fn unfinished_page_is_deleted_at_once_and_refunded() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let photo = mia.upload_photo().await;
        let page = text(&json_of(mia.request_page(&photo, None).await).await, "page_id");
        assert_eq!(mia.balance().await, 2);
        delete(&mia, &[&page]).await;
        assert_eq!(mia.balance().await, 3);
        assert_too_late_to_restore(&mia, &[&page]).await;
    })
    .await;
}

/// Runs several statements.
async fn execute_all(app: &App, sql: &str) {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match &app.state.db {
        Db::Sqlite { writer, .. } => sql.execute(writer).await.map(drop),
        Db::Postgres(pool) => sql.execute(pool).await.map(drop),
    }
    .expect("executed");
}

#[tokio::test]
async fn migration_keeps_pages_that_are_in_the_trash() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let (kept, restored, deleted) =
            (mia.create_drawn_page().await, mia.create_drawn_page().await, mia.create_drawn_page().await);
        let before = mia.page(&restored).await;
        delete(&mia, &[&restored, &deleted]).await;
        // The schema as it was before the migration.
        execute_all(
            app,
            "UPDATE pages SET keep_until = keep_until - 3153600000000 WHERE deleted_at IS NOT NULL;
             UPDATE jobs SET kind = 'empty_bin', payload = '{\"owner\":\"-\",' || SUBSTR(payload, 2)
                 WHERE kind = 'empty_trash';
             DROP INDEX pages_trash;
             ALTER TABLE pages DROP COLUMN deleted_at;",
        )
        .await;
        execute_all(
            app,
            match app.state.db {
                Db::Sqlite { .. } => include_str!("../../../migrations/sqlite/0015_deleted_pages.sql"),
                Db::Postgres(_) => include_str!("../../../migrations/postgres/0015_deleted_pages.sql"),
            },
        )
        .await;
        let payloads = select_column(&app.state, "SELECT payload FROM jobs WHERE kind = 'empty_trash'").await;
        let expected = [&restored, &deleted].map(|page| json!({ "page": page }).to_string());
        assert_eq!(BTreeSet::from_iter(payloads), BTreeSet::from(expected));
        assert_problem(mia.get(&format!("/api/v1/pages/{restored}")).await, 404, "not_found").await;
        restore(&mia, &[&restored]).await;
        assert_eq!(mia.page(&restored).await["keep_until"], before["keep_until"]);
        empty_trash(app).await;
        assert_too_late_to_restore(&mia, &[&deleted]).await;
        assert_eq!(mia.page(&kept).await["status"], "ready");
    })
    .await;
}
