//! Content negotiation of the language: the one in the cookie, else `Accept-Language`.

use axum::{
    Form,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;
use model::Language;
use serde::Deserialize;

use super::response::redirect;
use crate::{
    AppState, Error, accounts,
    i18n::{self, Locale},
    identity::RequestIdentity,
};

/// Runs the request in the client's locale. Responses with text get `Content-Language` and `Vary`.
pub async fn negotiate_language(request: Request, next: Next) -> Response {
    let locale = requested_locale(request.headers());
    let mut response = i18n::with_locale(locale, next.run(request)).await;
    let headers = response.headers_mut();
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if content_type.starts_with("text/html") || content_type.contains("json") {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.language.as_str()));
    }
    response
}

fn requested_locale(headers: &HeaderMap) -> Locale {
    let cookies = CookieJar::from_headers(headers);
    let chosen = cookies.get(accounts::LANGUAGE_COOKIE).and_then(|cookie| cookie.value().parse().ok());
    let accepted = || Language::from_accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    Locale { language: chosen.or_else(accepted).unwrap_or_default(), chosen_by_user: chosen.is_some() }
}

/// The language menu in the footer of every screen.
#[derive(Deserialize)]
pub struct LanguageForm {
    language: String,
    #[serde(default)]
    return_to: String,
}

/// `POST /language`: stores the language in a cookie, and in the account if signed in. An unknown
/// language changes nothing.
pub async fn set_language(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Form(form): Form<LanguageForm>,
) -> Result<Response, Error> {
    let mut response = redirect(&accounts::sanitize_local_path(&form.return_to));
    if let Ok(language) = form.language.parse() {
        if let Some(account) = &identity.account {
            accounts::set_language(&state, account, language).await?;
        }
        if let Some(cookie) = accounts::language_cookie(&state, language) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response.into_response())
}
