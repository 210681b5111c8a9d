//! `/api/v1/books` and `/api/v1/pdf/export`: pages bound together, and their documents.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use model::{Book, BookId, Orientation, PageId, Paginated, Paper, Title};
use serde::Deserialize;

use super::{
    answer::{Asked, Fields, redirect},
    files::{FileQuery, answer, disposition},
    pages::Part,
};
use crate::{
    AppState, Error,
    books::{self, BookUpdate, NewBook, PdfExport},
    identity::Account,
    pages,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    page_ids: Vec<PageId>,
    title: String,
    #[serde(default)]
    paper: Paper,
    #[serde(default = "yes")]
    cover: bool,
    #[serde(default)]
    page_numbers: bool,
}

fn yes() -> bool {
    true
}

pub async fn create(
    State(state): State<AppState>,
    account: Account,
    Fields(new): Fields<New>,
) -> Result<(StatusCode, Json<Book>), Error> {
    let New { page_ids, title, paper, cover, page_numbers } = new;
    let plan = NewBook { title: Title::parse(&title)?, paper, cover, page_numbers };
    let book = books::create_book(&state, &account, plan, page_ids).await?;
    Ok((StatusCode::CREATED, Json(book)))
}

pub async fn list(
    State(state): State<AppState>,
    account: Account,
    Asked(part): Asked<Part>,
) -> Result<Json<Paginated<Book>>, Error> {
    books::list_books(&state, &account, part.next.as_deref()).await.map(Json)
}

pub async fn find(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Book>, Error> {
    books::find_book(&state, &account, id.parse()?).await.map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changed {
    title: Option<String>,
    paper: Option<Paper>,
    cover: Option<bool>,
    page_numbers: Option<bool>,
    page_ids: Option<Vec<PageId>>,
}

pub async fn change(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    Fields(changed): Fields<Changed>,
) -> Result<Json<Book>, Error> {
    let Changed { title, paper, cover, page_numbers, page_ids } = changed;
    let title = title.as_deref().map(Title::parse).transpose()?;
    let change = BookUpdate { title, paper, cover, page_numbers, page_ids };
    books::update_book(&state, &account, id.parse()?, change).await.map(Json)
}

pub async fn delete(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    books::delete_book(&state, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn pdf(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    Asked(query): Asked<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (pdf, title) = books::render_book(&state, &account, id.parse()?).await?;
    answer(&headers, pdf, "application/pdf", &disposition(query.how(), &title, "pdf"))
}

/// The same for a browser, which is sent to sign in first.
pub async fn pdf_by_owner(
    state: State<AppState>,
    account: Result<Account, Error>,
    Path(id): Path<String>,
    query: Asked<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let id: BookId = id.parse()?;
    match account {
        Ok(account) => pdf(state, account, Path(id.to_string()), query, headers).await,
        Err(_) => Ok(redirect(&format!("/auth/login?returnTo=/books/{id}"))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exported {
    page_ids: Vec<PageId>,
    #[serde(default)]
    paper: Paper,
    title: Option<String>,
    orientation: Option<Orientation>,
}

pub async fn export(
    State(state): State<AppState>,
    account: Account,
    headers: HeaderMap,
    Fields(asked): Fields<Exported>,
) -> Result<Response, Error> {
    let Exported { page_ids, paper, title, orientation } = asked;
    let title = title.as_deref().map(Title::parse).transpose()?.map_or_else(pages::default_title, Ok)?;
    let export = PdfExport { page_ids, paper, title: title.clone(), orientation };
    let pdf = books::export_pdf(&state, &account, export).await?;
    answer(&headers, pdf, "application/pdf", &disposition("attachment", &title, "pdf"))
}
