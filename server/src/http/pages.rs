//! `/api/v1/pages`: the pages of the account.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use model::{Job, Page, PageId, Paginated, Style, Title};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::extract::{JsonBody, QueryParams};
use crate::{AppState, Error, identity::Account, pages};

/// Cursor of a paginated list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PaginationParams {
    /// `next` of the previous response.
    #[param(nullable = false)]
    pub next: Option<String>,
}

/// Cursor and filter of the list of pages.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageListParams {
    /// `next` of the previous response.
    #[param(nullable = false)]
    next: Option<String>,
    /// Words that the title contains.
    #[param(nullable = false)]
    title: Option<String>,
}

/// The pages, newest first.
#[utoipa::path(get, path = "/pages", params(PageListParams),
    responses((status = 200, description = "The pages", body = Paginated<Page>)))]
pub async fn list_pages(
    State(state): State<AppState>,
    account: Account,
    QueryParams(params): QueryParams<PageListParams>,
) -> Result<Json<Paginated<Page>>, Error> {
    let next = params.next.as_deref();
    match params.title {
        Some(words) => pages::search_pages(&state, &account, &words, next).await,
        None => pages::list_pages(&state, &account, next).await,
    }
    .map(Json)
}

/// One page.
#[utoipa::path(get, path = "/pages/{id}", params(("id" = PageId, Path)),
    responses((status = 200, description = "The page", body = Page)))]
pub async fn get_page(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::find_page(&state, &account, id.parse()?).await.map(Json)
}

/// The new title of a page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Our cat"}))]
pub struct PageChange {
    #[schema(value_type = Title)]
    title: String,
}

/// Give a page another title.
#[utoipa::path(patch, path = "/pages/{id}", params(("id" = PageId, Path)), request_body = PageChange,
    responses((status = 200, description = "The page with its new title", body = Page)))]
pub async fn rename_page(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<PageChange>,
) -> Result<Json<Page>, Error> {
    pages::rename_page(&state, &account, id.parse()?, &Title::parse(&body.title)?).await.map(Json)
}

/// The style of the new drawing of a page.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"style": {"preset": "detailed"}}))]
pub struct Redraw {
    style: Style,
}

/// Draw a page again in another style, free of charge.
#[utoipa::path(post, path = "/pages/{id}/redraw", params(("id" = PageId, Path)), request_body = Redraw,
    responses((status = 202, description = "The job that draws the page", body = Job)))]
pub async fn redraw_page(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Redraw>,
) -> Result<(StatusCode, Json<Job>), Error> {
    let job = pages::redraw_page(&state, &account, id.parse()?, &body.style).await?;
    Ok((StatusCode::ACCEPTED, Json(job)))
}

/// Keep a page longer.
#[utoipa::path(post, path = "/pages/{id}/keep", params(("id" = PageId, Path)),
    responses((status = 200, description = "The page with its new `keep_until`", body = Page)))]
pub async fn extend_page_retention(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Page>, Error> {
    pages::extend_retention(&state, &account, id.parse()?).await.map(Json)
}

/// Delete a page and its photo for good.
#[utoipa::path(delete, path = "/pages/{id}", params(("id" = PageId, Path)),
    responses((status = 204, description = "The page was deleted")))]
pub async fn delete_page(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    pages::delete_page(&state, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
