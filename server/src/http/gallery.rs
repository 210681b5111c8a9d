//! What a person does with the pages they ticked in the gallery: print them, take them along in a ZIP, delete them, and
//! take that back.

use axum::{
    Form,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use model::{PageId, Paper, Problem};

use super::{
    answer::redirect,
    files::{answer, disposition},
};
use crate::{
    AppState, Error,
    books::{self, PdfExport},
    identity::Account,
    pages,
};

type Ticked = Form<Vec<(String, String)>>;

/// The pages that were ticked. What is no id is no page.
pub fn ticked(sent: &[(String, String)]) -> Vec<PageId> {
    sent.iter().filter(|(name, _)| name == "page").filter_map(|(_, id)| id.parse().ok()).collect()
}

pub async fn print(
    State(state): State<AppState>,
    account: Result<Account, Error>,
    headers: HeaderMap,
    Form(sent): Ticked,
) -> Response {
    let Ok(account) = account else { return sign_in() };
    document(&state, &account, &headers, ticked(&sent)).await.unwrap_or_else(back)
}

async fn document(
    state: &AppState,
    account: &Account,
    headers: &HeaderMap,
    page_ids: Vec<PageId>,
) -> Result<Response, Error> {
    let title = pages::default_title()?;
    let export = PdfExport { page_ids, paper: Paper::default(), title: title.clone(), orientation: None };
    let pdf = books::export_pdf(state, account, export).await?;
    answer(headers, pdf, "application/pdf", &disposition("inline", &title, "pdf"))
}

pub async fn archive(State(state): State<AppState>, account: Result<Account, Error>, Form(sent): Ticked) -> Response {
    let Ok(account) = account else { return sign_in() };
    match pages::zip_pages(&state, &account, &ticked(&sent)).await {
        Ok(zip) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::from_static("attachment; filename=\"scribble-machine.zip\""),
                ),
            ];
            (headers, Body::from_stream(zip)).into_response()
        }
        Err(error) => back(error),
    }
}

pub async fn delete(State(state): State<AppState>, account: Result<Account, Error>, Form(sent): Ticked) -> Response {
    let Ok(account) = account else { return sign_in() };
    let deleted = pages::move_to_trash(&state, &account, &ticked(&sent)).await;
    deleted.map_or_else(back, |()| redirect("/gallery"))
}

pub async fn undo(State(state): State<AppState>, account: Result<Account, Error>, Form(sent): Ticked) -> Response {
    let Ok(account) = account else { return sign_in() };
    match pages::restore(&state, &account, &ticked(&sent)).await {
        Ok(true) => redirect("/gallery"),
        Ok(false) => redirect("/gallery?done=late"),
        Err(error) => back(error),
    }
}

fn sign_in() -> Response {
    redirect("/auth/login?returnTo=/gallery")
}

/// To the gallery, which says what went wrong.
fn back(error: Error) -> Response {
    redirect(&format!("/gallery?problem={}", Problem::from(error).code.as_str()))
}
