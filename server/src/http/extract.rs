//! Request extractors: JSON bodies, query strings, and the identity that the middleware attached.

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use bytes::Bytes;
use model::Problem;
use serde::de::DeserializeOwned;

use crate::{
    Error,
    i18n::tr_args,
    identity::{Account, RequestIdentity},
};

/// Default of a body's flag that is on unless the client turns it off.
pub fn default_true() -> bool {
    true
}

/// Rejects a request without an account, so that a handler with this argument cannot be reached
/// signed out.
impl<S: Sync> FromRequestParts<S> for Account {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        RequestIdentity::from_request_parts(parts, state).await?.require_account().cloned()
    }
}

/// The identity of the request, signed in or not, from [`super::middleware::authenticate`].
impl<S: Sync> FromRequestParts<S> for RequestIdentity {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("no identity"))
    }
}

/// Deserializes the query string; an invalid one is a `body_invalid` problem.
pub struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Query::try_from_uri(&parts.uri).map(|Query(params)| Self(params)).map_err(|_| Problem::body_invalid().into())
    }
}

/// Deserializes a JSON body. The problem of an invalid body names the field at fault.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Self, Error> {
        if !has_json_content_type(request.headers()) {
            return Err(Problem::media_type_unsupported().into());
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| Problem::body_too_large())?;
        let mut deserializer = serde_json::Deserializer::from_slice(&body);
        let value: T =
            serde_path_to_error::deserialize(&mut deserializer).map_err(|error| deserialization_problem(&error))?;
        deserializer.end().map_err(|_| Problem::body_invalid())?;
        Ok(Self(value))
    }
}

/// `None` if the request has no `Content-Type`, and so no body.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for JsonBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request<Body>, state: &S) -> Result<Option<Self>, Error> {
        if request.headers().contains_key(header::CONTENT_TYPE) {
            return <Self as FromRequest<S>>::from_request(request, state).await.map(Some);
        }
        Ok(None)
    }
}

/// True if the media type of the body is `application/json`, whatever its parameters.
pub fn has_json_content_type(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

/// The problem of a body that serde rejected, with the path of the field at fault.
fn deserialization_problem(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let message = error.inner().to_string();
    let name_after = |prefix: &str| message.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let mut path = error.path().to_string();
    if path == "." || path == "?" {
        path.clear();
    }
    let (name, message_id) = if let Some(name) = name_after("unknown field `") {
        // The path to an unknown field already ends with its name.
        (name, "body-unknown")
    } else if let Some(name) = name_after("missing field `") {
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
    let detail = tr_args(message_id, &[("name", path.clone().into())]);
    Problem::body_invalid_because(Some(path), detail)
}
