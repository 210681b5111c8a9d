//! Middleware of every request: rejection of cross-site requests, authentication, the policy of
//! HTML documents, the timeout and the tracing span.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::Problem;
use tower::ServiceExt;
use tower_http::timeout::TimeoutLayer;
use tracing::Span;

use super::{
    response::problem_response,
    security_headers::{Nonce, set_document_csp},
};
use crate::{AppState, Error, accounts, identity::RequestIdentity, network::Network};

/// Uploading a photo over a slow connection takes minutes.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);
/// Account id of a response, so that the service worker never serves a cached response of one
/// account to another.
const OWNER_HEADER: HeaderName = HeaderName::from_static("scribble-owner");

/// State of [`reject_cross_site`]; `screens` renders the rejection for browsers.
#[derive(Clone)]
pub struct CrossSiteState {
    pub state: AppState,
    pub screens: Router,
}

/// Rejects state-changing requests that a browser sent from another site (CSRF).
pub async fn reject_cross_site(
    State(CrossSiteState { state, screens }): State<CrossSiteState>,
    request: Request,
    next: Next,
) -> Response {
    if changes_state(request.method()) && is_cross_site(&state, request.headers()) {
        return rejection_page(screens, request.headers(), Problem::cross_site()).await;
    }
    next.run(request).await
}

/// A problem document, or its HTML screen if the client accepts HTML. `screens` receives the
/// problem and no part of the request.
async fn rejection_page(screens: Router, headers: &HeaderMap, problem: Problem) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accept.contains("text/html") {
        return problem_response(problem);
    }
    let mut request = Request::new(Body::empty());
    request.extensions_mut().insert(problem);
    screens.oneshot(request).await.into_response()
}

/// True if a browser reports that another site initiated the request. Clients other than browsers
/// send neither `Sec-Fetch-Site` nor `Origin`, and have no cookies that another site could use.
fn is_cross_site(state: &AppState, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return true;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let Ok(origin) = origin.to_str() else { return true };
    // The share sheet of the operating system: initiated by the user and not by a page.
    if origin == "null" && site == Some("none") {
        return false;
    }
    // A dev server is reached under several host names.
    let is_dev_host =
        state.config.is_dev() && text(header::HOST).is_some_and(|host| origin == format!("http://{host}"));
    origin != state.config.public_url() && !is_dev_host
}

fn changes_state(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Drops the `Range` header unless the method is GET, the only one it applies to (RFC 9110, 14.2).
pub async fn ignore_range_unless_get(mut request: Request) -> Request {
    if request.method() != Method::GET {
        request.headers_mut().remove(header::RANGE);
    }
    request
}

/// Authenticates the request and attaches its [`RequestIdentity`]. The response gets the cookies
/// that were renewed and the headers that keep caches from mixing up accounts.
pub async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Result<Response, Error> {
    let changes_state = changes_state(request.method());
    let (mut identity, renewed_cookies) = accounts::authenticate(&state, request.headers(), changes_state).await?;
    identity.device.network = client_network(&state, &request);
    let owner = owner_header_value(&identity);
    request.extensions_mut().insert(identity);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A handler that signs in or out sets cookies of the same names, which take precedence.
    let set_by_handler: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    for cookie in renewed_cookies {
        if !set_by_handler.iter().any(|other| cookie_name(other) == cookie_name(&cookie)) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    if let Some(owner) = owner {
        headers.insert(OWNER_HEADER, owner);
    }
    // Signed-out screens too: after signing in, "back" would show one with the wrong header.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    Ok(response)
}

fn client_network(state: &AppState, request: &Request) -> Network {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    Network::from_request(peer, request.headers(), &state.config.limits.trusted_proxies)
}

fn owner_header_value(identity: &RequestIdentity) -> Option<HeaderValue> {
    match &identity.account {
        Some(account) => HeaderValue::try_from(account.id.to_string()).ok(),
        None => Some(HeaderValue::from_static("nobody")),
    }
}

fn cookie_name(set_cookie: &HeaderValue) -> Option<&[u8]> {
    set_cookie.as_bytes().split(|byte| *byte == b'=').next()
}

/// Attaches a [`Nonce`] for the scripts of an HTML document, and adds the
/// `Content-Security-Policy` that allows only those.
pub async fn add_document_csp(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::generate();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    // The live-reload script of `cargo leptos watch` has no nonce.
    if !state.config.is_live_reload() {
        set_document_csp(response.headers_mut(), &nonce, state.config.captcha());
    }
    response
}

/// Answers an empty 408 after `limit`; [`super::response::rewrite_plain_errors`] adds the body.
pub fn timeout_layer(limit: Duration) -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limit)
}

/// Tracing span of a request. It omits the query, which may contain a signature.
pub fn request_span(request: &Request) -> Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, middleware::map_response, routing::get};
    use serde_json::Value;

    use super::*;
    use crate::http::response::rewrite_plain_errors;

    #[tokio::test]
    async fn slow_request_is_answered_with_408() {
        let router = Router::new()
            .route("/", get(std::future::pending::<()>))
            .layer(timeout_layer(Duration::from_millis(1)))
            .layer(map_response(rewrite_plain_errors));
        let response = router.oneshot(Request::new(Body::empty())).await.expect("a response");
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let body = to_bytes(response.into_body(), 1024).await.expect("a body");
        let problem: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(problem["code"], "timeout");
    }
}
