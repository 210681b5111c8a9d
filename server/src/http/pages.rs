//! `/api/v1/pages`: the account's pages.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use model::{Listing, Page, PageId, Problem, Title};
use serde::Deserialize;

use super::answer::Fields;
use crate::{Error, Machine, accounts::Account, pages};

#[derive(Deserialize)]
pub struct Part {
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    title: String,
}

/// An id that cannot be one is that of nothing.
pub fn page_id(text: &str) -> Result<PageId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

pub async fn list(
    State(machine): State<Machine>,
    account: Account,
    Query(part): Query<Part>,
) -> Result<Json<Listing<Page>>, Error> {
    pages::list(&machine, &account, part.next.as_deref()).await.map(Json)
}

pub async fn find(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::get(&machine, &account, page_id(&id)?).await.map(Json)
}

pub async fn rename(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
    Fields(body): Fields<Rename>,
) -> Result<Json<Page>, Error> {
    pages::rename(&machine, &account, page_id(&id)?, &Title::parse(&body.title)?).await.map(Json)
}

pub async fn delete(
    State(machine): State<Machine>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    pages::delete(&machine, &account, page_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
