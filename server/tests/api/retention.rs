//! Retention: expiry, the deletion cap of the sweep, and the consistency check of rows and files.

use reqwest::StatusCode;
use server::retention::{find_differences, sweep};

use crate::{
    harness::{json_of, text, with_app},
    invariants::{execute, select_column},
    photos,
};

#[tokio::test]
async fn unclaimed_guest_photo_expires_after_a_day() {
    with_app(async |app| {
        app.anonymous().upload(photos::jpeg(64, 64)).await;
        let ttl =
            select_column(&app.state, "SELECT CAST((expires_at - created_at) / 1000 AS TEXT) FROM guest_uploads").await;
        let seconds: i64 = ttl[0].parse().expect("a number");
        assert!((86_390..=86_400).contains(&seconds), "{seconds}");
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 0);
        execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 1);
        app.run_jobs().await;
        assert_eq!(app.state.files.list().await.expect("listed"), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn sweep_stops_at_the_deletion_cap_unless_forced() {
    with_app(async |app| {
        for _ in 0..30 {
            assert_eq!(app.anonymous().upload(photos::jpeg(16, 16)).await.status(), StatusCode::CREATED);
        }
        execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
        let report = sweep(&app.state, false).await.expect("sweeps");
        assert_eq!((report.removed, report.left), (20, 10));
        // A second sweep in the same hour deletes no more.
        let report = sweep(&app.state, false).await.expect("sweeps");
        assert_eq!((report.removed, report.left), (0, 10));
        assert_eq!(select_column(&app.state, "SELECT path FROM guest_uploads").await.len(), 10);
        let report = sweep(&app.state, true).await.expect("sweeps");
        assert_eq!((report.removed, report.left), (10, 0));
    })
    .await;
}

#[tokio::test]
async fn deletion_cap_applies_to_idle_guests() {
    with_app(async |app| {
        for _ in 0..22 {
            app.create_guest().await;
        }
        execute(&app.state, "UPDATE users SET created_at = 1").await;
        execute(&app.state, "UPDATE sessions SET rotated_at = 1").await;
        let guests = "SELECT CAST(COUNT(*) AS TEXT) FROM users";
        for left in [2, 2] {
            assert_eq!(sweep(&app.state, false).await.expect("sweeps").left, left);
            assert_eq!(select_column(&app.state, guests).await, ["2"]);
        }
        assert_eq!(sweep(&app.state, true).await.expect("sweeps").left, 0);
        assert_eq!(select_column(&app.state, guests).await, ["0"]);
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn deletion_cap_resets_after_an_hour() {
    with_app(async |app| {
        for _ in 0..22 {
            assert_eq!(app.anonymous().upload(photos::jpeg(16, 16)).await.status(), StatusCode::CREATED);
        }
        execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 20);
        execute(&app.state, "UPDATE rate_limits SET ends_at = 1 WHERE rule = 'sweep'").await;
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 2);
    })
    .await;
}

#[tokio::test]
async fn deletion_cap_ignores_an_end_in_the_far_future() {
    with_app(async |app| {
        for _ in 0..2 {
            // A clock that was ahead wrote an end that lies beyond the hour.
            let used_up = "UPDATE rate_limits SET used = 20, ends_at = 9999999999999 WHERE rule = 'sweep'";
            execute(&app.state, used_up).await;
            assert_eq!(app.anonymous().upload(photos::jpeg(16, 16)).await.status(), StatusCode::CREATED);
            execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
            assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 1);
            assert_eq!(select_column(&app.state, "SELECT rule FROM rate_limits WHERE rule = 'sweep'").await, ["sweep"]);
        }
    })
    .await;
}

#[tokio::test]
async fn file_without_a_row_is_swept_after_a_crash() {
    with_app(async |app| {
        let stored = server::assets::put_file(
            &app.state,
            model::UserId(uuid::Uuid::now_v7()),
            server::assets::NewFile {
                kind: model::photo::AssetKind::Artifact,
                extension: "svg",
                content_type: "image/svg+xml",
                bytes: "<svg/>".into(),
                width: 1,
                height: 1,
            },
        )
        .await
        .expect("stored");
        // Until its record expires, the file may still get a row.
        assert!(find_differences(&app.state).await.expect("compared").is_empty());
        sweep(&app.state, false).await.expect("sweeps");
        assert!(app.state.files.size(&stored.path()).await.expect("no storage error").is_some());
        execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
        sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        assert_eq!(app.state.files.size(&stored.path()).await.expect("no storage error"), None);
    })
    .await;
}

#[tokio::test]
async fn check_reports_missing_and_stray_files() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let asset = json_of(parent.upload(photos::jpeg(64, 64)).await).await;
        let path = text(&asset, "path");
        let photo = app.state.files.get(&path).await.expect("stored");
        app.state.files.delete(&path).await.expect("deleted");
        app.state.files.put("stray/original/x.jpg", photo.clone()).await.expect("stored");
        let found = find_differences(&app.state).await.expect("compared");
        assert_eq!(found.rows_without_file, std::slice::from_ref(&path));
        assert_eq!(found.files_without_row, ["stray/original/x.jpg"]);
        app.state.files.put(&path, photo).await.expect("stored");
        app.state.files.delete("stray/original/x.jpg").await.expect("deleted");
    })
    .await;
}
