//! A short-lived cookie with the state of the sign-in form, for people without JavaScript and for
//! reloads. In the address it would end up in histories and logs. Never holds the password.

use http::{HeaderMap, HeaderValue, header};
use model::Email;
use server::{
    AppState,
    clock::{SECOND, local_now},
};

const NAME: &str = "auth_form";
/// Valid for longer than a mailed code.
const ATTRIBUTES: &str = "Path=/auth; Max-Age=900; HttpOnly; SameSite=Lax";
/// Seconds between two codes to one address.
const RESEND_SECONDS: i64 = 60;

/// What was typed into the form.
pub struct AuthFormCookie {
    pub email: String,
    pub stay: bool,
    /// When something was mailed to the address, in seconds since 1970; 0 if nothing was.
    pub mailed_at: i64,
}

impl AuthFormCookie {
    /// The state after something was mailed.
    pub fn mailed(email: String, stay: bool) -> Self {
        Self { email, stay, mailed_at: local_now() / SECOND }
    }

    /// Reads the cookie of a request.
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let value =
            cookies.flat_map(|line| line.split("; ")).find_map(|pair| pair.strip_prefix(NAME)?.strip_prefix('='));
        let mut parts = value?.splitn(3, '-');
        let (stay, mailed_at, email) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            email: String::from_utf8(hex::decode(email).ok()?).ok()?,
            stay: stay == "1",
            mailed_at: mailed_at.parse().ok()?,
        })
    }

    /// Seconds until a code may be mailed again; 0 if it may be now.
    pub fn resend_wait(&self) -> u32 {
        let left = self.mailed_at + RESEND_SECONDS - local_now() / SECOND;
        if (1..=RESEND_SECONDS).contains(&left) { u32::try_from(left).unwrap_or_default() } else { 0 }
    }

    pub fn to_cookie(&self, state: &AppState) -> Option<HeaderValue> {
        let email: String = self.email.chars().take(Email::MAX_CHARS).collect();
        let (stay, mailed_at) = (u8::from(self.stay), self.mailed_at);
        let value = format!("{NAME}={stay}-{mailed_at}-{}; {ATTRIBUTES}{}", hex::encode(email), secure(state));
        HeaderValue::try_from(value).ok()
    }

    /// The cookie that removes the state.
    pub fn expired_cookie(state: &AppState) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("{NAME}=; Path=/auth; Max-Age=0{}", secure(state))).ok()
    }
}

fn secure(state: &AppState) -> &'static str {
    if state.config.is_https() { "; Secure" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_is_read_back_from_the_cookie() {
        let mut headers = HeaderMap::new();
        let cookie = format!("other=1; auth_form=1-7-{}; last=2", hex::encode("mia; <b>@éxample.org"));
        headers.insert(header::COOKIE, HeaderValue::try_from(cookie).expect("valid"));
        let state = AuthFormCookie::from_headers(&headers).expect("there");
        assert_eq!(state.email, "mia; <b>@éxample.org");
        assert!(state.stay);
        assert_eq!(state.mailed_at, 7);
    }

    #[test]
    fn malformed_cookie_is_ignored() {
        for value in ["", "1", "1-0-zz", "1-0-abc", "1-0-ff", "1-x-6d"] {
            let mut headers = HeaderMap::new();
            let cookie = HeaderValue::try_from(format!("auth_form={value}")).expect("valid");
            headers.insert(header::COOKIE, cookie);
            assert!(AuthFormCookie::from_headers(&headers).is_none(), "{value}");
        }
    }
}
