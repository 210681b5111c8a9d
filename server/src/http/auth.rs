//! `/api/v1/auth/*`: sign-up, sign-in, guest sessions, token refresh and sign-out.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Email, OneTimeCode, Paginated, Password, Problem, Session, SessionId, User};

use super::{
    auth_bodies::{
        Address, MagicLink, NewGuest, NextStep, Refresh, ResetPassword, SignIn, SignUp, SignedInBody, TokenTransport,
        TokenType, VerifyOtp,
    },
    extract::JsonBody,
    security_headers::clear_site_data,
};
use crate::{
    AppState, Error,
    accounts::{self, SignedIn},
    clock::SECOND,
    fraud::{self, SignUpSignals},
    identity::{Account, RequestIdentity},
};

/// 202 with the next step. The response must not reveal whether the account exists.
pub fn accepted(next: &'static str) -> Response {
    (StatusCode::ACCEPTED, Json(NextStep { next })).into_response()
}

/// A password that no account can have fails like a wrong one.
fn parse_sign_in_password(text: String) -> Result<Password, Problem> {
    Password::parse(text).map_err(|_| Problem::sign_in_failed())
}

/// Begin an account: a code is mailed.
#[utoipa::path(post, path = "/auth/signup", request_body = SignUp, security(),
    responses((status = 202, description = "The code was mailed", body = NextStep)))]
pub async fn sign_up(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<SignUp>,
) -> Result<Response, Error> {
    let (email, password) = (Email::parse(&body.email)?, Password::parse(body.password)?);
    let signals = SignUpSignals { captcha: body.captcha, fingerprint: body.fingerprint, form_ticket: None };
    accounts::sign_up(&state, &identity, &email, &password, &signals).await?;
    Ok(accepted("verify"))
}

/// Mail another code.
#[utoipa::path(post, path = "/auth/resend-otp", request_body = Address, security(),
    responses((status = 202, description = "The code was mailed if the address has an account", body = NextStep)))]
pub async fn resend_otp(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<Address>,
) -> Result<Response, Error> {
    accounts::resend_code(&state, &identity, &Email::parse(&body.email)?).await?;
    Ok(accepted("verify"))
}

/// Verify the address with the mailed code and sign in.
#[utoipa::path(post, path = "/auth/verify-otp", request_body = VerifyOtp, security(),
    responses((status = 200, description = "Signed in", body = SignedInBody)))]
pub async fn verify_otp(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<VerifyOtp>,
) -> Result<Response, Error> {
    let (email, code) = (Email::parse(&body.email)?, OneTimeCode::parse(&body.code)?);
    let signed_in = accounts::verify_code(&state, &identity, &email, &code, body.stay).await?;
    Ok(signed_in_response(&state, &signed_in, &body.session))
}

/// Sign in with a password.
#[utoipa::path(post, path = "/auth/signin", request_body = SignIn, security(),
    responses((status = 200, description = "Signed in", body = SignedInBody)))]
pub async fn sign_in(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, Error> {
    let (email, password) = (Email::parse(&body.email)?, parse_sign_in_password(body.password)?);
    let signed_in = accounts::sign_in(&state, &identity, &email, &password, body.stay).await?;
    Ok(signed_in_response(&state, &signed_in, &body.session))
}

/// Mail a sign-in link.
#[utoipa::path(post, path = "/auth/magic-link", request_body = MagicLink, security(),
    responses((status = 202, description = "The link was mailed if the address has an account", body = NextStep)))]
pub async fn request_magic_link(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<MagicLink>,
) -> Result<Response, Error> {
    let email = Email::parse(&body.email)?;
    accounts::request_sign_in_link(&state, &identity, &email, &body.return_to, body.stay).await?;
    Ok(accepted("mail"))
}

/// Mail a password reset link.
#[utoipa::path(post, path = "/auth/reset-password-request", request_body = Address, security(),
    responses((status = 202, description = "The link was mailed if the address has an account", body = NextStep)))]
pub async fn request_password_reset(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<Address>,
) -> Result<Response, Error> {
    accounts::request_password_reset(&state, &identity, &Email::parse(&body.email)?).await?;
    Ok(accepted("mail"))
}

/// Set a new password and sign in.
#[utoipa::path(post, path = "/auth/reset-password", request_body = ResetPassword, security(),
    responses((status = 200, description = "Signed in", body = SignedInBody)))]
pub async fn reset_password(
    State(state): State<AppState>,
    identity: RequestIdentity,
    JsonBody(body): JsonBody<ResetPassword>,
) -> Result<Response, Error> {
    let password = Password::parse(body.password)?;
    let signed_in = accounts::reset_password(&state, &identity, &body.token, &password, body.stay).await?;
    Ok(signed_in_response(&state, &signed_in, &body.session))
}

/// The challenge that a sign-up has to answer as `captcha`.
#[utoipa::path(get, path = "/auth/challenge", security(),
    responses((status = 200, description = "The challenge", body = fraud::Challenge)))]
pub async fn captcha_challenge(State(state): State<AppState>) -> Result<Json<fraud::Challenge>, Error> {
    fraud::create_challenge(&state).map(Json)
}

/// Open a guest session.
///
/// A client that is already signed in with an account gets that account.
#[utoipa::path(post, path = "/auth/device", request_body = Option<NewGuest>, security(),
    responses((status = 200, description = "Signed in", body = SignedInBody)))]
pub async fn open_guest_session(
    State(state): State<AppState>,
    identity: RequestIdentity,
    body: Option<JsonBody<NewGuest>>,
) -> Result<Response, Error> {
    let JsonBody(body) = body.unwrap_or(JsonBody(NewGuest::default()));
    if let Some(account) = identity.account.as_ref().filter(|account| !account.is_guest) {
        return Ok(Json(accounts::current_user(&state, account).await?).into_response());
    }
    Ok(signed_in_response(&state, &accounts::sign_in_as_guest(&state, &identity).await?, &body.session))
}

/// Get new tokens.
///
/// The cookies of a browser are also renewed by any other request.
#[utoipa::path(post, path = "/auth/refresh", request_body = Option<Refresh>, security(),
    responses((status = 200, description = "The new tokens", body = SignedInBody)))]
pub async fn refresh_tokens(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Option<JsonBody<Refresh>>,
) -> Result<Response, Error> {
    let (token, transport) = match body.and_then(|JsonBody(body)| body.refresh_token) {
        Some(token) => (Some(token), TokenTransport::Bearer),
        None => (accounts::read_refresh_token(&state, &headers), TokenTransport::Cookie),
    };
    let next = match token {
        Some(token) => accounts::refresh_session(&state, &token).await?,
        None => None,
    };
    let (_, signed_in) = next.ok_or_else(Problem::signed_out)?;
    Ok(signed_in_response(&state, &signed_in, &transport))
}

/// End this session.
///
/// The cookies are removed even if they are invalid.
#[utoipa::path(post, path = "/auth/signout", responses((status = 204, description = "Signed out")))]
pub async fn sign_out(State(state): State<AppState>, identity: RequestIdentity) -> Result<Response, Error> {
    let Some(account) = &identity.account else {
        let error = Error::from(Problem::signed_out()).into_response();
        return Ok((set_cookies(accounts::expired_session_cookies(&state)), error).into_response());
    };
    accounts::sign_out(&state, account).await?;
    Ok(signed_out_response(&state))
}

/// The account that is signed in.
#[utoipa::path(get, path = "/auth/session", responses((status = 200, description = "The account", body = User)))]
pub async fn get_session(State(state): State<AppState>, account: Account) -> Result<Json<User>, Error> {
    accounts::current_user(&state, &account).await.map(Json)
}

/// Every session of the account.
#[utoipa::path(get, path = "/auth/sessions",
    responses((status = 200, description = "The sessions", body = Paginated<Session>)))]
pub async fn list_sessions(State(state): State<AppState>, account: Account) -> Result<Json<Paginated<Session>>, Error> {
    Ok(Json(Paginated { items: accounts::session::list_sessions(&state, &account).await?, next: None }))
}

/// End one session.
#[utoipa::path(delete, path = "/auth/sessions/{id}", params(("id" = SessionId, Path)),
    responses((status = 204, description = "The session was ended")))]
pub async fn end_session(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    accounts::session::revoke_session(&state, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End every session of the account.
#[utoipa::path(delete, path = "/auth/sessions", responses((status = 204, description = "Signed out everywhere")))]
pub async fn end_all_sessions(State(state): State<AppState>, account: Account) -> Result<Response, Error> {
    accounts::session::revoke_all_sessions(&state, &account).await?;
    Ok(signed_out_response(&state))
}

fn signed_in_response(state: &AppState, signed_in: &SignedIn, transport: &TokenTransport) -> Response {
    match transport {
        TokenTransport::Cookie => {
            (set_cookies(signed_in.session_cookies(state)), Json(&signed_in.user)).into_response()
        }
        TokenTransport::Bearer => Json(SignedInBody {
            user: &signed_in.user,
            access_token: Some(&signed_in.access_token),
            refresh_token: Some(&signed_in.refresh_token),
            expires_in: Some(accounts::ACCESS_TOKEN_TTL / SECOND),
            token_type: Some(TokenType::Bearer),
        })
        .into_response(),
    }
}

/// 204 that removes the cookies and the site data of the browser.
pub fn signed_out_response(state: &AppState) -> Response {
    let mut response = (StatusCode::NO_CONTENT, set_cookies(accounts::expired_session_cookies(state))).into_response();
    clear_site_data(response.headers_mut());
    response
}

/// `Set-Cookie` headers of these values.
pub fn set_cookies(values: impl IntoIterator<Item = HeaderValue>) -> HeaderMap {
    values.into_iter().map(|value| (header::SET_COOKIE, value)).collect()
}
