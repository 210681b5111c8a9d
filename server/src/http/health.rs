//! Health checks: liveness at `/healthz`, readiness at `/readyz`.

use axum::{extract::State, http::StatusCode};

use crate::{AppState, db::Authority};

/// 200 while the process runs.
pub async fn liveness() -> &'static str {
    "ok"
}

/// 200 if the database can be read, else 503.
pub async fn readiness(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.db.begin_read(Authority::System).await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(error) => {
            tracing::warn!(%error, "readiness check failed");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
