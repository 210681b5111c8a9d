//! Headers that keep browsers from doing what none of our screens asks for.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::config::Captcha;

/// Of whatever is no document: files of the site, answers to programs, the worker.
pub const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// A photo may be taken with the camera; nothing else of a device is asked for.
const PERMISSIONS: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), \
     midi=(), display-capture=(), browsing-topics=()";
/// On every answer, unless a handler said something stricter.
pub const EVERYWHERE: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
/// Two years, as the lists that browsers ship ask for.
pub const ONLY_HTTPS: &str = "max-age=63072000; includeSubDomains";
/// Where reCAPTCHA's script opens its frame and sends what it saw.
const RECAPTCHA: &str = "https://www.google.com https://www.gstatic.com";
/// At sign-out the photo that waits in the browser's own database goes too.
const CLEAR: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));

/// Marks the scripts of one document as ours (CSP level 3).
#[derive(Clone, Debug, Default)]
pub struct Nonce(String);

impl Nonce {
    pub fn fresh() -> Self {
        Self(STANDARD.encode(rand::random::<[u8; 16]>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For a document. What its scripts load is theirs to answer for; pictures may come from one other origin.
    pub fn policy(&self, pictures: Option<&str>) -> String {
        let pictures = pictures.map(|origin| format!(" {origin}")).unwrap_or_default();
        format!(
            "default-src 'self'; script-src 'strict-dynamic' 'nonce-{}' 'wasm-unsafe-eval'; worker-src 'self'; \
             img-src 'self' blob:{pictures}; object-src 'none'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'",
            self.0
        )
    }

    /// For a document of a site that asks reCAPTCHA about sign-ups. Its script comes by ours, and goes on from there.
    fn policy_with_recaptcha(&self) -> String {
        format!("{}; frame-src {RECAPTCHA}; connect-src 'self' {RECAPTCHA}", self.policy(None))
    }
}

/// A document gets the policy of its nonce, unless it has one.
pub fn protect_document(headers: &mut HeaderMap, nonce: &Nonce, captcha: Captcha) {
    let is_html = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = match captcha {
        Captcha::Recaptcha => nonce.policy_with_recaptcha(),
        Captcha::Off | Captcha::Altcha => nonce.policy(None),
    };
    if is_html
        && !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::try_from(policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Of an answer after which nobody is signed in here.
pub fn forget_everything(headers: &mut HeaderMap) {
    let (name, value) = CLEAR;
    headers.insert(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy_of(kind: &'static str, captcha: Captcha) -> Option<String> {
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        protect_document(&mut headers, &Nonce::fresh(), captcha);
        headers.get(header::CONTENT_SECURITY_POLICY).map(|value| value.to_str().expect("text").to_owned())
    }

    #[test]
    fn google_is_let_in_only_where_recaptcha_is_asked() {
        for captcha in [Captcha::Off, Captcha::Altcha] {
            let policy = policy_of("text/html; charset=utf-8", captcha).expect("a policy");
            assert!(!policy.contains("https:") && !policy.contains("connect-src"), "{policy}");
        }
        let policy = policy_of("text/html; charset=utf-8", Captcha::Recaptcha).expect("a policy");
        let directives: Vec<_> = policy.split("; ").filter(|directive| directive.contains("https:")).collect();
        assert_eq!(
            directives,
            [
                "frame-src https://www.google.com https://www.gstatic.com",
                "connect-src 'self' https://www.google.com https://www.gstatic.com"
            ]
        );
        assert_eq!(policy_of("application/json", Captcha::Recaptcha), None);
    }
}
