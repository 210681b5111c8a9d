//! What is spent at providers in a day: counted with each order that goes out, and never more than the cap.

use server::{generators::FlowState, jobs::Queue, worker::claim_job};

use crate::{
    generators::{let_time_pass, order, ordered, take_a_step, with_provider_and},
    invariants::{execute, select_column},
};

#[tokio::test]
async fn the_days_cap_is_not_passed_and_our_own_engine_draws_on() {
    with_provider_and("gemini", &[("--daily-spend-cents", "12")], async |app, provider| {
        let (parent, ..) = ordered(app, true).await;
        for _ in 0..2 {
            order(&parent, true).await;
            let_time_pass(app).await;
        }
        // Two of five cents each; a third would make fifteen.
        assert_eq!(provider.script(|script| script.asked.len()), 2);
        let ready = select_column(&app.state, "SELECT kind FROM credit_events WHERE kind = 'refunded'").await;
        assert_eq!(ready, Vec::<String>::new());
        let spent = "SELECT CAST(used AS TEXT) FROM rate_limits WHERE rule = 'spending'";
        assert_eq!(select_column(&app.state, spent).await, ["10"]);
    })
    .await;
}

#[tokio::test]
async fn an_order_that_goes_out_again_after_a_stop_counts_again() {
    with_provider_and("gemini", &[("--daily-spend-cents", "12")], async |app, provider| {
        let parent = app.sign_up_parent("mia@example.org").await;
        order(&parent, true).await;
        for round in 0..3 {
            let stopped = claim_job(&app.state, Queue::Drawing).await.expect("claims").expect("the job");
            let course = take_a_step(app, &stopped).await;
            assert_eq!(matches!(course, Ok(FlowState::Drawn(_))), round < 2, "round {round}");
            // Asked, and stopped before anything of it was kept; the attempt does not count.
            stopped.release(&app.state).await.expect("released");
            execute(&app.state, "UPDATE generations SET result_id = NULL").await;
        }
        assert_eq!(provider.script(|script| script.asked.len()), 2);
        let spent = "SELECT CAST(used AS TEXT) FROM rate_limits WHERE rule = 'spending'";
        assert_eq!(select_column(&app.state, spent).await, ["10"]);
    })
    .await;
}
