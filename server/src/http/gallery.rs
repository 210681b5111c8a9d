//! `/gallery/*`: forms of the gallery that answer with a file of the selected pages: print,
//! download as ZIP. Other actions are server functions of the `app` crate.

use axum::{Form, body::Body, extract::State, http::HeaderMap, response::Response};
use model::{PageId, Paper, Problem};

use super::{
    files::{content_disposition, file_response, zip_response},
    response::redirect,
};
use crate::{
    AppState, Error,
    books::{self, PdfExport},
    identity::Account,
    pages,
};

/// Fields of the form in order; each selected page is a field `pages[]`, a name that server
/// functions understand too.
type SelectionForm = Form<Vec<(String, String)>>;

/// Ids of the selected pages. Values that are not ids are skipped.
fn selected_page_ids(fields: &[(String, String)]) -> Vec<PageId> {
    fields.iter().filter(|(name, _)| name == "pages[]").filter_map(|(_, id)| id.parse().ok()).collect()
}

/// `POST /gallery/print`: one PDF of the selected pages.
pub async fn print_pages(
    State(state): State<AppState>,
    account: Result<Account, Error>,
    headers: HeaderMap,
    Form(fields): SelectionForm,
) -> Response {
    let Ok(account) = account else { return redirect_to_sign_in() };
    pdf_of_pages(&state, &account, &headers, selected_page_ids(&fields)).await.unwrap_or_else(redirect_with_problem)
}

async fn pdf_of_pages(
    state: &AppState,
    account: &Account,
    headers: &HeaderMap,
    page_ids: Vec<PageId>,
) -> Result<Response, Error> {
    let title = pages::default_title()?;
    let export = PdfExport { page_ids, paper: Paper::default(), title: title.clone(), orientation: None };
    let pdf = books::export_pdf(state, account, export).await?;
    file_response(headers, pdf, "application/pdf", &content_disposition("inline", &title, "pdf"))
}

/// `POST /gallery/archive`: a ZIP archive of the selected pages.
pub async fn download_archive(
    State(state): State<AppState>,
    account: Result<Account, Error>,
    Form(fields): SelectionForm,
) -> Response {
    let Ok(account) = account else { return redirect_to_sign_in() };
    match pages::zip_pages(&state, &account, &selected_page_ids(&fields)).await {
        Ok(archive) => zip_response(Body::from_stream(archive)),
        Err(error) => redirect_with_problem(error),
    }
}

fn redirect_to_sign_in() -> Response {
    redirect("/auth/login?returnTo=/gallery")
}

/// To the gallery, which shows the message of the problem.
fn redirect_with_problem(error: Error) -> Response {
    redirect(&format!("/gallery?problem={}", Problem::from(error).code.as_str()))
}
