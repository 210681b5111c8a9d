//! `/api/v1/pages`: the account's pages.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use model::{Job, Page, Paginated, Style, Title};
use serde::Deserialize;

use super::answer::{Asked, Fields};
use crate::{Error, Machine, pages, visitor::Account};

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
    State(machine): State<Machine>,
    account: Account,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Paginated<Page>>, Error> {
    let next = wanted.next.as_deref();
    match wanted.title {
        Some(words) => pages::search(&machine, &account, &words, next).await,
        None => pages::list(&machine, &account, next).await,
    }
    .map(Json)
}

pub async fn find(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::get(&machine, &account, id.parse()?).await.map(Json)
}

pub async fn rename(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
    Fields(body): Fields<Rename>,
) -> Result<Json<Page>, Error> {
    pages::rename(&machine, &account, id.parse()?, &Title::parse(&body.title)?).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redraw {
    style: Style,
}

pub async fn redraw(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
    Fields(body): Fields<Redraw>,
) -> Result<(StatusCode, Json<Job>), Error> {
    let job = pages::redraw(&machine, &account, id.parse()?, &body.style).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

pub async fn keep(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::keep(&machine, &account, id.parse()?).await.map(Json)
}

pub async fn delete(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    pages::delete(&machine, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
