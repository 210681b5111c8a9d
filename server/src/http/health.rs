//! `/healthz`: the process runs. `/readyz`: it can also reach its database.

use axum::{extract::State, http::StatusCode};

use crate::{Machine, db::Authority};

pub async fn alive() -> &'static str {
    "ok"
}

pub async fn ready(State(machine): State<Machine>) -> (StatusCode, &'static str) {
    match machine.db.read(Authority::System).await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
