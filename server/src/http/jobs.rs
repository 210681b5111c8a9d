//! `/api/v1/jobs`: creating a page, and the progress of the job that draws it.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use model::{AssetId, Edits, Job, JobId, Problem, Style, Title};
use serde::Deserialize;
use tokio::time::sleep;
use utoipa::{IntoParams, ToSchema};

use super::{extract::JsonBody, files::BinaryBody};
use crate::{
    AppState, Error,
    i18n::{self, tr_args},
    identity::{Account, RequestIdentity},
    pages::{self, NewPage},
};

const MAX_IDEMPOTENCY_KEY_BYTES: usize = 255;
/// Interval at which an event stream reads the job from the database.
const JOB_POLL_INTERVAL: Duration = Duration::from_millis(300);
/// Interval of the comments that keep proxies from closing an idle event stream.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// A page to draw from an uploaded photo.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "asset_id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11", "style": {"preset": "simple"}, "title": "Our cat"
}))]
pub struct NewJob {
    /// The photo.
    asset_id: AssetId,
    style: Style,
    #[serde(default)]
    edits: Edits,
    /// Version of the recognition of faces and persons with which the edits were made, 0 for none.
    /// By default the server's own, or 0 if there are edits.
    #[schema(nullable = false)]
    hints_version: Option<u32>,
    #[schema(value_type = Option<Title>, nullable = false)]
    title: Option<String>,
    /// Whether the built-in engine draws the page if an external generator cannot.
    #[serde(default = "super::extract::default_true")]
    #[schema(default = true)]
    fallback: bool,
}

/// Headers of a request that creates a page.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only described, not constructed")]
pub struct IdempotencyHeader {
    /// A repeated key returns the page of the first request.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, nullable = false)]
    idempotency_key: Option<String>,
}

/// Make a page of a photo for one credit.
#[utoipa::path(post, path = "/jobs", params(IdempotencyHeader), request_body = NewJob,
    responses((status = 202, description = "The job that draws the page", body = Job)))]
pub async fn create_job(
    State(state): State<AppState>,
    account: Account,
    identity: RequestIdentity,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewJob>,
) -> Result<(StatusCode, Json<Job>), Error> {
    let title = body.title.as_deref().map(Title::parse).transpose()?.map_or_else(pages::default_title, Ok)?;
    let key = idempotency_key(&headers)?;
    let NewJob { asset_id: photo, style, edits, hints_version, fallback, .. } = body;
    let hints_version = hints_version.unwrap_or_else(|| pages::default_hints_version(&style, &edits));
    let new_page = NewPage { photo, style, edits, hints_version, title, fallback };
    let job = pages::create_page(&state, &account, &identity.device.network, &new_page, key).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Status of a job.
#[utoipa::path(get, path = "/jobs/{id}", params(("id" = JobId, Path)),
    responses((status = 200, description = "The job", body = Job)))]
pub async fn get_job(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Job>, Error> {
    pages::find_job(&state, &account, id.parse()?).await.map(Json)
}

/// The job after every change, until it ends.
///
/// Server-sent events; the data of each is the job as `GET /jobs/{id}` returns it.
#[utoipa::path(get, path = "/jobs/{id}/events", params(("id" = JobId, Path)),
    responses(
        (status = 200, description = "The events", body = inline(BinaryBody), content_type = "text/event-stream"),
    ))]
pub async fn stream_job_events(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let id = id.parse()?;
    let first = pages::find_job(&state, &account, id).await?;
    // The stream is polled outside of the scope that `negotiate_language` set.
    let locale = i18n::locale();
    let changes = stream::unfold(first.clone(), move |previous| {
        let (state, account) = (state.clone(), account.clone());
        async move {
            let change = i18n::with_locale(locale, next_change(&state, &account, previous));
            change.await.map(|job| (job.clone(), job))
        }
    });
    let events = stream::iter([first]).chain(changes).map(|job| Event::default().json_data(job));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_INTERVAL)))
}

/// Waits until the job differs from `previous`. `None` if `previous` is final, if the job cannot
/// be read or if the server shuts down.
async fn next_change(state: &AppState, account: &Account, previous: Job) -> Option<Job> {
    let mut stopping = state.shutdown.subscribe();
    while !previous.status.is_final() {
        tokio::select! {
            () = sleep(JOB_POLL_INTERVAL) => {}
            // The browser reconnects, to another server or to this one after its restart.
            _ = stopping.wait_for(|stop| *stop) => return None,
        }
        match pages::find_job(state, account, previous.id).await {
            Ok(job) if job.status == previous.status && job.progress == previous.progress => {}
            Ok(job) => return Some(job),
            // The browser reconnects and gets the problem as a response.
            Err(_) => return None,
        }
    }
    None
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_IDEMPOTENCY_KEY_BYTES).contains(&key.len()));
    let problem = || {
        let detail = tr_args("body-key", &[("most", MAX_IDEMPOTENCY_KEY_BYTES.into())]);
        Problem::body_invalid_because(Some("Idempotency-Key".to_owned()), detail).into()
    };
    key.map(Some).ok_or_else(problem)
}
