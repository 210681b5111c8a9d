//! How requests are read and refusals written: JSON bodies, problem+json (RFC 9457), redirects.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, Query, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::StreamExt;
use model::Problem;
use serde::de::DeserializeOwned;

use crate::{
    Error,
    i18n::{self, tr_args},
    identity::{Account, RequestIdentity},
};

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        refuse(self.into())
    }
}

/// The one place that writes a refusal, in the reader's language.
pub fn refuse(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let retry_after = problem.retry_after;
    let mut response = (status, Json(i18n::localize_problem(problem))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What axum refuses by itself, before any handler, it refuses in plain text: the status stays, the form is ours.
pub fn in_our_words(response: Response) -> Response {
    let ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind != "text/plain; charset=utf-8");
    let problem = match response.status() {
        _ if ours => return response,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Problem::body_invalid(),
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::method_not_allowed(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::body_too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::media_type_unsupported(),
        _ => return response,
    };
    let allowed = response.headers().get(header::ALLOW).cloned();
    let mut refusal = refuse(problem);
    if let Some(allowed) = allowed {
        refusal.headers_mut().insert(header::ALLOW, allowed);
    }
    refusal
}

/// Reads a body that nobody wants to its end: an answer before that is lost to a browser that is still sending.
pub async fn drain(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        length += chunk.len();
        if length > super::UPLOAD_BODY {
            return;
        }
    }
}

pub async fn nothing_here() -> Response {
    refuse(Problem::not_found())
}

pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    refuse(Problem::internal())
}

/// 303: whatever was sent, go there and ask with GET.
pub fn redirect(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => refuse(Problem::internal()),
    }
}

/// The account that asks: a handler that takes one cannot be reached without.
impl<S: Sync> FromRequestParts<S> for Account {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        RequestIdentity::from_request_parts(parts, state).await?.require_account().cloned()
    }
}

/// Whoever asks, signed in or not.
impl<S: Sync> FromRequestParts<S> for RequestIdentity {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("no identity"))
    }
}

/// The query of an address.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Query::try_from_uri(&parts.uri).map(|Query(asked)| Self(asked)).map_err(|_| Problem::body_invalid().into())
    }
}

/// A JSON body that has every field it needs and none that is unknown.
pub struct Fields<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Fields<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Problem::media_type_unsupported().into());
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| Problem::body_too_large())?;
        let mut reader = serde_json::Deserializer::from_slice(&body);
        let fields: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| misread(&error))?;
        reader.end().map_err(|_| Problem::body_invalid())?;
        Ok(Self(fields))
    }
}

/// The same, or no body at all.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Fields<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Option<Self>, Error> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return <Self as FromRequest<S>>::from_request(request, state).await.map(Some);
        }
        Ok(None)
    }
}

pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Names the field at fault: the path to it, and for an unknown or missing one its own name.
fn misread(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let text = error.inner().to_string();
    let named = |start: &str| text.strip_prefix(start).and_then(|rest| rest.split('`').next());
    let mut path = error.path().to_string();
    if path == "." || path == "?" {
        path.clear();
    }
    let (name, sentence) = if let Some(name) = named("unknown field `") {
        // The path of an unknown field ends with its name already.
        (name, "body-unknown")
    } else if let Some(name) = named("missing field `") {
        (name, "body-lacks")
    } else {
        ("", "body-unusable")
    };
    if !name.is_empty() && path != name && !path.ends_with(&format!(".{name}")) {
        path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    }
    if path.is_empty() {
        return Problem::body_invalid();
    }
    let detail = tr_args(sentence, &[("name", path.clone().into())]);
    Problem::body_invalid_because(Some(path), detail)
}
