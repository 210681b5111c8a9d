//! How long things are kept, and whether rows and files agree.

use reqwest::StatusCode;
use server::retention::{differences, sweep};

use crate::{
    harness::{json_of, text, with_app},
    invariants::{execute, select_column},
    photos,
};

#[tokio::test]
async fn a_photo_that_nobody_claims_is_gone_after_a_day() {
    with_app(async |app| {
        app.anonymous().upload(photos::jpeg(64, 64)).await;
        let kept =
            select_column(&app.state, "SELECT CAST((expires_at - created_at) / 1000 AS TEXT) FROM guest_uploads").await;
        let seconds: i64 = kept[0].parse().expect("a number");
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
async fn the_sweep_stops_before_it_removes_much_of_everything_and_goes_on_when_told_to() {
    with_app(async |app| {
        for _ in 0..30 {
            assert_eq!(app.anonymous().upload(photos::jpeg(16, 16)).await.status(), StatusCode::CREATED);
        }
        execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
        let swept = sweep(&app.state, false).await.expect("sweeps");
        assert_eq!((swept.removed, swept.left), (20, 10));
        // Nor does a second sweep right after it, whoever asks for that.
        let swept = sweep(&app.state, false).await.expect("sweeps");
        assert_eq!((swept.removed, swept.left), (0, 10));
        assert_eq!(select_column(&app.state, "SELECT path FROM guest_uploads").await.len(), 10);
        let swept = sweep(&app.state, true).await.expect("sweeps");
        assert_eq!((swept.removed, swept.left), (10, 0));
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_does_not_take_all_guests_with_it() {
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
async fn an_hour_later_the_sweep_goes_on() {
    with_app(async |app| {
        for _ in 0..22 {
            assert_eq!(app.anonymous().upload(photos::jpeg(16, 16)).await.status(), StatusCode::CREATED);
        }
        execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 20);
        execute(&app.state, "UPDATE rate_limits SET ends_at = 1 WHERE rule = 'sweep'").await;
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 2);
        // Nor does it wait for an hour that a wrong clock once wrote down.
        assert_eq!(app.anonymous().upload(photos::jpeg(16, 16)).await.status(), StatusCode::CREATED);
        execute(&app.state, "UPDATE guest_uploads SET expires_at = 1").await;
        execute(&app.state, "UPDATE rate_limits SET used = 20, ends_at = 9999999999999 WHERE rule = 'sweep'").await;
        assert_eq!(sweep(&app.state, false).await.expect("sweeps").removed, 1);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_a_crash_left_between_store_and_row_is_found_and_removed() {
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
        // On its way: nothing is wrong yet, and nothing is removed yet.
        assert!(differences(&app.state).await.expect("compared").is_empty());
        sweep(&app.state, false).await.expect("sweeps");
        assert!(app.state.files.size(&stored.path()).await.expect("asked").is_some());
        execute(&app.state, "UPDATE incoming SET expires_at = 1").await;
        sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
        assert_eq!(app.state.files.size(&stored.path()).await.expect("asked"), None);
    })
    .await;
}

#[tokio::test]
async fn the_check_names_a_row_without_a_file_and_a_file_without_a_row() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let asset = json_of(parent.upload(photos::jpeg(64, 64)).await).await;
        let path = text(&asset, "path");
        let photo = app.state.files.get(&path).await.expect("stored");
        app.state.files.delete(&path).await.expect("deleted");
        app.state.files.put("stray/original/x.jpg", photo.clone()).await.expect("stored");
        let found = differences(&app.state).await.expect("compared");
        assert_eq!(found.rows_without_file, std::slice::from_ref(&path));
        assert_eq!(found.files_without_row, ["stray/original/x.jpg"]);
        app.state.files.put(&path, photo).await.expect("stored");
        app.state.files.delete("stray/original/x.jpg").await.expect("deleted");
    })
    .await;
}
