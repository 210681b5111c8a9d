//! What was typed into the account panel, remembered for the next screen: in a short-lived cookie rather than in the
//! address, where it would end up in histories and logs. Never the password.

use http::{HeaderMap, HeaderValue, header};
use server::{
    AppState,
    clock::{SECOND, local_now},
};

/// Where the cookie goes, and for how long: a code is good for five minutes.
const RULES: &str = "Path=/auth; Max-Age=900; HttpOnly; SameSite=Lax";
const NAME: &str = "typed";
/// Between two codes to one address, in seconds.
const CODE_PAUSE: i64 = 60;

pub struct Typed {
    pub email: String,
    pub stay: bool,
    /// When something was mailed to that address, in seconds since 1970; 0 when nothing was.
    pub mailed_at: i64,
}

/// Before anything was typed.
impl Default for Typed {
    fn default() -> Self {
        Self { email: String::new(), stay: true, mailed_at: 0 }
    }
}

impl Typed {
    pub fn of(headers: &HeaderMap) -> Option<Self> {
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

    /// Seconds until something may be mailed there again; `None` when it may now.
    pub fn pause(&self) -> Option<i64> {
        let left = self.mailed_at + CODE_PAUSE - local_now() / SECOND;
        (1..=CODE_PAUSE).contains(&left).then_some(left)
    }

    pub fn cookie(&self, state: &AppState) -> Option<HeaderValue> {
        // The longest address there is; whatever is longer was no address.
        let email: String = self.email.chars().take(254).collect();
        let stay = u8::from(self.stay);
        let Self { mailed_at, .. } = self;
        HeaderValue::try_from(format!("{NAME}={stay}-{mailed_at}-{}; {RULES}{}", hex::encode(email), secure(state)))
            .ok()
    }

    pub fn forget(state: &AppState) -> Option<HeaderValue> {
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
    fn what_was_typed_comes_back() {
        let mut headers = HeaderMap::new();
        let cookie = format!("other=1; typed=1-7-{}; last=2", hex::encode("mia; <b>@éxample.org"));
        headers.insert(header::COOKIE, HeaderValue::try_from(cookie).expect("valid"));
        let typed = Typed::of(&headers).expect("there");
        assert_eq!(typed.email, "mia; <b>@éxample.org");
        assert!(typed.stay);
        assert_eq!(typed.mailed_at, 7);
    }

    #[test]
    fn a_cookie_that_is_not_ours_is_nothing() {
        for cookie in ["typed=", "typed=1", "typed=1-0-zz", "typed=1-0-abc", "typed=1-0-ff", "typed=1-x-6d"] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            assert!(Typed::of(&headers).is_none(), "{cookie}");
        }
    }
}
