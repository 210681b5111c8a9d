//! `/dev/mail.json`: the outbox, in dev only.

use axum::{Json, extract::State};

use crate::{
    Machine,
    mail::{Message, outbox},
};

pub async fn mail(State(machine): State<Machine>) -> Json<Vec<Message>> {
    Json(outbox(&machine).await)
}
