//! What every request passes: who asks, and whether another site made the browser ask.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::Problem;
use tokio::time::timeout;
use tower::ServiceExt;
use tracing::Span;

use super::{
    answer::{in_our_words, refuse},
    headers::{Nonce, protect_document},
};
use crate::{AppState, Error, accounts, identity::RequestIdentity, network::Network};

/// A photo over a slow line takes minutes.
const PATIENCE: Duration = Duration::from_secs(300);

/// Ends what takes too long.
pub async fn patience(request: Request, next: Next) -> Response {
    timeout(PATIENCE, next.run(request)).await.unwrap_or_else(|_| refuse(Problem::timeout()))
}

/// Says for whom an answer is, so that the service worker keeps nothing of one person for another.
const OWNER: HeaderName = HeaderName::from_static("scribble-owner");

fn owner(identity: &RequestIdentity) -> Option<HeaderValue> {
    match &identity.account {
        Some(account) => HeaderValue::try_from(account.id.to_string()).ok(),
        None => Some(HeaderValue::from_static("nobody")),
    }
}

/// What the guard needs: who is who, and the screens, to refuse a person on one.
#[derive(Clone)]
pub struct Gate {
    pub state: AppState,
    pub screens: Router,
}

/// Refuses what another site sent, and attaches the [`crate::visitor::RequestIdentity`] to the request.
pub async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Result<Response, Error> {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // Parts are of what GET gives (RFC 9110, 14.2).
    if request.method() != Method::GET {
        request.headers_mut().remove(header::RANGE);
    }
    let Gate { state, screens } = gate;
    if changes && is_cross_site(&state, request.headers()) {
        return Ok(turn_away(screens, request.headers(), Problem::cross_site()).await);
    }
    let (mut identity, cookies) = accounts::authenticate(&state, request.headers(), changes).await?;
    identity.device.network = network(&state, &request);
    let nonce = Nonce::fresh();
    let owner = owner(&identity);
    request.extensions_mut().insert(identity);
    request.extensions_mut().insert(nonce.clone());
    let mut response = in_our_words(next.run(request).await);
    let headers = response.headers_mut();
    // A sign-out or a sign-in in the same request has the last word on its cookies.
    let set: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    for cookie in cookies {
        if !set.iter().any(|other| name_of(other) == name_of(&cookie)) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    if let Some(owner) = owner {
        headers.insert(OWNER, owner);
    }
    // The script that reloads while developing has no nonce.
    if !state.config.is_live_reload() {
        protect_document(headers, &nonce, state.config.captcha());
    }
    // Signed-out screens too: going back to one after signing in would show somebody else's header.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    Ok(response)
}

/// A program is refused in JSON, a person on a screen. Of the request, the screens see only why it was refused.
async fn turn_away(screens: Router, headers: &HeaderMap, problem: Problem) -> Response {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepted.contains("text/html") {
        return refuse(problem);
    }
    let mut why = Request::new(Body::empty());
    why.extensions_mut().insert(problem);
    screens.oneshot(why).await.into_response()
}

fn network(state: &AppState, request: &Request) -> Network {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    Network::from_request(peer, request.headers(), &state.config.limits.trusted_proxies)
}

fn name_of(cookie: &HeaderValue) -> Option<&[u8]> {
    cookie.as_bytes().split(|byte| *byte == b'=').next()
}

/// True when a browser says that the request was not made by one of our own pages. Clients that are no browsers
/// send neither header and hold no cookies that could be misused.
fn is_cross_site(state: &AppState, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return true;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let Ok(origin) = origin.to_str() else { return true };
    // From no page at all but by the person: the system's share sheet.
    if origin == "null" && site == Some("none") {
        return false;
    }
    // In dev the same site is reached under several names of this machine.
    let as_asked = state.config.is_dev() && text(header::HOST).is_some_and(|host| origin == format!("http://{host}"));
    origin != state.config.public_url() && !as_asked
}

/// Only the path: a query may hold a signature.
pub fn span(request: &axum::http::Request<Body>) -> Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}
