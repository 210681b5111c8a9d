//! `/api/v1/cron/*`: background work for hosts with a scheduler but no worker process.
//! Each call does a bounded amount of work.

use axum::{Json, extract::State, http::HeaderMap};
use axum_extra::headers::{Authorization, HeaderMapExt, authorization::Bearer};
use model::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    AppState, Error,
    retention::{self, SweepReport},
    worker,
};

/// How many jobs were run.
#[derive(Serialize, ToSchema)]
#[schema(as = Worked, example = json!({"done": 3}))]
pub struct ProcessedJobs {
    #[schema(value_type = i64)]
    done: usize,
}

/// Run due jobs for less than half a minute.
#[utoipa::path(post, path = "/cron/process-queue", security(("cron" = [])),
    responses((status = 200, description = "The number of jobs", body = ProcessedJobs)))]
pub async fn process_queue(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<ProcessedJobs>, Error> {
    check_secret(&state, &headers)?;
    let done = worker::run_jobs_for_cron(&state).await?;
    Ok(Json(ProcessedJobs { done }))
}

/// Delete what has expired, up to the deletion cap.
#[utoipa::path(post, path = "/cron/sweep", security(("cron" = [])),
    responses((status = 200, description = "The numbers of deleted and of remaining rows", body = SweepReport)))]
pub async fn sweep(State(state): State<AppState>, headers: HeaderMap) -> Result<Json<SweepReport>, Error> {
    check_secret(&state, &headers)?;
    let report = retention::sweep(&state, false).await?;
    worker::run_jobs_for_cron(&state).await?;
    Ok(Json(report))
}

/// Checks the bearer token against the cron secret. If none is configured, the routes do not exist.
fn check_secret(state: &AppState, headers: &HeaderMap) -> Result<(), Problem> {
    let secret = state.config.cron_secret().ok_or_else(Problem::not_found)?;
    let authorization = headers.typed_get::<Authorization<Bearer>>();
    match authorization {
        Some(authorization) if state.keys.secrets_match(authorization.token(), secret) => Ok(()),
        _ => Err(Problem::signed_out()),
    }
}
