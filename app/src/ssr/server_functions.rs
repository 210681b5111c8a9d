//! `/do/*`: the HTTP side of server functions. Errors become problem documents with their status,
//! or, for a form that was sent without JavaScript, a redirect back to its screen.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use leptos::server_fn::{axum::get_server_fn_service, error::SERVER_FN_ERROR_HEADER};
use model::Problem;
use percent_encoding::percent_decode_str;
use server::AppState;

use crate::error::OUTCOME_PARAMS;

use super::context::{accepts_html, provide_request_context, with_query};

/// Larger than any form, and than the most manual edits; photos are uploaded elsewhere.
const MAX_BODY_BYTES: usize = 32 * 1024;

/// Calls the server function of the path.
pub async fn call_server_function(State(state): State<AppState>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if get_server_fn_service(parts.uri.path(), parts.method.clone()).is_none() {
        return problem_response(Problem::outdated());
    }
    if parts.method != Method::GET && !has_known_type(&parts.headers) {
        return problem_response(Problem::body_invalid());
    }
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else { return problem_response(Problem::body_too_large()) };
    let screen = accepts_html(&parts.headers).then(|| referring_screen(&parts.headers));
    // Leptos would redirect to it, with the error as it is.
    parts.headers.remove(header::REFERER);
    let request = Request::from_parts(parts, Body::from(body));
    let response = leptos_axum::handle_server_fns_with_context(move || provide_request_context(&state), request)
        .await
        .into_response();
    // A redirect with another status was chosen by the function itself.
    let is_redirected_by_function = response.status() == StatusCode::SEE_OTHER;
    if is_redirected_by_function {
        return response;
    }
    let (parts, body) = response.into_parts();
    let problem = if parts.headers.contains_key(SERVER_FN_ERROR_HEADER) {
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Err(serde_json::from_slice(&body).unwrap_or_else(|_| Problem::internal()))
    } else {
        Ok(body)
    };
    let mut answer = match (problem, screen) {
        (Ok(body), None) => return Response::from_parts(parts, body),
        (Ok(_), Some(screen)) => redirect(&screen),
        (Err(problem), Some(screen)) => redirect(&with_query(&screen, &problem.to_query())),
        (Err(problem), None) => problem_response(problem),
    };
    for cookie in parts.headers.get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    answer
}

/// Leptos reads any body as the type it expects.
fn has_known_type(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "application/json"].iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

fn problem_response(problem: Problem) -> Response {
    server::Error::from(problem).into_response()
}

fn redirect(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => problem_response(Problem::internal()),
    }
}

/// Path and query of the screen that sent the form, without the outcome of an earlier form.
fn referring_screen(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Ok(uri) = referer.parse::<Uri>() else { return "/".to_owned() };
    let is_outcome = |param: &&str| {
        let name = param.split('=').next().unwrap_or_default();
        OUTCOME_PARAMS.iter().any(|outcome| percent_decode_str(name).eq(outcome.bytes()))
    };
    let query: Vec<_> =
        uri.query().unwrap_or_default().split('&').filter(|p| !p.is_empty() && !is_outcome(p)).collect();
    // A path of two slashes would be another site.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(referer: &'static str) -> String {
        referring_screen(&HeaderMap::from_iter([(header::REFERER, HeaderValue::from_static(referer))]))
    }

    #[test]
    fn outcome_of_earlier_form_is_removed() {
        assert_eq!(screen("http://localhost/gallery?after=1&problem=busy&wait=3"), "/gallery?after=1");
        assert_eq!(screen("http://localhost/account?done=password"), "/account");
    }

    #[test]
    fn form_never_leads_to_another_site() {
        assert_eq!(screen("http://localhost//example.org/a"), "/example.org/a");
        assert_eq!(screen("nonsense of no site"), "/");
    }

    #[test]
    fn problem_is_added_to_the_query() {
        assert_eq!(with_query("/a", "problem=busy"), "/a?problem=busy");
        assert_eq!(with_query("/a?b=1", "problem=busy"), "/a?b=1&problem=busy");
    }
}
