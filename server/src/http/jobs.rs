//! `/api/v1/jobs`: asking for a page, and how far it is.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use model::{AssetId, Job, Problem, Style, Title};
use serde::Deserialize;

use super::answer::Fields;
use crate::{Error, Machine, pages, visitor::Account};

const LONGEST_KEY: usize = 255;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Make {
    asset_id: AssetId,
    style: Style,
    title: Option<String>,
}

pub async fn make(
    State(machine): State<Machine>,
    account: Account,
    headers: HeaderMap,
    Fields(body): Fields<Make>,
) -> Result<(StatusCode, Json<Job>), Error> {
    let title = body.title.as_deref().map(Title::parse).transpose()?.unwrap_or_default();
    let key = idempotency_key(&headers)?;
    let job = pages::make(&machine, &account, body.asset_id, &body.style, &title, key).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

pub async fn find(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Job>, Error> {
    pages::find_job(&machine, &account, id.parse()?).await.map(Json)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let refusal = || {
        let detail = format!("An Idempotency-Key has 1 to {LONGEST_KEY} ASCII characters.");
        Problem::body(Some("Idempotency-Key".to_owned()), detail).into()
    };
    key.map(Some).ok_or_else(refusal)
}
