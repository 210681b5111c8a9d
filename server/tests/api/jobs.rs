//! Jobs: leases, lost workers, failures and their end.

use server::{
    jobs::Queue,
    worker::{JobPayload, claim_job},
};

use crate::{
    harness::{App, json_of, text, with_app, with_settings},
    invariants::execute,
};

/// The worker that has a job dies, and somebody finds out.
async fn kill_the_worker(app: &App) {
    execute(&app.state, "UPDATE jobs SET lease_until = 1 WHERE state = 'running'").await;
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing() {
    with_settings(&[("--lease-seconds", "1")], async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        let page = text(&job, "page_id");

        let paused = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        assert_eq!(parent.page(&page).await["status"], "drawing");
        assert!(claim_job(&app.state, Queue::Drawing).await.expect("claims").is_none(), "claimed twice");
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        assert_eq!(app.run_jobs().await, 1, "another worker takes over");
        assert_eq!(parent.page(&page).await["status"], "ready");

        assert!(!paused.claimed.heartbeat(&app.state).await.expect("beats"));
        let JobPayload::DrawPage(owner, work) = &paused.payload else { panic!("another kind of job") };
        work.run(&app.state, *owner, &paused.claimed).await.expect("ends without a trace");
        paused.record_failure(&app.state, "too late").await.expect("ends without a trace");
        assert_eq!(parent.page(&page).await["status"], "ready");
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_cannot_be_drawn_fails_in_the_end_and_returns_its_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        let page = text(&job, "page_id");
        for attempt in 1..=3 {
            let task = loop {
                match claim_job(&app.state, Queue::Drawing).await.expect("claims") {
                    Some(task) => break task,
                    // Backing off.
                    None => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
                }
            };
            assert_eq!(task.claimed.attempts, attempt);
            assert_eq!(parent.balance().await, 2);
            task.record_failure(&app.state, "out of ink").await.expect("recorded");
        }
        assert_eq!(parent.page(&page).await["status"], "failed");
        assert_eq!(parent.balance().await, 3);
        let job = json_of(parent.get(&format!("/api/v1/jobs/{}", text(&job, "id"))).await).await;
        assert_eq!(job["status"], "failed");
        assert!(!text(&job, "error").contains("ink"), "internal words reached the parent");
    })
    .await;
}

#[tokio::test]
async fn a_page_whose_time_is_over_before_it_is_drawn_costs_nothing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        parent.request_page(&parent.upload_photo().await, None).await;
        assert_eq!(parent.balance().await, 2);
        execute(&app.state, "UPDATE pages SET keep_until = created_at").await;
        app.run_jobs().await;
        assert_eq!(parent.balance().await, 3);
        server::retention::sweep(&app.state, false).await.expect("sweeps");
        app.run_jobs().await;
    })
    .await;
}

#[tokio::test]
async fn workers_that_are_killed_cost_a_page_none_of_its_attempts() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        for expired_leases in 0..23 {
            let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
            assert_eq!((task.claimed.attempts, task.claimed.expired_leases), (1, expired_leases));
            kill_the_worker(app).await;
        }
        let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        task.record_failure(&app.state, "out of ink").await.expect("recorded");
        execute(&app.state, "UPDATE jobs SET run_at = 1").await;
        let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        assert_eq!((task.claimed.attempts, task.claimed.expired_leases), (2, 23));
        task.run(&app.state).await.expect("drawn");
        assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        assert_eq!(parent.balance().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_kills_every_worker_fails_in_the_end_and_returns_its_credit() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        let page = text(&job, "page_id");
        for _ in 0..24 {
            claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
            kill_the_worker(app).await;
        }
        assert_eq!(parent.page(&page).await["status"], "drawing");
        assert_eq!(app.run_jobs().await, 1, "one more takes it up, and does not try");
        assert_eq!(parent.page(&page).await["status"], "failed");
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_job_given_back_on_shutdown_does_not_count_as_an_attempt() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        parent.request_page(&photo, None).await;
        let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        task.release(&app.state).await.expect("released");
        let again = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
        assert_eq!(again.claimed.attempts, 1);
        again.release(&app.state).await.expect("released");
    })
    .await;
}

#[tokio::test]
async fn a_mail_does_not_wait_behind_drawings() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        parent.request_page(&photo, None).await;
        app.anonymous().sign_up("noah@example.org").await;
        let errand = claim_job(&app.state, Queue::Background).await.expect("claims").expect("a job");
        assert!(matches!(errand.payload, JobPayload::SendMail(_)));
        errand.release(&app.state).await.expect("released");
    })
    .await;
}

#[tokio::test]
async fn a_page_deleted_while_it_is_drawn_leaves_nothing_and_costs_nothing() {
    with_app(async |app| {
        let parent = app.sign_up_parent("mia@example.org").await;
        let photo = parent.upload_photo().await;
        let job = json_of(parent.request_page(&photo, None).await).await;
        let task = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("a job");
        let path = format!("/api/v1/pages/{}", text(&job, "page_id"));
        parent.request(reqwest::Method::DELETE, &path).send().await.expect("an answer");
        let JobPayload::DrawPage(owner, work) = &task.payload else { panic!("another kind of job") };
        work.run(&app.state, *owner, &task.claimed).await.expect("ends without a trace");
        assert_eq!(parent.balance().await, 3);
    })
    .await;
}
