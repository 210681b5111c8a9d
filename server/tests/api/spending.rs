//! Daily spending cap: every request to a paid provider is counted, and the cap is never exceeded.

use server::{generators::FlowState, jobs::Queue, worker::claim_job};

use crate::{
    generators::{advance, create_page, finish_jobs, request_page, with_provider_and},
    harness::text,
    invariants::{execute, select_column},
};

#[tokio::test]
async fn local_engine_draws_beyond_the_daily_cap() {
    with_provider_and("gemini", &[("--daily-spend-cents", "12")], async |app, provider| {
        let (parent, ..) = create_page(app, true).await;
        for _ in 0..2 {
            let job = request_page(&parent, true).await;
            finish_jobs(app).await;
            assert_eq!(parent.page(&text(&job, "page_id")).await["status"], "ready");
        }
        // Two of five cents each; a third would cost fifteen in total.
        assert_eq!(provider.script(|script| script.submissions.len()), 2);
        let refunds = select_column(&app.state, "SELECT kind FROM credit_events WHERE kind = 'refunded'").await;
        assert_eq!(refunds, Vec::<String>::new());
        let spent = "SELECT CAST(used AS TEXT) FROM rate_limits WHERE rule = 'spending'";
        assert_eq!(select_column(&app.state, spent).await, ["10"]);
    })
    .await;
}

#[tokio::test]
async fn request_that_is_sent_again_is_counted_again() {
    with_provider_and("gemini", &[("--daily-spend-cents", "12")], async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        request_page(&parent, true).await;
        for round in 0..3 {
            let stopped = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            let outcome = advance(app, &stopped).await;
            assert_eq!(matches!(outcome, Ok(FlowState::Drawn(_))), round < 2, "round {round}");
            // Interrupted before the result was stored.
            stopped.release(&app.state).await.expect("released");
            execute(&app.state, "UPDATE generations SET result_id = NULL").await;
        }
        assert_eq!(provider.script(|script| script.submissions.len()), 2);
        let spent = "SELECT CAST(used AS TEXT) FROM rate_limits WHERE rule = 'spending'";
        assert_eq!(select_column(&app.state, spent).await, ["10"]);
    })
    .await;
}
