//! Security headers of the responses: `Content-Security-Policy`, `Permissions-Policy` and others.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::config::Captcha;

/// `Content-Security-Policy` of everything but HTML documents: files, API responses, workers.
pub const DEFAULT_CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob:; \
     object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// The camera is for taking a photo; the site uses no other device.
const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), \
     hid=(), midi=(), display-capture=(), browsing-topics=()";
/// Headers of every response, unless a handler set a value of its own.
pub const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
/// `Strict-Transport-Security` of two years, as recommended by the preload lists of browsers.
pub const HSTS: &str = "max-age=63072000; includeSubDomains";
/// Origins that the script of reCAPTCHA frames and connects to.
const RECAPTCHA_ORIGINS: &str = "https://www.google.com https://www.gstatic.com";
/// Also deletes the photo that an unfinished page keeps in IndexedDB.
const CLEAR_SITE_DATA: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));

/// Nonce of the scripts of one HTML document (CSP level 3), 128 random bits in base64.
#[derive(Clone, Debug, Default)]
pub struct Nonce(String);

impl Nonce {
    pub fn generate() -> Self {
        Self(STANDARD.encode(rand::random::<[u8; 16]>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `Content-Security-Policy` of an HTML document. Scripts with the nonce may load others
    /// (`strict-dynamic`); images may also come from `image_origin`.
    pub fn content_security_policy(&self, image_origin: Option<&str>) -> String {
        let image_origin = image_origin.map(|origin| format!(" {origin}")).unwrap_or_default();
        format!(
            "default-src 'self'; script-src 'strict-dynamic' 'nonce-{}' 'wasm-unsafe-eval'; worker-src 'self'; \
             img-src 'self' blob:{image_origin}; object-src 'none'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'",
            self.0
        )
    }

    /// The policy of a site with reCAPTCHA. Its script is loaded by one with the nonce.
    fn content_security_policy_with_recaptcha(&self) -> String {
        format!(
            "{}; frame-src {RECAPTCHA_ORIGINS}; connect-src 'self' {RECAPTCHA_ORIGINS}",
            self.content_security_policy(None)
        )
    }
}

/// Sets the `Content-Security-Policy` of an HTML document, unless it has one.
pub fn set_document_csp(headers: &mut HeaderMap, nonce: &Nonce, captcha: Captcha) {
    let is_html = headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    let policy = match captcha {
        Captcha::Recaptcha => nonce.content_security_policy_with_recaptcha(),
        Captcha::Off | Captcha::Altcha => nonce.content_security_policy(None),
    };
    if is_html
        && !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::try_from(policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Makes the browser delete what it stored for this site (`Clear-Site-Data`); for sign-outs.
pub fn clear_site_data(headers: &mut HeaderMap) {
    let (name, value) = CLEAR_SITE_DATA;
    headers.insert(name, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csp_of(content_type: &'static str, captcha: Captcha) -> Option<String> {
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        set_document_csp(&mut headers, &Nonce::generate(), captcha);
        headers.get(header::CONTENT_SECURITY_POLICY).map(|value| value.to_str().expect("text").to_owned())
    }

    #[test]
    fn policy_without_recaptcha_allows_no_other_origin() {
        for captcha in [Captcha::Off, Captcha::Altcha] {
            let policy = csp_of("text/html; charset=utf-8", captcha).expect("a policy");
            assert!(!policy.contains("https:") && !policy.contains("connect-src"), "{policy}");
        }
    }

    #[test]
    fn policy_with_recaptcha_allows_google_origins() {
        let policy = csp_of("text/html; charset=utf-8", Captcha::Recaptcha).expect("a policy");
        let directives: Vec<_> = policy.split("; ").filter(|directive| directive.contains("https:")).collect();
        assert_eq!(
            directives,
            [
                "frame-src https://www.google.com https://www.gstatic.com",
                "connect-src 'self' https://www.google.com https://www.gstatic.com"
            ]
        );
    }

    #[test]
    fn json_response_gets_no_document_policy() {
        assert_eq!(csp_of("application/json", Captcha::Recaptcha), None);
    }
}
