//! What a sign-up brings to show that a person's browser made it, and what leaving it out costs.

use std::net::IpAddr;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use model::Email;
use serde_json::{Value, json};
use server::{
    Error,
    clock::{SECOND, local_now},
    flags::{self, Flag},
    fraud::{self, SignUpSignals},
    identity::RequestIdentity,
    network::Network,
};

use crate::{
    fraud::{STRICT, blocked, sign_up},
    harness::{App, TestClient, assert_problem, json_of, with_settings},
};

/// A proof of work that a test can do.
pub const CAPTCHA: &[(&str, &str)] = &[("--captcha", "altcha"), ("--captcha-cost", "1")];

/// Solves a challenge as a browser does.
pub async fn solved(person: &TestClient) -> String {
    let answer = json_of(person.get("/api/v1/auth/challenge").await).await;
    let challenge: Challenge = serde_json::from_value(answer["challenge"].clone()).expect("a challenge");
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).expect("can be solved").expect("in time");
    STANDARD.encode(serde_json::to_vec(&Payload { challenge, solution }).expect("JSON"))
}

#[tokio::test]
async fn a_proof_of_work_lets_one_sign_up_through() {
    with_settings(CAPTCHA, async |app| {
        let visitor = app.anonymous();
        assert_problem(sign_up(&visitor, "mia@example.org", json!({})).await, 422, "captcha_needed").await;
        let captcha = json!({ "captcha": solved(&visitor).await });
        assert_eq!(sign_up(&visitor, "mia@example.org", captcha.clone()).await.status(), 202);
        assert_problem(sign_up(&visitor, "leo@example.org", captcha).await, 422, "captcha_failed").await;
        // Made up: the right shape, signed by somebody else.
        let text = STANDARD.decode(solved(&visitor).await).expect("base64");
        let mut forged: Value = serde_json::from_slice(&text).expect("JSON");
        forged["challenge"]["parameters"]["keyPrefix"] = "".into();
        let forged = json!({ "captcha": STANDARD.encode(forged.to_string()) });
        assert_problem(sign_up(&visitor, "leo@example.org", forged).await, 422, "captcha_failed").await;
        assert_eq!(blocked(app).await, ["blocked_captcha"; 3]);
        flags::set(&app.state, Flag::Captcha, false).await.expect("sets");
        assert_eq!(sign_up(&visitor, "leo@example.org", json!({})).await.status(), 202);
    })
    .await;
}

/// Google's verifier, which says of a token what the token asks for: `score=0.9&action=signup&...`.
async fn verifier() -> String {
    let verdict = async |body: String| {
        assert!(body.contains("secret=hush%2Dhush"), "{body}");
        let token = body.split("response=").nth(1).expect("a token").replace("%2E", ".");
        let parts: Vec<_> = token.split("%2D").collect();
        let score: f64 = parts[1].parse().expect("a score");
        axum::Json(json!({ "success": parts[0] == "yes", "score": score, "action": parts[2], "hostname": parts[3] }))
    };
    let router = axum::Router::new().route("/verify", axum::routing::post(verdict));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(server::http::serve(listener, router, std::future::pending()));
    format!("http://{address}/verify")
}

const RECAPTCHA: [(&str, &str); 4] = [
    ("--captcha", "recaptcha"),
    ("--captcha-cost", "1"),
    ("--recaptcha-site-key", "site"),
    ("--recaptcha-secret", "hush-hush"),
];

#[tokio::test]
async fn a_token_of_recaptcha_has_to_be_ours_and_likely_a_persons() {
    let url = verifier().await;
    let settings = [&RECAPTCHA[..], &[("--recaptcha-url", url.as_str())]].concat();
    with_settings(&settings, async |app| {
        let visitor = app.anonymous();
        for token in [
            "no-0.9-signup-127.0.0.1",
            "yes-0.4-signup-127.0.0.1",
            "yes-0.9-login-127.0.0.1",
            "yes-0.9-signup-evil.example",
        ] {
            let answer = sign_up(&visitor, "mia@example.org", json!({ "captcha": token })).await;
            assert_problem(answer, 422, "captcha_failed").await;
        }
        let answer = sign_up(&visitor, "mia@example.org", json!({ "captcha": "yes-0.5-signup-127.0.0.1" })).await;
        assert_eq!(answer.status(), 202);
        assert_eq!(json_of(visitor.get("/api/v1/auth/challenge").await).await["site_key"], "site");
    })
    .await;
}

#[tokio::test]
async fn when_recaptcha_is_down_a_proof_of_work_is_asked_for() {
    let settings = [&RECAPTCHA[..], &[("--recaptcha-url", "http://127.0.0.1:9/verify")]].concat();
    with_settings(&settings, async |app| {
        let visitor = app.anonymous();
        let token = "yes-0.9-signup-127.0.0.1";
        let answer = sign_up(&visitor, "mia@example.org", json!({ "captcha": token })).await;
        assert_problem(answer, 422, "captcha_needed").await;
        let both = format!("{token} {}", solved(&visitor).await);
        assert_eq!(sign_up(&visitor, "mia@example.org", json!({ "captcha": both })).await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn without_a_token_of_recaptcha_there_is_only_harder_work() {
    let url = verifier().await;
    let settings = [&RECAPTCHA[..], &[("--recaptcha-url", url.as_str())]].concat();
    with_settings(&settings, async |app| {
        let visitor = app.anonymous();
        for nothing in [json!({}), json!({ "captcha": "" }), json!({ "captcha": "  " })] {
            assert_problem(sign_up(&visitor, "mia@example.org", nothing).await, 422, "captcha_needed").await;
        }
        // Four times what the setting says.
        let answer = json_of(visitor.get("/api/v1/auth/challenge").await).await;
        assert_eq!(answer["challenge"]["parameters"]["cost"], 4);
        // What was said of a token is not undone by work, in whichever order they come.
        let (robot, work) = ("yes-0.1-signup-127.0.0.1", solved(&visitor).await);
        for both in [format!("{robot} {work}"), format!("{work} {robot}")] {
            let answer = sign_up(&visitor, "mia@example.org", json!({ "captcha": both })).await;
            assert_problem(answer, 422, "captcha_failed").await;
        }
        let alone = json!({ "captcha": work });
        assert_eq!(sign_up(&visitor, "mia@example.org", alone.clone()).await.status(), 202);
        assert_problem(sign_up(&visitor, "leo@example.org", alone).await, 422, "captcha_failed").await;
    })
    .await;
}

/// A sign-up by a form that was looked at for a while, where no script runs.
async fn plain_sign_up(app: &App, from: &str, number: usize) -> Result<(), Error> {
    let (at, nonce) = (local_now() - 10 * SECOND, number.to_string());
    let ticket = format!("{at}.{nonce}.{}", app.state.keys.sign_form_ticket(at, &nonce));
    let address: IpAddr = from.parse().expect("an address");
    let mut visitor = RequestIdentity::default();
    visitor.device.network = Network::from_request(address, &HeaderMap::new(), &[]);
    let email = Email::parse("mia@example.org").expect("an address");
    fraud::check_sign_up(
        &app.state,
        &visitor,
        &email,
        &SignUpSignals { form_ticket: Some(ticket), ..SignUpSignals::default() },
    )
    .await
}

#[tokio::test]
async fn one_host_cannot_shut_the_door_for_those_without_scripts() {
    let settings = [STRICT, CAPTCHA, &[("--limit-plain-sign-ups", "8")]].concat();
    with_settings(&settings, async |app| {
        let mut taken = [0; 2];
        for number in 0..40 {
            // The second has a whole /48 to come from.
            let line = format!("2001:db8:0:{number:x}::1");
            taken[0] += usize::from(plain_sign_up(app, "203.0.113.1", number).await.is_ok());
            taken[1] += usize::from(number >= 20 && plain_sign_up(app, &line, 100 + number).await.is_ok());
        }
        assert_eq!(taken, [6, 2], "its own share, then what is left of everybody's");
        assert_eq!(blocked(app).await.len(), 40 - 6 + 20 - 2);
    })
    .await;
    with_settings(&[STRICT, CAPTCHA].concat(), async |app| {
        for number in 0..40 {
            let line = format!("2001:db8:0:{number:x}::1");
            assert_eq!(plain_sign_up(app, &line, number).await.is_ok(), number < 6, "{number}");
        }
        plain_sign_up(app, "203.0.113.2", 100).await.expect("somebody else gets through");
    })
    .await;
}
