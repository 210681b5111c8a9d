//! `/api/v1/jobs`: asking for a page, and how far it is.

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
use model::{AssetId, Edits, Job, Problem, Style, Title};
use serde::Deserialize;
use tokio::time::sleep;

use super::answer::Fields;
use crate::{
    AppState, Error,
    i18n::{self, tr_args},
    identity::{Account, RequestIdentity},
    pages::{self, NewPage},
};

const LONGEST_KEY: usize = 255;
/// Between two looks at a job that somebody watches.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Keeps proxies from closing a stream in which nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Make {
    asset_id: AssetId,
    style: Style,
    #[serde(default)]
    edits: Edits,
    title: Option<String>,
    #[serde(default = "yes")]
    fallback: bool,
}

fn yes() -> bool {
    true
}

pub async fn make(
    State(state): State<AppState>,
    account: Account,
    identity: RequestIdentity,
    headers: HeaderMap,
    Fields(body): Fields<Make>,
) -> Result<(StatusCode, Json<Job>), Error> {
    let title = body.title.as_deref().map(Title::parse).transpose()?.map_or_else(pages::default_title, Ok)?;
    let key = idempotency_key(&headers)?;
    let Make { asset_id: photo, style, edits, fallback, .. } = body;
    let new_page = NewPage { photo, style, edits, title, fallback };
    let job = pages::create_page(&state, &account, &identity.device.network, &new_page, key).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

pub async fn find(State(state): State<AppState>, account: Account, Path(id): Path<String>) -> Result<Json<Job>, Error> {
    pages::find_job(&state, &account, id.parse()?).await.map(Json)
}

/// The job as it changes, until it ends: `text/event-stream`, each event the job as `GET jobs/{id}` tells it.
pub async fn events(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let id = id.parse()?;
    let first = pages::find_job(&state, &account, id).await?;
    // The stream goes on when the request is answered.
    let locale = i18n::locale();
    let rest = stream::unfold(first.clone(), move |before| {
        let (state, account) = (state.clone(), account.clone());
        async move {
            let changed = i18n::with_locale(locale, changed(&state, &account, before));
            changed.await.map(|job| (job.clone(), job))
        }
    });
    let events = stream::iter([first]).chain(rest).map(|job| Event::default().json_data(job));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// The job when it is another than `before`; `None` when nothing more will happen to it.
async fn changed(state: &AppState, account: &Account, before: Job) -> Option<Job> {
    let mut stopping = state.shutdown.subscribe();
    while !before.status.is_final() {
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            // The browser finds another server, or this one again.
            _ = stopping.wait_for(|stop| *stop) => return None,
        }
        match pages::find_job(state, account, before.id).await {
            Ok(job) if job.status == before.status && job.progress == before.progress => {}
            Ok(job) => return Some(job),
            // The stream ends; the browser asks again and is told why.
            Err(_) => return None,
        }
    }
    None
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let refusal = || {
        let detail = tr_args("body-key", &[("most", LONGEST_KEY.into())]);
        Problem::body_invalid_because(Some("Idempotency-Key".to_owned()), detail).into()
    };
    key.map(Some).ok_or_else(refusal)
}
