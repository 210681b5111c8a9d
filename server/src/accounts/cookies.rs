//! The cookies that carry a session, and where a person is sent afterwards.

use axum_extra::extract::cookie::CookieJar;
use http::{HeaderMap, HeaderValue};
use model::Language;

use super::session::SignedIn;
use crate::{
    AppState,
    clock::{DAY, Millis, SECOND},
};

/// `__Host-`: only from this very host, only over https, for every path (RFC 6265bis, 4.1.3.2).
const HOST_PREFIX: &str = "__Host-";
const ACCESS_COOKIE: &str = "access";
const REFRESH_COOKIE: &str = "refresh";
/// Tells a browser that was seen before from one that was not.
const DEVICE_COOKIE: &str = "device";
/// The language that somebody chose by hand.
pub const LANGUAGE_COOKIE: &str = "language";
/// The longest that browsers keep a cookie (RFC 6265bis, 5.5).
const MAX_COOKIE_AGE: Millis = 400 * DAY;

pub struct Tokens {
    pub access: Option<String>,
    pub refresh: Option<String>,
    pub device: Option<String>,
}

fn cookie_name(state: &AppState, name: &str) -> String {
    if state.config.is_https() { format!("{HOST_PREFIX}{name}") } else { name.to_owned() }
}

pub fn read_tokens(state: &AppState, headers: &HeaderMap) -> Tokens {
    let jar = CookieJar::from_headers(headers);
    let value = |short: &str| jar.get(&cookie_name(state, short)).map(|cookie| cookie.value().to_owned());
    Tokens { access: value(ACCESS_COOKIE), refresh: value(REFRESH_COOKIE), device: value(DEVICE_COOKIE) }
}

/// `max_age` in seconds; without it the browser forgets the cookie when it closes.
fn cookie(state: &AppState, short: &str, value: &str, max_age: Option<i64>) -> Option<HeaderValue> {
    let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", cookie_name(state, short));
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
        // The access token's own end counts; its cookie stays, so that both come and go together.
        let max_age = self.stay.then_some(self.ttl / SECOND);
        [(ACCESS_COOKIE, &self.access_token), (REFRESH_COOKIE, &self.refresh_token)]
            .into_iter()
            .filter_map(|(short, token)| cookie(state, short, token, max_age))
            .chain(self.language.and_then(|language| language_cookie(state, language)))
            .collect()
    }
}

/// `Set-Cookie` that makes a browser known.
pub fn device_cookie(state: &AppState, token: &str) -> Option<HeaderValue> {
    cookie(state, DEVICE_COOKIE, token, Some(MAX_COOKIE_AGE / SECOND))
}

/// `Set-Cookie` that remembers a language. It is no secret and has the same name everywhere.
pub fn language_cookie(state: &AppState, language: Language) -> Option<HeaderValue> {
    let secure = if state.config.is_https() { "; Secure" } else { "" };
    let life = MAX_COOKIE_AGE / SECOND;
    let text = format!("{LANGUAGE_COOKIE}={}; Path=/; SameSite=Lax; Max-Age={life}{secure}", language.as_str());
    HeaderValue::from_str(&text).ok()
}

/// The token in a browser that renews its session by itself.
pub fn read_refresh_token(state: &AppState, headers: &HeaderMap) -> Option<String> {
    read_tokens(state, headers).refresh
}

/// `Set-Cookie` values that remove both tokens.
pub fn expired_session_cookies(state: &AppState) -> Vec<HeaderValue> {
    [ACCESS_COOKIE, REFRESH_COOKIE].into_iter().filter_map(|short| cookie(state, short, "", Some(0))).collect()
}

/// Where to go once signed in: a path on this site but not of an account's own forms, or `/`.
pub fn sanitize_return_path(text: &str) -> String {
    // What leads to signing in, or out, leads back in a circle.
    if text.starts_with("/auth/") { "/".to_owned() } else { sanitize_local_path(text) }
}

/// A path on this site, or `/`: never another host, whatever the browser makes of odd characters.
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
    fn only_paths_of_this_site_are_returned_to() {
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
