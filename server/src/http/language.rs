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
    Error, Machine, accounts,
    visitor::Visitor,
    words::{self, Reader},
};

/// Answers in the reader's language, and tells caches what that depends on.
pub async fn speak(request: Request, next: Next) -> Response {
    let reader = reader(request.headers());
    let mut response = words::speaking(reader, next.run(request)).await;
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") || kind.contains("json") {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.language.as_str()));
    }
    response
}

fn reader(headers: &HeaderMap) -> Reader {
    let chosen =
        CookieJar::from_headers(headers).get(accounts::LANGUAGE).and_then(|cookie| cookie.value().parse().ok());
    let accepted = || Language::from_accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    Reader { language: chosen.or_else(accepted).unwrap_or_default(), by_hand: chosen.is_some() }
}

#[derive(Deserialize)]
pub struct Choice {
    language: String,
    #[serde(default)]
    return_to: String,
}

/// The switch at the foot of every screen: remembered by this browser, and by the account of whoever is signed in.
pub async fn choose(
    State(machine): State<Machine>,
    visitor: Visitor,
    Form(choice): Form<Choice>,
) -> Result<Response, Error> {
    let mut response = redirect(&accounts::own_path(&choice.return_to));
    if let Ok(language) = choice.language.parse() {
        if let Some(account) = &visitor.account {
            accounts::speak(&machine, account, language).await?;
        }
        if let Some(cookie) = accounts::language_cookie(&machine, language) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response.into_response())
}
