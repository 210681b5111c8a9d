//! `POST /create`: the form of the same screen, for browsers without JavaScript. Photo, style and title come in
//! one piece; the answer is the new page, or the form again with what was wrong.

use axum::{
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use model::{Edits, Preset, Problem, Style, Title, credit::PAGE_COST, photo::MAX_UPLOAD_BYTES};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    answer::{drain, redirect},
    upload::{multipart, next_field, read},
};
use crate::{
    AppState, Error, assets, credits,
    identity::RequestIdentity,
    limits::{self, Rule},
    pages::{self, NewPage},
};

/// Of any field but the photo, in bytes.
const LONGEST_TEXT: u64 = 4 * 1024;

#[derive(Default)]
struct Form {
    file: Option<Bytes>,
    style: Style,
    title: Option<Title>,
}

pub async fn create(State(state): State<AppState>, request: Request) -> Response {
    // The system's share sheet, before the service worker was there to take the photo: it is not taken here, because
    // nothing goes up, and no credit is spent, before somebody has seen the drawing.
    if request.uri().query() == Some("from=share") {
        drain(request.into_body()).await;
        return redirect(&Form::default().again(&Problem::photo_missing()));
    }
    let identity = request.extensions().get::<RequestIdentity>().cloned().unwrap_or_default();
    if identity.account.is_none() {
        drain(request.into_body()).await;
        return redirect("/auth/login?returnTo=/create");
    }
    let mut form = Form::default();
    match make(&state, &identity, request, &mut form).await {
        Ok(path) => redirect(&path),
        Err(error) => redirect(&form.again(&Problem::from(error))),
    }
}

async fn make(
    state: &AppState,
    identity: &RequestIdentity,
    request: Request,
    form: &mut Form,
) -> Result<String, Error> {
    let account = identity.require_account()?;
    read_form(state, request, form).await?;
    form.style.validate().map_err(|_| Problem::style_out_of_range())?;
    let file = form.file.take().ok_or_else(Problem::photo_missing)?;
    // Before the photo is stored: without a page it could not be deleted.
    if credits::balance(state, account).await? < PAGE_COST {
        return Err(Problem::no_credit().into());
    }
    limits::enforce_for_identity(state, Rule::Upload, identity).await?;
    let photo = assets::normalize_photo(file).await?;
    let asset = assets::store_photo(state, account, photo).await?;
    let title = form.title.clone().map_or_else(pages::default_title, Ok)?;
    let new_page = NewPage { photo: asset.id, style: form.style, edits: Edits::default(), title, fallback: true };
    match pages::create_page(state, account, &identity.device.network, &new_page, None).await {
        Ok(job) => Ok(format!("/pages/{}", job.page_id)),
        Err(error) => {
            assets::delete_unused_photo(state, account, asset.id).await?;
            Err(error)
        }
    }
}

/// Reads every part to its end, whatever is wrong with those before it: a browser that is still sending misses the
/// answer. The first problem counts.
async fn read_form(state: &AppState, request: Request, form: &mut Form) -> Result<(), Error> {
    let mut parts = multipart(state, request).await?;
    let mut outcome = Ok(());
    while let Some(field) = next_field(&mut parts).await? {
        let name = field.name().unwrap_or_default().to_owned();
        let (most, too_large): (_, fn() -> Problem) = match name.as_str() {
            "file" => (MAX_UPLOAD_BYTES, Problem::photo_too_large),
            _ => (LONGEST_TEXT, Problem::body_too_large),
        };
        // A form without a choice sends a file without a name.
        let chosen = field.file_name().is_some_and(|name| !name.is_empty());
        let part = read(field, most, too_large).await?;
        outcome = outcome.and(part.and_then(|part| form.take(&name, part, chosen)));
    }
    outcome.map_err(Error::from)
}

impl Form {
    /// The screen of the form, with what was chosen on it and why it is shown again.
    fn again(&self, problem: &Problem) -> String {
        let mut address = format!("/create?{}", problem.to_query());
        if self.style.preset != Preset::default() {
            address += &format!("&preset={}", self.style.preset);
        }
        if let Some(title) = &self.title {
            address += &format!("&title={}", utf8_percent_encode(title.as_str(), NON_ALPHANUMERIC));
        }
        address
    }

    fn take(&mut self, name: &str, part: Bytes, chosen: bool) -> Result<(), Problem> {
        if name == "file" {
            self.file = (chosen || !part.is_empty()).then_some(part);
            return Ok(());
        }
        let text = std::str::from_utf8(&part).map_err(|_| Problem::body_invalid())?;
        match name {
            "title" if !text.trim().is_empty() => self.title = Some(Title::parse(text)?),
            knob => pages::set_style_field(&mut self.style, knob, text)?,
        }
        Ok(())
    }
}
