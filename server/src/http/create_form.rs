//! `POST /create`: the form that creates a page without JavaScript. Redirects to the new page, or
//! back to the form with the problem.

use axum::{
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use model::{Edits, Preset, Problem, Style, Title, credit::PAGE_COST, photo::MAX_UPLOAD_BYTES};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    response::{discard_body, redirect},
    upload::{multipart_form, next_field, read_field},
};
use crate::{
    AppState, Error, assets, credits,
    identity::RequestIdentity,
    limits::{self, Rule},
    pages::{self, NewPage},
};

/// Limit of every field but the photo.
const MAX_TEXT_FIELD_BYTES: u64 = 4 * 1024;

/// The values of the form.
#[derive(Default)]
struct CreateForm {
    file: Option<Bytes>,
    style: Style,
    title: Option<Title>,
}

/// Handles the submitted form.
pub async fn submit_create_form(State(state): State<AppState>, request: Request) -> Response {
    // The system's share sheet posts here while the service worker, which else takes the photo, is
    // not installed. The photo is not used: no photo is uploaded and no credit spent before the
    // user has seen the drawing.
    if request.uri().query() == Some("from=share") {
        discard_body(request.into_body()).await;
        return redirect(&CreateForm::default().to_url(&Problem::photo_missing()));
    }
    let identity = request.extensions().get::<RequestIdentity>().cloned().unwrap_or_default();
    if identity.account.is_none() {
        discard_body(request.into_body()).await;
        return redirect("/auth/login?returnTo=/create");
    }
    let mut form = CreateForm::default();
    match create_page(&state, &identity, request, &mut form).await {
        Ok(path) => redirect(&path),
        Err(error) => redirect(&form.to_url(&Problem::from(error))),
    }
}

/// Stores the photo and creates the page. Returns the path of the page; on an error `form` has the
/// valid fields.
async fn create_page(
    state: &AppState,
    identity: &RequestIdentity,
    request: Request,
    form: &mut CreateForm,
) -> Result<String, Error> {
    let account = identity.require_account()?;
    read_form(state, request, form).await?;
    form.style.validate().map_err(|_| Problem::style_out_of_range())?;
    let file = form.file.take().ok_or_else(Problem::photo_missing)?;
    // Checked before the photo is stored, because a photo without a page cannot be deleted by its
    // owner.
    if credits::balance(state, account).await? < PAGE_COST {
        return Err(Problem::no_credit().into());
    }
    limits::enforce_identity_limit(state, Rule::Upload, identity).await?;
    let photo = assets::normalize_photo(file).await?;
    let asset = assets::store_photo(state, account, photo).await?;
    let title = form.title.clone().map_or_else(pages::default_title, Ok)?;
    let (style, edits) = (form.style, Edits::default());
    let hints_version = pages::default_hints_version(&style, &edits);
    let new_page = NewPage { photo: asset.id, style, edits, hints_version, title, fallback: true };
    match pages::create_page(state, account, &identity.device.network, &new_page, None).await {
        Ok(job) => Ok(format!("/pages/{}", job.page_id)),
        Err(error) => {
            assets::delete_unused_photo(state, account, asset.id).await?;
            Err(error)
        }
    }
}

/// Reads every field, also after an invalid one, because a browser that is still sending does not
/// read the response. Returns the first problem.
async fn read_form(state: &AppState, request: Request, form: &mut CreateForm) -> Result<(), Error> {
    let mut fields = multipart_form(state, request).await?;
    let mut outcome = Ok(());
    while let Some(field) = next_field(&mut fields).await? {
        let name = field.name().unwrap_or_default().to_owned();
        let (max_bytes, too_large): (_, fn() -> Problem) = match name.as_str() {
            "file" => (MAX_UPLOAD_BYTES, Problem::photo_too_large),
            _ => (MAX_TEXT_FIELD_BYTES, Problem::body_too_large),
        };
        // Without a chosen file, browsers send an empty file name.
        let has_file_name = field.file_name().is_some_and(|name| !name.is_empty());
        let value = read_field(field, max_bytes, too_large).await?;
        outcome = outcome.and(value.and_then(|value| form.set_field(&name, value, has_file_name)));
    }
    outcome.map_err(Error::from)
}

impl CreateForm {
    /// URL of the form with the chosen preset and title, and with the problem to show.
    fn to_url(&self, problem: &Problem) -> String {
        let mut url = format!("/create?{}", problem.to_query());
        if self.style.preset != Preset::default() {
            url += &format!("&preset={}", self.style.preset);
        }
        if let Some(title) = &self.title {
            url += &format!("&title={}", utf8_percent_encode(title.as_str(), NON_ALPHANUMERIC));
        }
        url
    }

    fn set_field(&mut self, name: &str, value: Bytes, has_file_name: bool) -> Result<(), Problem> {
        if name == "file" {
            self.file = (has_file_name || !value.is_empty()).then_some(value);
            return Ok(());
        }
        let text = std::str::from_utf8(&value).map_err(|_| Problem::body_invalid())?;
        match name {
            "title" if !text.trim().is_empty() => self.title = Some(Title::parse(text)?),
            name => pages::set_style_field(&mut self.style, name, text)?,
        }
        Ok(())
    }
}
