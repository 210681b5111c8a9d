//! In dev only: the outbox at `/dev/mail.json`, and signing in as the test parent.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use model::Problem;

use super::{answer::redirect, auth::set_cookies};
use crate::{
    Error, Machine, accounts,
    mail::{Message, outbox},
    visitor::Visitor,
};

pub async fn mail(State(machine): State<Machine>) -> Json<Vec<Message>> {
    Json(outbox(&machine).await)
}

pub async fn sign_in(State(machine): State<Machine>, visitor: Visitor) -> Result<Response, Error> {
    let dev = machine.config.dev_only().ok_or_else(Problem::not_found)?;
    let signed_in = accounts::sign_in_as_dev_parent(&machine, &visitor, dev).await?;
    Ok((set_cookies(signed_in.cookies(&machine)), redirect("/gallery")).into_response())
}
