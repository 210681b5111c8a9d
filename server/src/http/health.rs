//! `/healthz`: the process runs. `/readyz`: it can also reach its database.

use axum::{extract::State, http::StatusCode};

use crate::{AppState, db::Authority};

pub async fn alive() -> &'static str {
    "ok"
}

pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.db.begin_read(Authority::System).await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
