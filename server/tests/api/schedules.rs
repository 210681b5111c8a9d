//! The line of jobs: whose turn it is, what is due, and who may say so from outside.

use model::UserId;
use reqwest::Method;
use serde_json::json;
use server::{
    jobs::{self, Queue},
    worker::{RunnableJob, claim_job},
};

use crate::{
    harness::{App, TestClient, assert_problem, json_of, text, with_app, with_settings},
    invariants::{execute, select_column},
};

async fn claim(app: &App) -> Option<RunnableJob> {
    claim_job(&app.state, Queue::Drawing).await.expect("claims")
}

async fn owner(person: &TestClient) -> UserId {
    text(&json_of(person.get("/api/v1/auth/session").await).await, "id").parse().expect("an id")
}

#[tokio::test]
async fn a_flood_of_one_person_lets_the_next_person_through() {
    with_app(async |app| {
        let (mia, noah) = (app.sign_up_parent("mia@example.org").await, app.sign_up_parent("noah@example.org").await);
        let photo = mia.upload_photo().await;
        for _ in 0..3 {
            mia.request_page(&photo, None).await;
        }
        noah.request_page(&noah.upload_photo().await, None).await;
        let (mia, noah) = (owner(&mia).await, owner(&noah).await);
        let mut order = Vec::new();
        for _ in 0..4 {
            let task = claim(app).await.expect("a job");
            order.push(task.claimed.user.expect("an owner"));
            task.run(&app.state).await.expect("drawn");
        }
        assert_eq!(order, [mia, noah, mia, mia]);
    })
    .await;
}

#[tokio::test]
async fn nobody_has_more_pages_drawn_at_the_same_time_than_allowed() {
    with_settings(&[("--jobs-per-person", "2")], async |app| {
        let (mia, noah) = (app.sign_up_parent("mia@example.org").await, app.sign_up_parent("noah@example.org").await);
        let photo = mia.upload_photo().await;
        for _ in 0..3 {
            mia.request_page(&photo, None).await;
        }
        let running = [claim(app).await.expect("a job"), claim(app).await.expect("a job")];
        assert!(claim(app).await.is_none(), "a third of the same person");
        noah.request_page(&noah.upload_photo().await, None).await;
        let other = claim(app).await.expect("a job");
        assert_eq!(other.claimed.user, Some(owner(&noah).await));
        for task in running.iter().chain([&other]) {
            task.run(&app.state).await.expect("drawn");
        }
        assert!(claim(app).await.expect("the third").run(&app.state).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_scheduler_with_the_secret_gets_work_done_and_nobody_else_does() {
    let secret = "a secret of at least thirty-two characters";
    with_settings(&[("--cron-secret", secret)], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let job = json_of(parent.request_page(&parent.upload_photo().await, None).await).await;
        for (path, token) in [("process-queue", "wrong"), ("sweep", ""), ("sweep", "a secret")] {
            let request = app.anonymous().request(Method::POST, &format!("/api/v1/cron/{path}")).bearer_auth(token);
            assert_problem(request.send().await.expect("an answer"), 401, "signed_out").await;
        }
        assert_problem(app.anonymous().post("/api/v1/cron/sweep", json!({})).await, 401, "signed_out").await;
        let call = async |path: &str| {
            let request = app.anonymous().request(Method::POST, &format!("/api/v1/cron/{path}")).bearer_auth(secret);
            json_of(request.send().await.expect("an answer")).await
        };
        assert!(call("process-queue").await["done"].as_u64().is_some_and(|done| done >= 1));
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        execute(&app.state, "UPDATE assets SET expires_at = 1 WHERE kind = 'original'").await;
        assert_eq!(call("sweep").await, json!({ "removed": 1, "left": 0 }));
    })
    .await;
    with_app(async |app| {
        assert_problem(app.anonymous().post("/api/v1/cron/sweep", json!({})).await, 404, "not_found").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_added_once_however_many_look() {
    with_app(async |app| {
        let looks = (0..10).map(|_| async {
            let mut tx = app.state.db.begin(server::db::Authority::System).await.expect("begins");
            let mine = jobs::claim_scheduled_run(&mut tx, "sweep", 3_600_000).await.expect("asked");
            tx.commit().await.expect("committed");
            mine
        });
        let won = futures::future::join_all(looks).await;
        assert_eq!(won.iter().filter(|mine| **mine).count(), 1);
        server::worker::run_jobs_for_cron(&app.state).await.expect("ticks");
        server::worker::run_jobs_for_cron(&app.state).await.expect("ticks");
        assert_eq!(select_column(&app.state, "SELECT state FROM jobs WHERE kind = 'sweep'").await, ["done"]);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_failed_for_good_can_be_sent_again() {
    with_app(async |app| {
        app.anonymous().sign_up("mia@example.org").await;
        let outbox = app.state.config.data_dir.join("outbox");
        let aside = app.state.config.data_dir.join("away");
        std::fs::rename(&outbox, &aside).expect("moved");
        execute(&app.state, "UPDATE jobs SET attempts = 15 WHERE kind = 'send_mail'").await;
        app.run_jobs().await;
        let dead = jobs::list_dead_letters(&app.state, 10).await.expect("listed");
        assert_eq!((dead.len(), dead[0].kind.as_str(), dead[0].is_refunded), (1, "send_mail", false));
        std::fs::rename(&aside, &outbox).expect("moved");
        assert_eq!(jobs::redrive(&app.state, Some(dead[0].id)).await.expect("redriven"), 1);
        assert_eq!(app.mails_to("mia@example.org").await.len(), 1);
        let payload = select_column(&app.state, "SELECT payload FROM jobs WHERE kind = 'send_mail'").await;
        assert_eq!(payload, ["{}"], "a code that was sent is kept nowhere");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_failed_is_refunded_and_not_driven_again() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.request_page(&parent.upload_photo().await, None).await;
        execute(&app.state, "UPDATE jobs SET attempts = 2 WHERE kind = 'draw_page'").await;
        claim(app).await.expect("a job").record_failure(&app.state, "out of ink").await.expect("recorded");
        assert!(jobs::list_dead_letters(&app.state, 10).await.expect("listed")[0].is_refunded);
        assert_eq!(jobs::redrive(&app.state, None).await.expect("redriven"), 0);
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}
