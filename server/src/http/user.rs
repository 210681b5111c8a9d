//! `/api/v1/user/*`: what somebody changes of their own account, takes along, or deletes.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Email, OneTimeCode, Password, Problem, User};
use serde::Deserialize;
use serde_json::json;

use super::{answer::Fields, auth::signed_out};
use crate::{AppState, Error, accounts, i18n::tr, identity::Account};

/// One change at a time: a new password; a new address, which is mailed a code; that address with its code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Needed for everything but a code, unless the account has none.
    current_password: Option<String>,
    new_password: Option<String>,
    email: Option<String>,
    code: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delete {
    current_password: Option<String>,
}

/// A password that no account could have is a wrong one.
fn current(text: Option<String>) -> Result<Option<Password>, Problem> {
    text.map(|text| Password::parse(text).map_err(|_| Problem::password_wrong())).transpose()
}

pub async fn profile(State(state): State<AppState>, account: Account) -> Result<Json<User>, Error> {
    accounts::current_user(&state, &account).await.map(Json)
}

pub async fn change(
    State(state): State<AppState>,
    account: Account,
    Fields(body): Fields<Change>,
) -> Result<Response, Error> {
    match body {
        Change { new_password: Some(new), email: None, code: None, current_password } => {
            let new =
                Password::parse(new).map_err(|problem| Problem { field: Some("new_password".into()), ..problem })?;
            accounts::change_password(&state, &account, current(current_password)?, &new).await?;
            Ok(Json(accounts::current_user(&state, &account).await?).into_response())
        }
        Change { email: Some(email), code: None, new_password: None, current_password } => {
            let email = Email::parse(&email)?;
            accounts::request_email_change(&state, &account, current(current_password)?, &email).await?;
            Ok((StatusCode::ACCEPTED, Json(json!({ "next": "verify" }))).into_response())
        }
        Change { email: Some(email), code: Some(code), new_password: None, .. } => {
            let (email, code) = (Email::parse(&email)?, OneTimeCode::parse(&code)?);
            accounts::confirm_email_change(&state, &account, &email, &code).await?;
            let changed = User { email: Some(email), ..accounts::current_user(&state, &account).await? };
            Ok(Json(changed).into_response())
        }
        _ => Err(Problem::body_invalid_because(None, tr("body-one-change")).into()),
    }
}

/// The body is optional: a guest, and an account without a password, has nothing to confirm with.
pub async fn delete(
    State(state): State<AppState>,
    account: Account,
    body: Option<Fields<Delete>>,
) -> Result<Response, Error> {
    let Fields(body) = body.unwrap_or(Fields(Delete::default()));
    accounts::delete(&state, &account, current(body.current_password)?).await?;
    Ok(signed_out(&state))
}

pub async fn export(State(state): State<AppState>, account: Account) -> Result<Response, Error> {
    let archive = Body::from_stream(accounts::export(&state, &account).await?);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"scribble-machine.zip\"")),
    ];
    Ok((headers, archive).into_response())
}
