//! Responses that several handlers share: problem details (RFC 9457) and redirects.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use model::Problem;

use crate::{Error, i18n};

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        problem_response(self.into())
    }
}

/// Serializes `problem` as `application/problem+json` in the language of the request. Every error
/// response is built here.
pub fn problem_response(problem: Problem) -> Response {
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

/// Replaces the plain-text or empty error responses of axum and of `TimeoutLayer` by problem
/// details with the same status and `Allow` header.
pub async fn rewrite_plain_errors(response: Response) -> Response {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    if content_type.is_some_and(|content_type| content_type != "text/plain; charset=utf-8") {
        return response;
    }
    let problem = match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Problem::body_invalid(),
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::method_not_allowed(),
        StatusCode::REQUEST_TIMEOUT => Problem::timeout(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::body_too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::media_type_unsupported(),
        _ => return response,
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut response = problem_response(problem);
    if let Some(allow) = allow {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// Reads a body to its end, up to the upload limit, and drops it. A browser that is still sending
/// does not read a response that comes earlier.
pub async fn discard_body(body: Body) {
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        length += chunk.len();
        if length > super::MAX_UPLOAD_BODY_BYTES {
            return;
        }
    }
}

/// 404 of a path that no API route matches.
pub async fn not_found() -> Response {
    problem_response(Problem::not_found())
}

/// 500 of a handler that panicked.
pub fn panic_response(_: Box<dyn Any + Send>) -> Response {
    problem_response(Problem::internal())
}

/// 303 See Other: the browser continues with a GET request to `path`.
pub fn redirect(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => problem_response(Problem::internal()),
    }
}
