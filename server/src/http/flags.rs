//! `GET /api/v1/flags`: the switches that programs may know.

use std::collections::BTreeMap;

use axum::{Json, extract::State};

use crate::{Error, Machine, flags};

pub async fn public(State(machine): State<Machine>) -> Result<Json<BTreeMap<&'static str, bool>>, Error> {
    flags::public(&machine).await.map(Json)
}
