//! `GET /api/v1/flags`: the switches that programs may know.

use std::collections::BTreeMap;

use axum::{Json, extract::State};

use crate::{AppState, Error, flags};

pub async fn public(State(state): State<AppState>) -> Result<Json<BTreeMap<&'static str, bool>>, Error> {
    flags::list_public(&state).await.map(Json)
}
