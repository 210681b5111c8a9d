//! `/api/v1/pages`: the account's pages.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use model::{Job, Page, Paginated, Style, Title};
use serde::Deserialize;

use super::answer::{Asked, Fields};
use crate::{AppState, Error, identity::Account, pages};

#[derive(Deserialize)]
pub struct Part {
    pub next: Option<String>,
}

#[derive(Deserialize)]
pub struct Wanted {
    next: Option<String>,
    /// Words that the titles have.
    title: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    title: String,
}

pub async fn list(
    State(state): State<AppState>,
    account: Account,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Paginated<Page>>, Error> {
    let next = wanted.next.as_deref();
    match wanted.title {
        Some(words) => pages::search_pages(&state, &account, &words, next).await,
        None => pages::list_pages(&state, &account, next).await,
    }
    .map(Json)
}

pub async fn find(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::find_page(&state, &account, id.parse()?).await.map(Json)
}

pub async fn rename(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    Fields(body): Fields<Rename>,
) -> Result<Json<Page>, Error> {
    pages::rename_page(&state, &account, id.parse()?, &Title::parse(&body.title)?).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redraw {
    style: Style,
}

pub async fn redraw(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    Fields(body): Fields<Redraw>,
) -> Result<(StatusCode, Json<Job>), Error> {
    let job = pages::redraw_page(&state, &account, id.parse()?, &body.style).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

pub async fn keep(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::extend_retention(&state, &account, id.parse()?).await.map(Json)
}

pub async fn delete(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    pages::delete_page(&state, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
