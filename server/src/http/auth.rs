//! `/api/v1/auth/*`: signing up, in and out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Code, Email, Password, Problem, User};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::Fields;
use crate::{
    Error, Machine,
    accounts::{self, SignedIn},
    clock::SECOND,
    visitor::Account,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    email: String,
    code: String,
    #[serde(default)]
    stay: bool,
    #[serde(default)]
    session: Carrier,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resend {
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: String,
    password: String,
    #[serde(default)]
    stay: bool,
    #[serde(default)]
    session: Carrier,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: String,
}

/// How the client keeps its session.
#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    #[default]
    Cookie,
    Bearer,
}

#[derive(Serialize)]
struct WithTokens<'a> {
    #[serde(flatten)]
    user: &'a User,
    access_token: &'a str,
    refresh_token: &'a str,
    /// Seconds.
    expires_in: i64,
    token_type: &'static str,
}

/// The same answer whatever was found: it must not tell who has an account.
fn accepted() -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "next": "verify" }))).into_response()
}

/// A sign-in fails alike for a password that no account could have.
fn typed_password(text: String) -> Result<Password, Problem> {
    Password::parse(text).map_err(|_| Problem::sign_in_failed())
}

pub async fn sign_up(State(machine): State<Machine>, Fields(body): Fields<SignUp>) -> Result<Response, Error> {
    let (email, password) = (Email::parse(&body.email)?, Password::parse(body.password)?);
    accounts::sign_up(&machine, &email, &password).await?;
    Ok(accepted())
}

pub async fn resend_otp(State(machine): State<Machine>, Fields(body): Fields<Resend>) -> Result<Response, Error> {
    accounts::resend_code(&machine, &Email::parse(&body.email)?).await?;
    Ok(accepted())
}

pub async fn verify_otp(State(machine): State<Machine>, Fields(body): Fields<Verify>) -> Result<Response, Error> {
    let (email, code) = (Email::parse(&body.email)?, Code::parse(&body.code)?);
    let signed_in = accounts::verify_code(&machine, &email, &code, body.stay).await?;
    Ok(welcome(&machine, &signed_in, &body.session))
}

pub async fn sign_in(State(machine): State<Machine>, Fields(body): Fields<SignIn>) -> Result<Response, Error> {
    let (email, password) = (Email::parse(&body.email)?, typed_password(body.password)?);
    let signed_in = accounts::sign_in(&machine, &email, &password, body.stay).await?;
    Ok(welcome(&machine, &signed_in, &body.session))
}

/// For clients that keep tokens themselves; a browser's cookies are renewed on any request.
pub async fn refresh(State(machine): State<Machine>, Fields(body): Fields<Refresh>) -> Result<Response, Error> {
    let next = accounts::refresh(&machine, &body.refresh_token).await?;
    let (_, signed_in) = next.ok_or_else(Problem::signed_out)?;
    Ok(welcome(&machine, &signed_in, &Carrier::Bearer))
}

pub async fn sign_out(State(machine): State<Machine>, account: Account) -> Result<Response, Error> {
    accounts::sign_out(&machine, &account).await?;
    Ok((StatusCode::NO_CONTENT, set_cookies(accounts::cleared_cookies(&machine))).into_response())
}

pub async fn session(State(machine): State<Machine>, account: Account) -> Result<Json<User>, Error> {
    accounts::user(&machine, &account).await.map(Json)
}

fn welcome(machine: &Machine, signed_in: &SignedIn, carrier: &Carrier) -> Response {
    match carrier {
        Carrier::Cookie => (set_cookies(signed_in.cookies(machine)), Json(&signed_in.user)).into_response(),
        Carrier::Bearer => Json(WithTokens {
            user: &signed_in.user,
            access_token: &signed_in.access_token,
            refresh_token: &signed_in.refresh_token,
            expires_in: accounts::ACCESS_LIFE / SECOND,
            token_type: "Bearer",
        })
        .into_response(),
    }
}

fn set_cookies(values: Vec<HeaderValue>) -> HeaderMap {
    values.into_iter().map(|value| (header::SET_COOKIE, value)).collect()
}
