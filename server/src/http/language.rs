//! The language of an answer: the one chosen by hand, which a cookie remembers, else the browser's own.

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

use super::answer::redirect;
use crate::{
    AppState, Error, accounts,
    i18n::{self, Locale},
    identity::RequestIdentity,
};

/// Answers in the reader's language, and tells caches what that depends on.
pub async fn speak(request: Request, next: Next) -> Response {
    let locale = requested_locale(request.headers());
    let mut response = i18n::with_locale(locale, next.run(request)).await;
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") || kind.contains("json") {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.language.as_str()));
    }
    response
}

fn requested_locale(headers: &HeaderMap) -> Locale {
    let chosen =
        CookieJar::from_headers(headers).get(accounts::LANGUAGE_COOKIE).and_then(|cookie| cookie.value().parse().ok());
    let accepted = || Language::from_accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    Locale { language: chosen.or_else(accepted).unwrap_or_default(), chosen_by_user: chosen.is_some() }
}

#[derive(Deserialize)]
pub struct Choice {
    language: String,
    #[serde(default)]
    return_to: String,
}

/// The switch at the foot of every screen: remembered by this browser, and by the account of whoever is signed in.
pub async fn choose(
    State(state): State<AppState>,
    identity: RequestIdentity,
    Form(choice): Form<Choice>,
) -> Result<Response, Error> {
    let mut response = redirect(&accounts::sanitize_local_path(&choice.return_to));
    if let Ok(language) = choice.language.parse() {
        if let Some(account) = &identity.account {
            accounts::set_language(&state, account, language).await?;
        }
        if let Some(cookie) = accounts::language_cookie(&state, language) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response.into_response())
}
