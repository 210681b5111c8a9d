//! `/api/v1/user/*`: reading, changing, exporting and deleting the account.

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use model::{Email, OneTimeCode, Password, Problem, User};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    auth::{accepted, signed_out_response},
    auth_bodies::NextStep,
    extract::JsonBody,
    files::{BinaryBody, zip_response},
};
use crate::{AppState, Error, accounts, export, i18n::tr, identity::Account};

/// One change at a time: a new password; a new address, to which a code is mailed; or that
/// address with its code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "seven quiet otters", "new_password": "nine loud badgers"}))]
pub struct ProfileChange {
    /// Required except with a code, if the account has a password.
    #[schema(nullable = false)]
    current_password: Option<String>,
    #[schema(min_length = 8, max_length = 256, nullable = false)]
    new_password: Option<String>,
    #[schema(value_type = Option<Email>, nullable = false)]
    email: Option<String>,
    #[schema(nullable = false)]
    code: Option<String>,
}

/// The password of the account to delete.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "seven quiet otters"}))]
pub struct ProfileDeletion {
    #[schema(nullable = false)]
    current_password: Option<String>,
}

/// A password that no account can have is reported as a wrong one.
fn parse_current_password(text: Option<String>) -> Result<Option<Password>, Problem> {
    text.map(|text| Password::parse(text).map_err(|_| Problem::password_wrong())).transpose()
}

/// The account.
#[utoipa::path(get, path = "/user/profile", responses((status = 200, description = "The account", body = User)))]
pub async fn get_profile(State(state): State<AppState>, account: Account) -> Result<Json<User>, Error> {
    accounts::current_user(&state, &account).await.map(Json)
}

/// Change password or address.
#[utoipa::path(patch, path = "/user/profile", request_body = ProfileChange,
    responses(
        (status = 200, description = "The changed account", body = User),
        (status = 202, description = "A code was mailed to the new address", body = NextStep),
    ))]
pub async fn update_profile(
    State(state): State<AppState>,
    account: Account,
    JsonBody(body): JsonBody<ProfileChange>,
) -> Result<Response, Error> {
    match body {
        ProfileChange { new_password: Some(new), email: None, code: None, current_password } => {
            let new =
                Password::parse(new).map_err(|problem| Problem { field: Some("new_password".into()), ..problem })?;
            accounts::change_password(&state, &account, parse_current_password(current_password)?, &new).await?;
            Ok(Json(accounts::current_user(&state, &account).await?).into_response())
        }
        ProfileChange { email: Some(email), code: None, new_password: None, current_password } => {
            let email = Email::parse(&email)?;
            accounts::request_email_change(&state, &account, parse_current_password(current_password)?, &email).await?;
            Ok(accepted("verify"))
        }
        ProfileChange { email: Some(email), code: Some(code), new_password: None, .. } => {
            let (email, code) = (Email::parse(&email)?, OneTimeCode::parse(&code)?);
            accounts::confirm_email_change(&state, &account, &email, &code).await?;
            let changed = User { email: Some(email), ..accounts::current_user(&state, &account).await? };
            Ok(Json(changed).into_response())
        }
        _ => Err(Problem::body_invalid_because(None, tr("body-one-change")).into()),
    }
}

/// Delete the account for good.
///
/// The body is optional: guests and accounts without a password have none to confirm with.
#[utoipa::path(delete, path = "/user/profile", request_body = Option<ProfileDeletion>,
    responses((status = 204, description = "The account was deleted")))]
pub async fn delete_account(
    State(state): State<AppState>,
    account: Account,
    body: Option<JsonBody<ProfileDeletion>>,
) -> Result<Response, Error> {
    let JsonBody(body) = body.unwrap_or(JsonBody(ProfileDeletion::default()));
    accounts::delete_account(&state, &account, parse_current_password(body.current_password)?).await?;
    Ok(signed_out_response(&state))
}

/// Everything the account holds, as a ZIP archive.
#[utoipa::path(get, path = "/user/export",
    responses(
        (status = 200, description = "The archive", body = inline(BinaryBody), content_type = "application/zip"),
    ))]
pub async fn export_account(State(state): State<AppState>, account: Account) -> Result<Response, Error> {
    Ok(zip_response(Body::from_stream(export::export_account(&state, &account).await?)))
}
