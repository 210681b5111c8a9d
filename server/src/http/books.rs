//! `/api/v1/books` and `/api/v1/pdf/export`: books of pages, and PDF documents.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use model::{Book, BookId, Orientation, PageId, Paginated, Paper, Title};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    extract::{JsonBody, QueryParams},
    files::{BinaryBody, DownloadParams, content_disposition, file_response},
    pages::PaginationParams,
    response::redirect,
};
use crate::{
    AppState, Error,
    books::{self, BookUpdate, NewBook, PdfExport},
    identity::Account,
    pages,
};

/// A new book.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBook, example = json!({"title": "Our summer", "page_ids": ["0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11"]}))]
pub struct NewBookBody {
    /// In reading order, each page once.
    #[schema(value_type = std::collections::BTreeSet<PageId>, min_items = 1, max_items = 100)]
    page_ids: Vec<PageId>,
    #[schema(value_type = Title)]
    title: String,
    #[serde(default)]
    #[schema(default = "a4")]
    paper: Paper,
    /// Whether the book begins with a sheet that has the title.
    #[serde(default = "super::extract::default_true")]
    #[schema(default = true)]
    cover: bool,
    #[serde(default)]
    #[schema(default = false)]
    page_numbers: bool,
}

/// Bind pages into a book.
#[utoipa::path(post, path = "/books", request_body = NewBookBody,
    responses((status = 201, description = "The new book", body = Book)))]
pub async fn create_book(
    State(state): State<AppState>,
    account: Account,
    JsonBody(body): JsonBody<NewBookBody>,
) -> Result<(StatusCode, Json<Book>), Error> {
    let NewBookBody { page_ids, title, paper, cover, page_numbers } = body;
    let new_book = NewBook { title: Title::parse(&title)?, paper, cover, page_numbers };
    let book = books::create_book(&state, &account, new_book, page_ids).await?;
    Ok((StatusCode::CREATED, Json(book)))
}

/// The books, newest first.
#[utoipa::path(get, path = "/books", params(PaginationParams),
    responses((status = 200, description = "The books", body = Paginated<Book>)))]
pub async fn list_books(
    State(state): State<AppState>,
    account: Account,
    QueryParams(params): QueryParams<PaginationParams>,
) -> Result<Json<Paginated<Book>>, Error> {
    books::list_books(&state, &account, params.next.as_deref()).await.map(Json)
}

/// One book.
#[utoipa::path(get, path = "/books/{id}", params(("id" = BookId, Path)),
    responses((status = 200, description = "The book", body = Book)))]
pub async fn get_book(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<Json<Book>, Error> {
    books::find_book(&state, &account, id.parse()?).await.map(Json)
}

/// The fields of a book to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"page_numbers": true}))]
pub struct BookChange {
    #[schema(value_type = Option<Title>, nullable = false)]
    title: Option<String>,
    #[schema(nullable = false)]
    paper: Option<Paper>,
    #[schema(nullable = false)]
    cover: Option<bool>,
    #[schema(nullable = false)]
    page_numbers: Option<bool>,
    /// In reading order, each page once.
    #[schema(
        value_type = Option<std::collections::BTreeSet<PageId>>,
        min_items = 1,
        max_items = 100,
        nullable = false
    )]
    page_ids: Option<Vec<PageId>>,
}

/// Change a book, or its pages and their order.
#[utoipa::path(patch, path = "/books/{id}", params(("id" = BookId, Path)), request_body = BookChange,
    responses((status = 200, description = "The changed book", body = Book)))]
pub async fn update_book(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<BookChange>,
) -> Result<Json<Book>, Error> {
    let BookChange { title, paper, cover, page_numbers, page_ids } = body;
    let title = title.as_deref().map(Title::parse).transpose()?;
    let update = BookUpdate { title, paper, cover, page_numbers, page_ids };
    books::update_book(&state, &account, id.parse()?, update).await.map(Json)
}

/// Delete a book; its pages stay.
#[utoipa::path(delete, path = "/books/{id}", params(("id" = BookId, Path)),
    responses((status = 204, description = "The book was deleted")))]
pub async fn delete_book(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    books::delete_book(&state, &account, id.parse()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The book as a PDF document.
#[utoipa::path(get, path = "/books/{id}/pdf", params(("id" = BookId, Path)),
    responses(
        (status = 200, description = "The document", body = inline(BinaryBody), content_type = "application/pdf"),
    ))]
pub async fn get_book_pdf(
    State(state): State<AppState>,
    account: Account,
    Path(id): Path<String>,
    QueryParams(params): QueryParams<DownloadParams>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (pdf, title) = books::render_book(&state, &account, id.parse()?).await?;
    file_response(&headers, pdf, "application/pdf", &content_disposition(params.disposition_type(), &title, "pdf"))
}

/// `GET /books/{id}/pdf`: the PDF for a browser, which is redirected to sign in first.
pub async fn download_book_pdf(
    state: State<AppState>,
    account: Result<Account, Error>,
    Path(id): Path<String>,
    params: QueryParams<DownloadParams>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let id: BookId = id.parse()?;
    match account {
        Ok(account) => get_book_pdf(state, account, Path(id.to_string()), params, headers).await,
        Err(_) => Ok(redirect(&format!("/auth/login?returnTo=/books/{id}"))),
    }
}

/// Pages to put into one PDF.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = Export,
    example = json!({"page_ids": ["0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11"], "paper": "letter"})
)]
pub struct PdfExportBody {
    /// In reading order, each page once.
    #[schema(value_type = std::collections::BTreeSet<PageId>, min_items = 1, max_items = 100)]
    page_ids: Vec<PageId>,
    #[serde(default)]
    #[schema(default = "a4")]
    paper: Paper,
    #[schema(value_type = Option<Title>, nullable = false)]
    title: Option<String>,
    #[schema(nullable = false)]
    orientation: Option<Orientation>,
}

/// Several pages as one PDF document.
#[utoipa::path(post, path = "/pdf/export", request_body = PdfExportBody,
    responses(
        (status = 200, description = "The document", body = inline(BinaryBody), content_type = "application/pdf"),
    ))]
pub async fn export_pdf(
    State(state): State<AppState>,
    account: Account,
    headers: HeaderMap,
    JsonBody(body): JsonBody<PdfExportBody>,
) -> Result<Response, Error> {
    let PdfExportBody { page_ids, paper, title, orientation } = body;
    let title = title.as_deref().map(Title::parse).transpose()?.map_or_else(pages::default_title, Ok)?;
    let export = PdfExport { page_ids, paper, title: title.clone(), orientation };
    let pdf = books::export_pdf(&state, &account, export).await?;
    file_response(&headers, pdf, "application/pdf", &content_disposition("attachment", &title, "pdf"))
}
