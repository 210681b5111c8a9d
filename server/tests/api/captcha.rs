//! CAPTCHA at sign-up: proof of work, reCAPTCHA, and the signed form ticket without JavaScript.

use std::net::IpAddr;

use altcha::{
    Challenge, CreateChallengeOptions, Payload, Solution, SolveChallengeOptions, create_challenge, solve_challenge,
};
use axum::http::HeaderMap;
use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Email, ProblemCode};
use serde_json::json;
use server::{
    Error,
    clock::{HOUR, Millis, SECOND, local_now},
    flags::{self, Flag},
    fraud::{self, SignUpSignals},
    identity::RequestIdentity,
    network::Network,
};

use crate::{
    fraud::{STRICT, blocked_events, sign_up},
    harness::{App, TestClient, assert_problem, json_of, with_settings},
};

/// ALTCHA at the lowest cost.
pub const CAPTCHA: &[(&str, &str)] = &[("--captcha", "altcha"), ("--captcha-cost", "1")];

async fn fetch_challenge(client: &TestClient) -> Challenge {
    let answer = json_of(client.get("/api/v1/auth/challenge").await).await;
    serde_json::from_value(answer["challenge"].clone()).expect("a challenge")
}

fn solution_of(challenge: &Challenge) -> Solution {
    solve_challenge(SolveChallengeOptions::new(challenge)).expect("can be solved").expect("in time")
}

/// The value that a browser sends after solving a challenge.
fn encode(challenge: &Challenge, solution: &Solution) -> String {
    let payload = Payload { challenge: challenge.clone(), solution: solution.clone() };
    STANDARD.encode(serde_json::to_vec(&payload).expect("JSON"))
}

/// Fetches a challenge and solves it as a browser does.
pub async fn solve_captcha(client: &TestClient) -> String {
    let challenge = fetch_challenge(client).await;
    encode(&challenge, &solution_of(&challenge))
}

#[tokio::test]
async fn proof_of_work_admits_one_sign_up() {
    with_settings(CAPTCHA, async |app| {
        let client = app.anonymous();
        assert_problem(sign_up(&client, "mia@example.org", json!({})).await, 422, "captcha_needed").await;
        let captcha = json!({ "captcha": solve_captcha(&client).await });
        assert_eq!(sign_up(&client, "mia@example.org", captcha.clone()).await.status(), 202);
        assert_problem(sign_up(&client, "leo@example.org", captcha).await, 422, "captcha_failed").await;
        assert_eq!(blocked_events(app).await, ["blocked_captcha"; 2]);
    })
    .await;
}

#[tokio::test]
async fn captcha_flag_disables_the_check() {
    with_settings(CAPTCHA, async |app| {
        let client = app.anonymous();
        flags::set_flag(&app.state, Flag::Captcha, false).await.expect("sets");
        assert_eq!(sign_up(&client, "leo@example.org", json!({})).await.status(), 202);
    })
    .await;
}

/// Asserts that an answer fails, and that the right solution of the same challenge passes after it.
async fn assert_rejected_then_solved(app: &App, client: &TestClient, challenge: &Challenge, wrong: &[String]) {
    for captcha in wrong {
        let answer = sign_up(client, "mia@example.org", json!({ "captcha": captcha })).await;
        assert_problem(answer, 422, "captcha_failed").await;
    }
    assert_eq!(blocked_events(app).await, vec!["blocked_captcha"; wrong.len()]);
    let captcha = encode(challenge, &solution_of(challenge));
    assert_eq!(sign_up(client, "mia@example.org", json!({ "captcha": captcha })).await.status(), 202);
}

#[tokio::test]
async fn counter_that_does_not_solve_the_challenge_is_rejected() {
    with_settings(CAPTCHA, async |app| {
        let client = app.anonymous();
        // The first counter solves one challenge of 256; such a challenge is skipped.
        let mut challenge = fetch_challenge(&client).await;
        while solution_of(&challenge).counter == 0 {
            challenge = fetch_challenge(&client).await;
        }
        let solution = solution_of(&challenge);
        let other_counter = Solution { counter: solution.counter + 1, ..solution.clone() };
        let other_key = Solution { derived_key: "00".repeat(solution.derived_key.len() / 2), ..solution };
        // Without a required prefix the first counter solves it: counter and key belong together,
        // but no work was done.
        let mut effortless = challenge.clone();
        effortless.parameters.key_prefix = String::new();
        let no_work = solution_of(&effortless);
        assert_eq!(no_work.counter, 0);
        let wrong = [&other_counter, &other_key, &no_work].map(|solution| encode(&challenge, solution));
        assert_rejected_then_solved(app, &client, &challenge, &wrong).await;
    })
    .await;
}

#[tokio::test]
async fn altered_challenge_is_rejected() {
    with_settings(CAPTCHA, async |app| {
        let client = app.anonymous();
        let challenge = fetch_challenge(&client).await;
        let altered = |alter: &dyn Fn(&mut Challenge)| {
            let mut altered = challenge.clone();
            alter(&mut altered);
            // Solved as it stands now, so that only the signature is wrong.
            encode(&altered, &solution_of(&altered))
        };
        let wrong = [
            altered(&|challenge| challenge.parameters.key_prefix = String::new()),
            altered(&|challenge| challenge.parameters.expires_at = Some(local_now() / SECOND + 86_400)),
            altered(&|challenge| challenge.signature = Some("00".repeat(32))),
            altered(&|challenge| challenge.signature = None),
        ];
        assert_rejected_then_solved(app, &client, &challenge, &wrong).await;
    })
    .await;
}

#[tokio::test]
async fn expired_challenge_is_rejected() {
    with_settings(CAPTCHA, async |app| {
        let client = app.anonymous();
        let issue = |expires_at: i64| {
            let challenge = create_challenge(CreateChallengeOptions {
                cost: 1,
                expires_at: Some(expires_at),
                hmac_signature_secret: Some(app.state.keys.challenge.clone()),
                ..CreateChallengeOptions::default()
            });
            challenge.expect("a challenge")
        };
        let now = local_now() / SECOND;
        let expired = issue(now - 1);
        let wrong = [encode(&expired, &solution_of(&expired))];
        // Issued in the same way but for its time, so that nothing else can be the reason.
        assert_rejected_then_solved(app, &client, &issue(now + 600), &wrong).await;
    })
    .await;
}

/// A stub of Google's `siteverify` whose response is what the token spells out:
/// `success-score-action-hostname`.
async fn start_siteverify() -> String {
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
async fn recaptcha_token_needs_our_action_host_and_a_good_score() {
    let url = start_siteverify().await;
    let settings = [&RECAPTCHA[..], &[("--recaptcha-url", url.as_str())]].concat();
    with_settings(&settings, async |app| {
        let client = app.anonymous();
        for token in [
            "no-0.9-signup-127.0.0.1",
            "yes-0.4-signup-127.0.0.1",
            "yes-0.9-login-127.0.0.1",
            "yes-0.9-signup-evil.example",
        ] {
            let answer = sign_up(&client, "mia@example.org", json!({ "captcha": token })).await;
            assert_problem(answer, 422, "captcha_failed").await;
        }
        let answer = sign_up(&client, "mia@example.org", json!({ "captcha": "yes-0.5-signup-127.0.0.1" })).await;
        assert_eq!(answer.status(), 202);
        assert_eq!(json_of(client.get("/api/v1/auth/challenge").await).await["site_key"], "site");
    })
    .await;
}

#[tokio::test]
async fn proof_of_work_replaces_unreachable_recaptcha() {
    let settings = [&RECAPTCHA[..], &[("--recaptcha-url", "http://127.0.0.1:9/verify")]].concat();
    with_settings(&settings, async |app| {
        let client = app.anonymous();
        let token = "yes-0.9-signup-127.0.0.1";
        let answer = sign_up(&client, "mia@example.org", json!({ "captcha": token })).await;
        assert_problem(answer, 422, "captcha_needed").await;
        let both = format!("{token} {}", solve_captcha(&client).await);
        assert_eq!(sign_up(&client, "mia@example.org", json!({ "captcha": both })).await.status(), 202);
    })
    .await;
}

#[tokio::test]
async fn missing_recaptcha_token_costs_harder_work() {
    let url = start_siteverify().await;
    let settings = [&RECAPTCHA[..], &[("--recaptcha-url", url.as_str())]].concat();
    with_settings(&settings, async |app| {
        let client = app.anonymous();
        for missing in [json!({}), json!({ "captcha": "" }), json!({ "captcha": "  " })] {
            assert_problem(sign_up(&client, "mia@example.org", missing).await, 422, "captcha_needed").await;
        }
        // Four times the configured cost.
        let answer = json_of(client.get("/api/v1/auth/challenge").await).await;
        assert_eq!(answer["challenge"]["parameters"]["cost"], 4);
        // A proof of work does not outweigh a rejected token, in either order.
        let (robot, work) = ("yes-0.1-signup-127.0.0.1", solve_captcha(&client).await);
        for both in [format!("{robot} {work}"), format!("{work} {robot}")] {
            let answer = sign_up(&client, "mia@example.org", json!({ "captcha": both })).await;
            assert_problem(answer, 422, "captcha_failed").await;
        }
        let alone = json!({ "captcha": work });
        assert_eq!(sign_up(&client, "mia@example.org", alone.clone()).await.status(), 202);
        assert_problem(sign_up(&client, "leo@example.org", alone).await, 422, "captcha_failed").await;
    })
    .await;
}

/// Checks a sign-up without JavaScript: with a form ticket that was issued `age` ms ago, from an
/// address.
async fn check_plain_sign_up(app: &App, from: &str, nonce: &str, age: Millis) -> Result<(), Error> {
    let at = local_now() - age;
    let form_ticket = Some(format!("{at}.{nonce}.{}", app.state.keys.sign_form_ticket(at, nonce)));
    check_form_ticket(app, from, form_ticket).await
}

async fn check_form_ticket(app: &App, from: &str, form_ticket: Option<String>) -> Result<(), Error> {
    let address: IpAddr = from.parse().expect("an address");
    let mut identity = RequestIdentity::default();
    identity.device.network = Network::from_request(address, &HeaderMap::new(), &[]);
    let email = Email::parse("mia@example.org").expect("an address");
    let signals = SignUpSignals { form_ticket, ..SignUpSignals::default() };
    fraud::check_sign_up(&app.state, &identity, &email, &signals).await
}

fn code_of(outcome: Result<(), Error>) -> Option<ProblemCode> {
    match outcome {
        Err(Error::Problem(problem)) => Some(problem.code),
        Err(error) => panic!("{error}"),
        Ok(()) => None,
    }
}

#[tokio::test]
async fn form_ticket_is_valid_once_and_at_the_right_age() {
    with_settings(CAPTCHA, async |app| {
        let from = "203.0.113.1";
        for (nonce, age, code) in [
            ("young", 2 * SECOND, Some(ProblemCode::TooManyRequests)),
            ("old", 2 * HOUR, Some(ProblemCode::CaptchaFailed)),
            ("right", 10 * SECOND, None),
            ("right", 10 * SECOND, Some(ProblemCode::CaptchaFailed)),
        ] {
            assert_eq!(code_of(check_plain_sign_up(app, from, nonce, age).await), code, "{nonce}");
        }
        let at = local_now() - 10 * SECOND;
        let forged = format!("{at}.forged.{}", app.state.keys.sign_form_ticket(at, "other"));
        assert_eq!(code_of(check_form_ticket(app, from, Some(forged)).await), Some(ProblemCode::CaptchaFailed));
    })
    .await;
}

#[tokio::test]
async fn one_host_cannot_use_up_sign_ups_without_javascript() {
    let settings = [STRICT, CAPTCHA, &[("--limit-plain-sign-ups", "8")]].concat();
    with_settings(&settings, async |app| {
        let mut admitted = [0; 2];
        for number in 0..40 {
            let first = check_plain_sign_up(app, "203.0.113.1", &format!("a{number}"), 10 * SECOND).await;
            admitted[0] += usize::from(first.is_ok());
            if number >= 20 {
                // The second party comes from a whole /48.
                let address = format!("2001:db8:0:{number:x}::1");
                let second = check_plain_sign_up(app, &address, &format!("b{number}"), 10 * SECOND).await;
                admitted[1] += usize::from(second.is_ok());
            }
        }
        assert_eq!(admitted, [6, 2], "the limit of its address, then the rest of the site's");
        assert_eq!(blocked_events(app).await.len(), 40 - 6 + 20 - 2);
    })
    .await;
}

#[tokio::test]
async fn ipv6_site_shares_one_limit_of_plain_sign_ups() {
    with_settings(&[STRICT, CAPTCHA].concat(), async |app| {
        for number in 0..40 {
            let address = format!("2001:db8:0:{number:x}::1");
            let outcome = check_plain_sign_up(app, &address, &number.to_string(), 10 * SECOND).await;
            assert_eq!(outcome.is_ok(), number < 6, "{number}");
        }
        let elsewhere = check_plain_sign_up(app, "203.0.113.2", "elsewhere", 10 * SECOND).await;
        elsewhere.expect("another address is admitted");
    })
    .await;
}
