//! `/api/v1/auth/*`: signing up, in and out.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Email, OneTimeCode, Paginated, Password, Problem, Session, User};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{answer::Fields, headers::forget_everything};
use crate::{
    AppState, Error,
    accounts::{self, SignedIn},
    clock::SECOND,
    fraud::{self, SignUpSignals},
    identity::{Account, RequestIdentity},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    email: String,
    password: String,
    captcha: Option<String>,
    fingerprint: Option<String>,
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
pub struct Address {
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
pub struct MagicLink {
    email: String,
    #[serde(default)]
    return_to: String,
    #[serde(default)]
    stay: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    token: String,
    password: String,
    #[serde(default)]
    stay: bool,
    #[serde(default)]
    session: Carrier,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guest {
    session: Carrier,
}

/// Without a token, the one in the cookie.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Refresh {
    refresh_token: Option<String>,
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
fn accepted(next: &str) -> Response {
    (StatusCode::ACCEPTED, Json(json!({ "next": next }))).into_response()
}

/// A sign-in fails alike for a password that no account could have.
fn typed_password(text: String) -> Result<Password, Problem> {
    Password::parse(text).map_err(|_| Problem::sign_in_failed())
}

pub async fn sign_up(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<SignUp>,
) -> Result<Response, Error> {
    let (email, password) = (Email::parse(&body.email)?, Password::parse(body.password)?);
    let evidence = SignUpSignals { captcha: body.captcha, fingerprint: body.fingerprint, form_ticket: None };
    accounts::sign_up(&state, &identity, &email, &password, &evidence).await?;
    Ok(accepted("verify"))
}

pub async fn resend_otp(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<Address>,
) -> Result<Response, Error> {
    accounts::resend_code(&state, &identity, &Email::parse(&body.email)?).await?;
    Ok(accepted("verify"))
}

pub async fn verify_otp(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<Verify>,
) -> Result<Response, Error> {
    let (email, code) = (Email::parse(&body.email)?, OneTimeCode::parse(&body.code)?);
    let signed_in = accounts::verify_code(&state, &identity, &email, &code, body.stay).await?;
    Ok(welcome(&state, &signed_in, &body.session))
}

pub async fn sign_in(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<SignIn>,
) -> Result<Response, Error> {
    let (email, password) = (Email::parse(&body.email)?, typed_password(body.password)?);
    let signed_in = accounts::sign_in(&state, &identity, &email, &password, body.stay).await?;
    Ok(welcome(&state, &signed_in, &body.session))
}

pub async fn magic_link(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<MagicLink>,
) -> Result<Response, Error> {
    let email = Email::parse(&body.email)?;
    accounts::request_sign_in_link(&state, &identity, &email, &body.return_to, body.stay).await?;
    Ok(accepted("mail"))
}

pub async fn reset_password_request(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<Address>,
) -> Result<Response, Error> {
    accounts::request_password_reset(&state, &identity, &Email::parse(&body.email)?).await?;
    Ok(accepted("mail"))
}

pub async fn reset_password(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Fields(body): Fields<ResetPassword>,
) -> Result<Response, Error> {
    let password = Password::parse(body.password)?;
    let signed_in = accounts::reset_password(&state, &identity, &body.token, &password, body.stay).await?;
    Ok(welcome(&state, &signed_in, &body.session))
}

/// What a sign-up has to bring as `captcha`.
pub async fn challenge(State(state): State<AppState>) -> Result<Json<fraud::Challenge>, Error> {
    fraud::create_challenge(&state).map(Json)
}

/// A guest session, for those who try first.
pub async fn device(
    State(state): State<AppState>,
    identity: RequestIdentity,
    body: Option<Fields<Guest>>,
) -> Result<Response, Error> {
    let Fields(body) = body.unwrap_or(Fields(Guest::default()));
    if let Some(account) = identity.account.as_ref().filter(|account| !account.is_guest) {
        return Ok(Json(accounts::current_user(&state, account).await?).into_response());
    }
    Ok(welcome(&state, &accounts::sign_in_as_guest(&state, &identity).await?, &body.session))
}

/// Replaces the tokens. A browser's cookies are renewed on any request besides.
pub async fn refresh(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Option<Fields<Refresh>>,
) -> Result<Response, Error> {
    let (token, carrier) = match body.and_then(|Fields(body)| body.refresh_token) {
        Some(token) => (Some(token), Carrier::Bearer),
        None => (accounts::read_refresh_token(&state, &headers), Carrier::Cookie),
    };
    let next = match token {
        Some(token) => accounts::refresh_session(&state, &token).await?,
        None => None,
    };
    let (_, signed_in) = next.ok_or_else(Problem::signed_out)?;
    Ok(welcome(&state, &signed_in, &carrier))
}

/// Clears the cookies even when they open nothing any more.
pub async fn sign_out(State(state): State<AppState>, identity: RequestIdentity) -> Result<Response, Error> {
    let Some(account) = &identity.account else {
        let refusal = Error::from(Problem::signed_out()).into_response();
        return Ok((set_cookies(accounts::expired_session_cookies(&state)), refusal).into_response());
    };
    accounts::sign_out(&state, account).await?;
    Ok(signed_out(&state))
}

pub async fn session(State(state): State<AppState>, account: Account) -> Result<Json<User>, Error> {
    accounts::current_user(&state, &account).await.map(Json)
}

pub async fn sessions(State(state): State<AppState>, account: Account) -> Result<Json<Paginated<Session>>, Error> {
    Ok(Json(Paginated { items: accounts::session::list_sessions(&state, &account).await?, next: None }))
}

pub async fn end_session(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    accounts::session::revoke_session(&state, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out everywhere.
pub async fn end_sessions(State(state): State<AppState>, account: Account) -> Result<Response, Error> {
    accounts::session::revoke_all_sessions(&state, &account).await?;
    Ok(signed_out(&state))
}

fn welcome(state: &AppState, signed_in: &SignedIn, carrier: &Carrier) -> Response {
    match carrier {
        Carrier::Cookie => (set_cookies(signed_in.session_cookies(state)), Json(&signed_in.user)).into_response(),
        Carrier::Bearer => {
            let tokens = WithTokens {
                user: &signed_in.user,
                access_token: &signed_in.access_token,
                refresh_token: &signed_in.refresh_token,
                expires_in: accounts::ACCESS_TOKEN_TTL / SECOND,
                token_type: "Bearer",
            };
            Json(tokens).into_response()
        }
    }
}

/// The answer after which nobody is signed in here.
pub fn signed_out(state: &AppState) -> Response {
    let mut response = (StatusCode::NO_CONTENT, set_cookies(accounts::expired_session_cookies(state))).into_response();
    forget_everything(response.headers_mut());
    response
}

pub fn set_cookies(values: impl IntoIterator<Item = HeaderValue>) -> HeaderMap {
    values.into_iter().map(|value| (header::SET_COOKIE, value)).collect()
}
