//! `/api/v1/cron`: for hosts that have a scheduler and no process that stays. Each call does a bounded piece of work.

use axum::{Json, extract::State, http::HeaderMap};
use axum_extra::headers::{Authorization, HeaderMapExt, authorization::Bearer};
use model::Problem;
use serde_json::{Value, json};

use crate::{AppState, Error, retention, worker};

/// `POST cron/process-queue`: works on jobs for less than half a minute.
pub async fn process_queue(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<Value>, Error> {
    check(&state, &headers)?;
    let done = worker::run_jobs_for_cron(&state).await?;
    Ok(Json(json!({ "done": done })))
}

/// `POST cron/sweep`: removes what is kept no longer, as far as the brake lets it.
pub async fn sweep(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<Value>, Error> {
    check(&state, &headers)?;
    let swept = retention::sweep(&state, false).await?;
    worker::run_jobs_for_cron(&state).await?;
    Ok(Json(json!({ "removed": swept.removed, "left": swept.left })))
}

/// Without a secret of its own there is nothing here.
fn check(state: &AppState, headers: &HeaderMap) -> Result<(), Problem> {
    let secret = state.config.cron_secret().ok_or_else(Problem::not_found)?;
    let given = headers.typed_get::<Authorization<Bearer>>();
    match given {
        Some(given) if state.keys.secrets_match(given.token(), secret) => Ok(()),
        _ => Err(Problem::signed_out()),
    }
}
