//! Job queue: fair order among accounts, concurrency limit, scheduled jobs, cron routes, dead
//! letters.

use model::UserId;
use reqwest::Method;
use serde_json::json;
use server::{
    db::Authority,
    jobs::{self, Queue},
    worker::{RunnableJob, claim_job, run_jobs_for_cron},
};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
};

const CRON_SECRET: &str = "a secret of at least thirty-two characters";

async fn claim(app: &App) -> Option<RunnableJob> {
    claim_job(&app.state, Queue::Drawing).await.expect("claims")
}

async fn user_id(client: &TestClient) -> UserId {
    text(&json_of(client.get("/api/v1/auth/session").await).await, "id").parse().expect("an id")
}

/// Uploads one photo and requests a number of pages of it.
async fn request_pages(client: &TestClient, count: usize) {
    let photo = client.upload_photo().await;
    for _ in 0..count {
        assert!(client.request_page(&photo, None).await.status().is_success());
    }
}

#[tokio::test]
async fn many_pages_of_one_account_do_not_delay_another() {
    with_app(async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let noah = app.sign_up_parent("noah@example.org").await;
        request_pages(&mia, 3).await;
        request_pages(&noah, 1).await;
        let (mia, noah) = (user_id(&mia).await, user_id(&noah).await);
        let mut order = Vec::new();
        for _ in 0..4 {
            let job = claim(app).await.expect("a job");
            order.push(job.claimed.user.expect("an owner"));
            job.run(&app.state).await.expect("drawn");
        }
        assert_eq!(order, [mia, noah, mia, mia]);
    })
    .await;
}

#[tokio::test]
async fn running_jobs_of_one_account_are_limited() {
    with_settings(&[("--jobs-per-person", "2")], async |app| {
        let mia = app.sign_up_parent("mia@example.org").await;
        let noah = app.sign_up_parent("noah@example.org").await;
        request_pages(&mia, 3).await;
        let running = [claim(app).await.expect("a job"), claim(app).await.expect("a job")];
        assert!(claim(app).await.is_none(), "a third job of the same account");
        request_pages(&noah, 1).await;
        let other = claim(app).await.expect("a job");
        assert_eq!(other.claimed.user, Some(user_id(&noah).await));
        for job in running.iter().chain([&other]) {
            job.run(&app.state).await.expect("drawn");
        }
        claim(app).await.expect("the third job").run(&app.state).await.expect("drawn");
    })
    .await;
}

#[tokio::test]
async fn cron_routes_run_jobs_and_sweep() {
    with_settings(&[("--cron-secret", CRON_SECRET)], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = json_of(parent.request_page(&parent.upload_photo().await, None).await).await;
        let call = async |path: &str| {
            let request = app.anonymous().request(Method::POST, &format!("/api/v1/cron/{path}"));
            json_of(request.bearer_auth(CRON_SECRET).send().await.expect("a response")).await
        };
        assert!(call("process-queue").await["done"].as_u64().is_some_and(|done| done >= 1));
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        execute(&app.state, "UPDATE assets SET expires_at = 1 WHERE kind = 'original'").await;
        assert_eq!(call("sweep").await, json!({ "removed": 1, "left": 0 }));
    })
    .await;
}

#[tokio::test]
async fn cron_routes_reject_a_wrong_secret() {
    with_settings(&[("--cron-secret", CRON_SECRET)], async |app| {
        for (path, token) in [("process-queue", "wrong"), ("sweep", ""), ("sweep", "a secret")] {
            let request = app.anonymous().request(Method::POST, &format!("/api/v1/cron/{path}")).bearer_auth(token);
            assert_problem(request.send().await.expect("a response"), 401, "signed_out").await;
        }
        assert_problem(app.anonymous().post("/api/v1/cron/sweep", json!({})).await, 401, "signed_out").await;
    })
    .await;
}

#[tokio::test]
async fn cron_routes_do_not_exist_without_a_secret() {
    with_app(async |app| {
        for path in ["process-queue", "sweep"] {
            let response = app.anonymous().post(&format!("/api/v1/cron/{path}"), json!({})).await;
            assert_problem(response, 404, "not_found").await;
        }
    })
    .await;
}

#[tokio::test]
async fn scheduled_run_is_claimed_once() {
    with_app(async |app| {
        let claims = (0..10).map(|_| async {
            let mut tx = app.state.db.begin(Authority::System).await.expect("begins");
            let is_claimed = jobs::claim_scheduled_run(&mut tx, "sweep", 3_600_000).await.expect("no error");
            tx.commit().await.expect("committed");
            is_claimed
        });
        let claims = futures::future::join_all(claims).await;
        assert_eq!(claims.iter().filter(|is_claimed| **is_claimed).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn scheduled_job_runs_once_an_hour() {
    with_app(async |app| {
        for _ in 0..2 {
            run_jobs_for_cron(&app.state).await.expect("runs");
        }
        let sweeps = "SELECT state FROM jobs WHERE kind = 'sweep'";
        assert_eq!(select_column(&app.state, sweeps).await, ["done"]);
        // The next hour: without the row, the run is due again.
        execute(&app.state, "DELETE FROM schedules").await;
        run_jobs_for_cron(&app.state).await.expect("runs");
        assert_eq!(select_column(&app.state, sweeps).await, ["done", "done"]);
    })
    .await;
}

/// Signs up while mails cannot be delivered, until the mail is a dead letter.
async fn sign_up_with_dead_letter(app: &std::sync::Arc<App>, email: &str) {
    app.anonymous().sign_up(email).await;
    let outbox = app.state.config.data_dir.join("outbox");
    let aside = app.state.config.data_dir.join("away");
    std::fs::rename(&outbox, &aside).expect("moved");
    execute(&app.state, "UPDATE jobs SET attempts = 15 WHERE kind = 'send_mail'").await;
    app.run_jobs().await;
    std::fs::rename(&aside, &outbox).expect("moved");
}

#[tokio::test]
async fn dead_letter_of_a_mail_can_be_redriven() {
    with_app(async |app| {
        sign_up_with_dead_letter(app, "mia@example.org").await;
        let dead = jobs::list_dead_letters(&app.state, 10).await.expect("listed");
        assert_eq!((dead.len(), dead[0].kind.as_str(), dead[0].is_refunded), (1, "send_mail", false));
        assert_eq!(jobs::redrive(&app.state, Some(dead[0].id)).await.expect("redriven"), 1);
        assert_eq!(app.mails_to("mia@example.org").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn payload_of_a_sent_mail_is_erased() {
    with_app(async |app| {
        app.anonymous().sign_up("mia@example.org").await;
        let payloads = "SELECT payload FROM jobs WHERE kind = 'send_mail'";
        let waiting = select_column(&app.state, payloads).await;
        assert!(waiting.len() == 1 && waiting[0].contains("mia@example.org"), "{waiting:?}");
        app.run_jobs().await;
        assert_eq!(select_column(&app.state, payloads).await, ["{}"]);
    })
    .await;
}

#[tokio::test]
async fn dead_letter_of_a_page_is_not_redriven() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        request_pages(&parent, 1).await;
        execute(&app.state, "UPDATE jobs SET attempts = 2 WHERE kind = 'draw_page'").await;
        claim(app).await.expect("a job").record_failure(&app.state, "out of ink").await.expect("recorded");
        assert!(jobs::list_dead_letters(&app.state, 10).await.expect("listed")[0].is_refunded);
        assert_eq!(jobs::redrive(&app.state, None).await.expect("redriven"), 0);
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}
