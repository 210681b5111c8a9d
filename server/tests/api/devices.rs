//! Flagging the fifth account of one device, and what an operator does about the flag.

use std::sync::Arc;

use model::Email;
use serde_json::{Value, json};
use server::operator;

use crate::{
    fraud::{STRICT, sign_up, verify_email},
    harness::{App, TestClient, with_settings},
    invariants::select_column,
};

/// Limits high enough not to stop a test from creating accounts.
const HIGH_LIMITS: &[(&str, &str)] = &[("--limit-sign-ups", "100"), ("--limit-free-credits", "100")];

/// Signs up and verifies the address; returns the granted credits.
async fn sign_up_and_verify(app: &App, client: &TestClient, email: &str, signals: Value) -> i64 {
    assert_eq!(sign_up(client, email, signals).await.status(), 202);
    verify_email(app, client, email).await["credits"].as_i64().expect("credits")
}

async fn flagged(app: &App) -> Vec<String> {
    select_column(&app.state, "SELECT email FROM users WHERE flagged_for = 'device' ORDER BY email").await
}

#[tokio::test]
async fn fifth_account_of_a_device_is_flagged() {
    with_settings(&[STRICT, HIGH_LIMITS].concat(), async |app| {
        for at in 0..6 {
            let (email, client) = (format!("parent{at}@example.org"), app.anonymous());
            let device = json!({ "fingerprint": "1920x1080 Europe/Vienna de 8" });
            assert_eq!(sign_up(&client, &email, device).await.status(), 202);
            let user = verify_email(app, &client, &email).await;
            assert_eq!(user["credits"], if at < 4 { 3 } else { 0 }, "{at}");
        }
        let flagged = "SELECT CAST(COUNT(*) AS TEXT) FROM users WHERE flagged_for = 'device'";
        assert_eq!(select_column(&app.state, flagged).await, ["2"]);
        let line = "SELECT CAST(COUNT(*) AS TEXT) FROM auth_events WHERE kind = 'flagged_device'";
        assert_eq!(select_column(&app.state, line).await, ["2"]);
        // Another device in the same network.
        let client = app.anonymous();
        sign_up(&client, "other@example.org", json!({ "fingerprint": "390x844 Europe/Vienna de 6" })).await;
        assert_eq!(verify_email(app, &client, "other@example.org").await["credits"], 3);
    })
    .await;
}

#[tokio::test]
async fn fifth_account_of_a_browser_is_flagged() {
    with_settings(&[STRICT, HIGH_LIMITS].concat(), async |app| {
        let browser = app.anonymous();
        for at in 0..5 {
            let signals = if at % 2 == 0 { json!({ "fingerprint": format!("a device like {at}") }) } else { json!({}) };
            let credits = sign_up_and_verify(app, &browser, &format!("parent{at}@example.org"), signals).await;
            assert_eq!(credits, if at < 4 { 3 } else { 0 }, "{at}");
        }
        assert_eq!(flagged(app).await, ["parent4@example.org"]);
    })
    .await;
}

#[tokio::test]
async fn sign_ups_by_strangers_do_not_flag_an_owner() {
    with_settings(&[STRICT, HIGH_LIMITS].concat(), async |app| {
        let crowded = json!({ "fingerprint": "a crowded device" });
        for at in 0..5 {
            sign_up_and_verify(app, &app.anonymous(), &format!("stranger{at}@example.org"), crowded.clone()).await;
        }
        // The stranger signs up with other clients's addresses, before and after they do.
        let mia = app.anonymous();
        assert_eq!(sign_up(&app.anonymous(), "mia@example.org", crowded.clone()).await.status(), 202);
        assert_eq!(sign_up_and_verify(app, &mia, "mia@example.org", json!({ "fingerprint": "her own" })).await, 3);
        let leo = app.anonymous();
        assert_eq!(sign_up(&leo, "leo@example.org", json!({ "fingerprint": "his own" })).await.status(), 202);
        assert_eq!(sign_up(&app.anonymous(), "leo@example.org", crowded).await.status(), 202);
        assert_eq!(verify_email(app, &leo, "leo@example.org").await["credits"], 3);
        assert_eq!(flagged(app).await, ["stranger4@example.org"]);
    })
    .await;
}

/// Creates five accounts on one device; returns the last, which is flagged.
async fn create_flagged_account(app: &Arc<App>) -> (TestClient, Email) {
    let device = json!({ "fingerprint": "a family's" });
    for at in 0..4 {
        sign_up_and_verify(app, &app.anonymous(), &format!("child{at}@example.org"), device.clone()).await;
    }
    let client = app.anonymous();
    assert_eq!(sign_up_and_verify(app, &client, "mia@example.org", device).await, 0);
    (client, Email::parse("mia@example.org").expect("an address"))
}

#[tokio::test]
async fn unflagging_grants_the_withheld_credits_once() {
    with_settings(&[STRICT, HIGH_LIMITS].concat(), async |app| {
        let (client, email) = create_flagged_account(app).await;
        let flag = async |reason| operator::set_account_flag(&app.state, &email, reason).await.expect("flagged");
        flag(None).await;
        assert_eq!(client.balance().await, 3);
        // Neither another flag nor another verification grants more.
        flag(Some("odd")).await;
        flag(None).await;
        assert_eq!(client.get(&request_link(app, &client).await).await.status(), 303);
        assert_eq!(client.balance().await, 3);
        assert_eq!(flagged(app).await, Vec::<String>::new());
        let granted = "SELECT CAST(COUNT(*) AS TEXT) FROM credit_events WHERE kind = 'granted'";
        assert_eq!(select_column(&app.state, granted).await, ["5"]);
        let trail = "SELECT kind FROM auth_events WHERE kind = 'looked_at_by_operator'";
        assert_eq!(select_column(&app.state, trail).await.len(), 2);
    })
    .await;
}

async fn request_link(app: &App, client: &TestClient) -> String {
    let response = client.post("/api/v1/auth/magic-link", json!({ "email": "mia@example.org" })).await;
    assert_eq!(response.status(), 202);
    app.mailed_link("mia@example.org").await
}

#[tokio::test]
async fn unflagging_grants_nothing_to_a_mailbox_with_credits() {
    with_settings(&[STRICT, HIGH_LIMITS].concat(), async |app| {
        let (client, email) = create_flagged_account(app).await;
        // Another variant of the same mailbox, on another device.
        assert_eq!(
            sign_up_and_verify(app, &app.anonymous(), "mia+two@example.org", json!({ "fingerprint": "another" })).await,
            3
        );
        operator::set_account_flag(&app.state, &email, None).await.expect("unflagged");
        assert_eq!(client.balance().await, 0);
    })
    .await;
}
