//! Routes of dev servers: the outbox at `/dev/mail.json`, and signing in as the test parent.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use model::Problem;

use super::{auth::set_cookies, response::redirect};
use crate::{
    AppState, Error, accounts,
    identity::RequestIdentity,
    mail::{Message, read_outbox},
};

/// `GET /dev/mail.json`: the messages that a production server would have sent.
pub async fn list_outbox(State(state): State<AppState>) -> Json<Vec<Message>> {
    Json(read_outbox(&state).await)
}

/// `POST /dev/sign-in`: signs in as the test parent without a password.
pub async fn sign_in_as_parent(State(state): State<AppState>, identity: RequestIdentity) -> Result<Response, Error> {
    let dev = state.config.dev_mode().ok_or_else(Problem::not_found)?;
    let signed_in = accounts::sign_in_as_dev_user(&state, &identity, dev).await?;
    Ok((set_cookies(signed_in.session_cookies(&state)), redirect("/gallery")).into_response())
}
