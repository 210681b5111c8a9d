//! CAPTCHA for sign-ups: a proof of work (ALTCHA v2, altcha.org), a reCAPTCHA v3 token, or, without
//! JavaScript, a signed form that was open for some seconds.

use std::time::Duration;

use altcha::{CreateChallengeOptions, Payload, VerifySolutionOptions, verify_solution};
use base64::{Engine, engine::general_purpose::STANDARD};
use model::Problem;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SignUpSignals;
use crate::{
    AppState, Error,
    clock::{HOUR, MINUTE, Millis, SECOND, local_now},
    config::Captcha,
    cpu_pool,
    db::Authority,
    identity::RequestIdentity,
    limits::{self, Rule},
};

/// Lifetime of a challenge; long enough to fill in a form slowly.
const CHALLENGE_TTL: Millis = 30 * MINUTE;
/// Accepted age of a form ticket: younger means a script, older an abandoned form.
const FORM_TICKET_AGE: std::ops::Range<Millis> = 4 * SECOND..2 * HOUR;
/// With reCAPTCHA, the proof of work is a fallback with a multiple of the configured cost. Leaving
/// out a token that would reveal a robot must not be cheaper than on a site without reCAPTCHA.
const FALLBACK_COST_FACTOR: u32 = 4;
/// Google's recommended threshold: a lower score is likely a robot.
const MIN_SCORE: f64 = 0.5;
const RECAPTCHA_ACTION: &str = "signup";
const RECAPTCHA_TIMEOUT: Duration = Duration::from_secs(5);

/// The CAPTCHA that a client has to solve before it signs up.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schema(example = json!({"kind": "off"}))]
pub enum Challenge {
    Off,
    Altcha {
        #[schema(value_type = AltchaChallenge)]
        challenge: altcha::Challenge,
    },
    /// The proof of work is for a client or server that cannot reach reCAPTCHA.
    Recaptcha {
        site_key: String,
        #[schema(value_type = AltchaChallenge)]
        challenge: altcha::Challenge,
    },
}

// The schema of `altcha::Challenge`, which is of another crate.
/// An ALTCHA challenge, version 2.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described, not constructed")]
struct AltchaChallenge {
    #[schema(value_type = Object)]
    parameters: (),
    signature: String,
}

/// Creates the challenge of the configured CAPTCHA.
pub fn create_challenge(state: &AppState) -> Result<Challenge, Error> {
    let captcha = state.config.captcha();
    if captcha == Captcha::Off {
        return Ok(Challenge::Off);
    }
    let cost = state.config.fraud.captcha_cost;
    let challenge = altcha::create_challenge(CreateChallengeOptions {
        cost: if captcha == Captcha::Recaptcha { cost.saturating_mul(FALLBACK_COST_FACTOR) } else { cost },
        expires_at: Some((local_now() + CHALLENGE_TTL) / SECOND),
        hmac_signature_secret: Some(state.keys.challenge.clone()),
        ..CreateChallengeOptions::default()
    })
    .map_err(Error::internal)?;
    Ok(match (captcha, &state.config.fraud.recaptcha_site_key) {
        (Captcha::Recaptcha, Some(key)) => Challenge::Recaptcha { site_key: key.clone(), challenge },
        _ => Challenge::Altcha { challenge },
    })
}

/// Returns a signed value for a hidden form field, for browsers without JavaScript.
pub fn issue_form_ticket(state: &AppState) -> String {
    let (at, nonce) = (local_now(), uuid::Uuid::new_v4().simple().to_string());
    format!("{at}.{nonce}.{}", state.keys.sign_form_ticket(at, &nonce))
}

/// Verifies the CAPTCHA of a sign-up.
///
/// # Errors
/// `captcha_needed`, `captcha_failed`, `too_many_requests`.
pub async fn verify_captcha(
    state: &AppState,
    identity: &RequestIdentity,
    signals: &SignUpSignals,
) -> Result<(), Error> {
    let captcha = state.config.captcha();
    if captcha == Captcha::Off {
        return Ok(());
    }
    if let Some(token) = &signals.form_ticket {
        return verify_form_ticket(state, identity, token).await;
    }
    let mut parts = signals.captcha.as_deref().unwrap_or_default().split_ascii_whitespace();
    // A client may send both in either order: a reCAPTCHA token, and a proof of work as fallback.
    let (first, second) = (parts.next(), parts.next());
    let work = [first, second].into_iter().flatten().find_map(parse_payload);
    if captcha == Captcha::Recaptcha
        && let Some(token) = [first, second].into_iter().flatten().find(|part| parse_payload(part).is_none())
    {
        match verify_recaptcha(state, token).await {
            Some(true) => return Ok(()),
            Some(false) => return Err(Problem::captcha_failed().into()),
            None => {}
        }
    }
    match work {
        Some(work) => verify_proof_of_work(state, work).await,
        None => Err(Problem::captcha_needed().into()),
    }
}

fn parse_payload(text: &str) -> Option<Payload> {
    serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
}

async fn verify_proof_of_work(state: &AppState, work: Payload) -> Result<(), Error> {
    let signature = work.challenge.signature.clone().unwrap_or_default();
    let expires_at = work.challenge.parameters.expires_at.unwrap_or_default().saturating_mul(SECOND);
    let secret = state.keys.challenge.clone();
    let verify = move || verify_solution(VerifySolutionOptions::new(&work.challenge, &work.solution, secret));
    let verified = cpu_pool::run(verify).await?;
    if !verified.is_ok_and(|result| result.verified) || !accept_once(state, "challenge", &signature, expires_at).await?
    {
        return Err(Problem::captcha_failed().into());
    }
    Ok(())
}

/// Returns true for the first use of a signed value. Uses are remembered for its lifetime.
async fn accept_once(state: &AppState, name: &str, item: &str, until: Millis) -> Result<bool, Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    // An hour longer than its lifetime, for clocks that differ.
    let first = limits::record_first_use(state, &mut tx, name, item.as_bytes(), until.saturating_add(HOUR)).await?;
    tx.commit().await?;
    Ok(first)
}

async fn verify_form_ticket(state: &AppState, identity: &RequestIdentity, ticket: &str) -> Result<(), Error> {
    let mut parts = ticket.split('.');
    let (at, nonce, signature) = (parts.next(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let at: Millis = at.and_then(|at| at.parse().ok()).unwrap_or_default();
    let age = local_now().saturating_sub(at);
    if !state.keys.verify_form_ticket_signature(at, nonce, signature) || age >= FORM_TICKET_AGE.end {
        return Err(Problem::captcha_failed().into());
    }
    if age < FORM_TICKET_AGE.start {
        return Err(Problem::rate_limited(4).into());
    }
    if !accept_once(state, "ticket", nonce, at + FORM_TICKET_AGE.end).await? {
        return Err(Problem::captcha_failed().into());
    }
    let mut tx = state.db.begin(Authority::System).await?;
    // The address first: otherwise one host could use up the limit of the whole site.
    let network = &identity.device.network;
    let from = network.ipv6_site_prefix().unwrap_or(network.as_bytes());
    limits::enforce_limit(state, &mut tx, Rule::PlainSignUpFromAddress, from).await?;
    limits::enforce_limit(state, &mut tx, Rule::PlainSignUp, b"everybody").await?;
    tx.commit().await
}

/// Response of reCAPTCHA's `siteverify`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RecaptchaResponse {
    success: bool,
    action: String,
    hostname: String,
    score: f64,
}

/// Verifies a token with Google. `None` when Google cannot be reached.
async fn verify_recaptcha(state: &AppState, token: &str) -> Option<bool> {
    let settings = &state.config.fraud;
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let secret = encode(settings.recaptcha_secret.as_deref()?);
    let request = reqwest::Client::new()
        .post(settings.recaptcha_url.clone())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("secret={secret}&response={}", encode(token)))
        .timeout(RECAPTCHA_TIMEOUT);
    let answer = async { request.send().await?.error_for_status()?.json::<RecaptchaResponse>().await };
    match answer.await {
        Ok(verdict) => {
            let host = state.config.public_url();
            let host = host.split("://").last().and_then(|rest| rest.split(':').next()).unwrap_or_default().to_owned();
            let RecaptchaResponse { success, action, hostname, score } = verdict;
            Some(success && action == RECAPTCHA_ACTION && hostname == host && score >= MIN_SCORE)
        }
        Err(error) => {
            // Without the URL, which adds nothing.
            tracing::warn!(error = %error.without_url(), "reCAPTCHA did not answer");
            None
        }
    }
}
