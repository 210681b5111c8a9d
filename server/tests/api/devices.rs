//! The fifth account of a device waits for an operator, and nobody makes an owner's device look like one.

use std::sync::Arc;

use model::Email;
use serde_json::{Value, json};
use server::operator;

use crate::{
    fraud::{STRICT, sign_up, verify_email},
    harness::{App, TestClient, with_settings},
    invariants::select_column,
};

/// Strict about devices, and about nothing that would stop a test from making accounts.
const ROOMY: &[(&str, &str)] = &[("--limit-sign-ups", "100"), ("--limit-free-credits", "100")];

/// Signs up and proves the address; returns the credits that came with it.
async fn join(app: &App, person: &TestClient, email: &str, evidence: Value) -> i64 {
    assert_eq!(sign_up(person, email, evidence).await.status(), 202);
    verify_email(app, person, email).await["credits"].as_i64().expect("credits")
}

async fn flagged(app: &App) -> Vec<String> {
    select_column(&app.state, "SELECT email FROM users WHERE flagged_for = 'device' ORDER BY email").await
}

#[tokio::test]
async fn the_fifth_account_of_a_device_is_flagged_and_waits_for_an_operator() {
    with_settings(&[STRICT, ROOMY].concat(), async |app| {
        for at in 0..6 {
            let (email, person) = (format!("parent{at}@example.org"), app.anonymous());
            let device = json!({ "fingerprint": "1920x1080 Europe/Vienna de 8" });
            assert_eq!(sign_up(&person, &email, device).await.status(), 202);
            let user = verify_email(app, &person, &email).await;
            assert_eq!(user["credits"], if at < 4 { 3 } else { 0 }, "{at}");
        }
        let flagged = "SELECT CAST(COUNT(*) AS TEXT) FROM users WHERE flagged_for = 'device'";
        assert_eq!(select_column(&app.state, flagged).await, ["2"]);
        let line = "SELECT CAST(COUNT(*) AS TEXT) FROM auth_events WHERE kind = 'flagged_device'";
        assert_eq!(select_column(&app.state, line).await, ["2"]);
        // Another device on the same line.
        let person = app.anonymous();
        sign_up(&person, "other@example.org", json!({ "fingerprint": "390x844 Europe/Vienna de 6" })).await;
        assert_eq!(verify_email(app, &person, "other@example.org").await["credits"], 3);
    })
    .await;
}

#[tokio::test]
async fn the_fifth_account_in_one_browser_is_flagged_whatever_it_says_of_the_device() {
    with_settings(&[STRICT, ROOMY].concat(), async |app| {
        let browser = app.anonymous();
        for at in 0..5 {
            let said = if at % 2 == 0 { json!({ "fingerprint": format!("a device like {at}") }) } else { json!({}) };
            let credits = join(app, &browser, &format!("parent{at}@example.org"), said).await;
            assert_eq!(credits, if at < 4 { 3 } else { 0 }, "{at}");
        }
        assert_eq!(flagged(app).await, ["parent4@example.org"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_stranger_says_of_my_device_does_not_count_against_me() {
    with_settings(&[STRICT, ROOMY].concat(), async |app| {
        let crowded = json!({ "fingerprint": "a crowded device" });
        for at in 0..5 {
            join(app, &app.anonymous(), &format!("stranger{at}@example.org"), crowded.clone()).await;
        }
        // The stranger signs up with addresses of others, before and after they do.
        let mia = app.anonymous();
        assert_eq!(sign_up(&app.anonymous(), "mia@example.org", crowded.clone()).await.status(), 202);
        assert_eq!(join(app, &mia, "mia@example.org", json!({ "fingerprint": "her own" })).await, 3);
        let leo = app.anonymous();
        assert_eq!(sign_up(&leo, "leo@example.org", json!({ "fingerprint": "his own" })).await.status(), 202);
        assert_eq!(sign_up(&app.anonymous(), "leo@example.org", crowded).await.status(), 202);
        assert_eq!(verify_email(app, &leo, "leo@example.org").await["credits"], 3);
        assert_eq!(flagged(app).await, ["stranger4@example.org"]);
    })
    .await;
}

/// Five accounts of one device; the last is flagged.
async fn five(app: &Arc<App>) -> (TestClient, Email) {
    let device = json!({ "fingerprint": "a family's" });
    for at in 0..4 {
        join(app, &app.anonymous(), &format!("child{at}@example.org"), device.clone()).await;
    }
    let person = app.anonymous();
    assert_eq!(join(app, &person, "mia@example.org", device).await, 0);
    (person, Email::parse("mia@example.org").expect("an address"))
}

#[tokio::test]
async fn an_operator_who_takes_the_flag_away_gives_what_was_kept_back_once() {
    with_settings(&[STRICT, ROOMY].concat(), async |app| {
        let (person, email) = five(app).await;
        let flag = async |reason| operator::set_account_flag(&app.state, &email, reason).await.expect("flagged");
        flag(None).await;
        assert_eq!(person.balance().await, 3);
        // Neither another look nor another proof brings more.
        flag(Some("odd")).await;
        flag(None).await;
        assert_eq!(person.get(&link(app, &person).await).await.status(), 303);
        assert_eq!(person.balance().await, 3);
        assert_eq!(flagged(app).await, Vec::<String>::new());
        let granted = "SELECT CAST(COUNT(*) AS TEXT) FROM credit_events WHERE kind = 'granted'";
        assert_eq!(select_column(&app.state, granted).await, ["5"]);
        let trail = "SELECT kind FROM auth_events WHERE kind = 'looked_at_by_operator'";
        assert_eq!(select_column(&app.state, trail).await.len(), 2);
    })
    .await;
}

async fn link(app: &App, person: &TestClient) -> String {
    let asked = person.post("/api/v1/auth/magic-link", json!({ "email": "mia@example.org" })).await;
    assert_eq!(asked.status(), 202);
    app.mailed_link("mia@example.org").await
}

#[tokio::test]
async fn a_mailbox_that_had_its_credits_meanwhile_gets_no_more_when_its_flag_goes() {
    with_settings(&[STRICT, ROOMY].concat(), async |app| {
        let (person, email) = five(app).await;
        // The same mailbox by another name, on a device of its own.
        assert_eq!(join(app, &app.anonymous(), "mia+two@example.org", json!({ "fingerprint": "another" })).await, 3);
        operator::set_account_flag(&app.state, &email, None).await.expect("taken away");
        assert_eq!(person.balance().await, 0);
    })
    .await;
}
