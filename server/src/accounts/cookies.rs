//! Session, device and language cookies, and checked redirect targets after sign-in.

use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, HeaderValue};
use model::Language;

use super::session::SignedIn;
use crate::{
    AppState,
    clock::{DAY, Millis, SECOND},
};

/// Restricts a cookie to this host, HTTPS and the path `/` (RFC 6265bis, 4.1.3.2).
const HOST_PREFIX: &str = "__Host-";
const ACCESS_COOKIE: &str = "access";
const REFRESH_COOKIE: &str = "refresh";
/// Identifies a browser across sessions.
const DEVICE_COOKIE: &str = "device";
/// The language a user has chosen.
pub const LANGUAGE_COOKIE: &str = "language";
/// The longest time browsers keep a cookie (RFC 6265bis, 5.5).
const MAX_COOKIE_AGE: Millis = 400 * DAY;

/// The tokens in the cookies of a request.
pub struct Tokens {
    pub access: Option<String>,
    pub refresh: Option<String>,
    pub device: Option<String>,
}

fn with_host_prefix(state: &AppState, name: &str) -> String {
    if state.config.is_https() { format!("{HOST_PREFIX}{name}") } else { name.to_owned() }
}

pub fn read_tokens(state: &AppState, headers: &HeaderMap) -> Tokens {
    let jar = CookieJar::from_headers(headers);
    let value = |short: &str| jar.get(&with_host_prefix(state, short)).map(|cookie| cookie.value().to_owned());
    Tokens { access: value(ACCESS_COOKIE), refresh: value(REFRESH_COOKIE), device: value(DEVICE_COOKIE) }
}

/// `max_age` in seconds; without it the cookie lasts until the browser closes.
fn build_cookie(state: &AppState, short: &str, value: &str, max_age: Option<i64>) -> Option<HeaderValue> {
    let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", with_host_prefix(state, short));
    if state.config.is_https() {
        text.push_str("; Secure");
    }
    if let Some(seconds) = max_age {
        text.push_str(&format!("; Max-Age={seconds}"));
    }
    HeaderValue::from_str(&text).ok()
}

impl SignedIn {
    /// `Set-Cookie` values for both tokens.
    pub fn session_cookies(&self, state: &AppState) -> Vec<HeaderValue> {
        // The access token carries its own expiry; both cookies get the session's, so that they are
        // sent together.
        let max_age = self.stay_signed_in.then_some(self.ttl / SECOND);
        [(ACCESS_COOKIE, &self.access_token), (REFRESH_COOKIE, &self.refresh_token)]
            .into_iter()
            .filter_map(|(short, token)| build_cookie(state, short, token, max_age))
            .chain(self.language.and_then(|language| language_cookie(state, language)))
            .collect()
    }
}

/// `Set-Cookie` value that identifies the browser from now on.
pub fn device_cookie(state: &AppState, token: &str) -> Option<HeaderValue> {
    build_cookie(state, DEVICE_COOKIE, token, Some(MAX_COOKIE_AGE / SECOND))
}

/// `Set-Cookie` value for the language. Scripts may read it, and it has no `__Host-` prefix.
pub fn language_cookie(state: &AppState, language: Language) -> Option<HeaderValue> {
    let secure = if state.config.is_https() { "; Secure" } else { "" };
    let life = MAX_COOKIE_AGE / SECOND;
    let text = format!("{LANGUAGE_COOKIE}={}; Path=/; SameSite=Lax; Max-Age={life}{secure}", language.as_str());
    HeaderValue::from_str(&text).ok()
}

/// The refresh token of a browser.
pub fn read_refresh_token(state: &AppState, headers: &HeaderMap) -> Option<String> {
    read_tokens(state, headers).refresh
}

/// `Set-Cookie` values that remove both session cookies.
pub fn expired_session_cookies(state: &AppState) -> Vec<HeaderValue> {
    [ACCESS_COOKIE, REFRESH_COOKIE].into_iter().filter_map(|short| build_cookie(state, short, "", Some(0))).collect()
}

/// The redirect target after sign-in: `text` if it is a path on this site outside `/auth/`, else
/// `/`.
pub fn sanitize_return_path(text: &str) -> String {
    // The forms below `/auth/` would lead back to signing in, or sign out again.
    if text.starts_with("/auth/") { "/".to_owned() } else { sanitize_local_path(text) }
}

/// Returns `text` if it is a path on this site, else `/`. Rejects whatever a browser may take for
/// another host, such as `//host` and `/\host`.
pub fn sanitize_local_path(text: &str) -> String {
    let safe = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 512
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if safe { text.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::sanitize_return_path;

    #[test]
    fn only_local_paths_are_return_paths() {
        for path in ["/gallery", "/pages/1?x=2#y", "/"] {
            assert_eq!(sanitize_return_path(path), path);
        }
        for other in [
            "",
            "gallery",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\tx",
            "/a\r\nSet-Cookie: x",
            "javascript:alert(1)",
            "/ä",
            "/auth/sign-out",
        ] {
            assert_eq!(sanitize_return_path(other), "/", "{other:?}");
        }
    }
}
