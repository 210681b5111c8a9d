//! Error responses as problem details (RFC 9457): a stable code for programs and a translated
//! message for users. The messages are in `locales/*/problems.ftl` under the name of the code.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! define_problems {
    ($($(#[$doc:meta])* $variant:ident $make:ident $status:literal $field:expr;)*) => {
        /// Machine-readable error code. The names are part of the API and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ProblemCode { $($(#[$doc])* $variant,)* }

        impl ProblemCode {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in JSON and in query strings.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($make),)* }
            }

            /// The inverse of [`Self::as_str`].
            pub fn parse(text: &str) -> Option<Self> {
                match text { $(stringify!($make) => Some(Self::$variant),)* _ => None }
            }

            /// The HTTP status of the response.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }
        }

        impl Problem {
            $(pub fn $make() -> Self { ProblemCode::$variant.into() })*
        }

        impl From<ProblemCode> for Problem {
            fn from(code: ProblemCode) -> Self {
                let field: Option<&str> = match code { $(ProblemCode::$variant => $field,)* };
                Self {
                    status: code.status(),
                    code,
                    title: String::new(),
                    detail: String::new(),
                    field: field.map(str::to_owned),
                    retry_after: None,
                }
            }
        }
    };
}

define_problems! {
    // Photos.
    PhotoMissing photo_missing 422 Some("file");
    PhotoEmpty photo_empty 422 Some("file");
    PhotoNotAnImage photo_not_an_image 415 Some("file");
    PhotoSvg photo_svg 415 Some("file");
    PhotoAnimated photo_animated 415 Some("file");
    PhotoHeic photo_heic 415 Some("file");
    PhotoUnsupported photo_unsupported 415 Some("file");
    PhotoUnsupportedJpeg photo_unsupported_jpeg 415 Some("file");
    PhotoTooLarge photo_too_large 413 Some("file");
    PhotoTooManyPixels photo_too_many_pixels 413 Some("file");
    PhotoCutOff photo_cut_off 422 Some("file");
    UploadDiffers upload_differs 422 Some("size");
    PhotoBroken photo_broken 422 Some("file");
    PixelsHidden pixels_hidden 422 Some("file");
    // Accounts.
    EmailMalformed email_malformed 422 Some("email");
    EmailDisposable email_disposable 422 Some("email");
    CaptchaNeeded captcha_needed 422 Some("captcha");
    CaptchaFailed captcha_failed 422 Some("captcha");
    PasswordTooShort password_too_short 422 Some("password");
    PasswordTooLong password_too_long 422 Some("password");
    PasswordTooWeak password_too_weak 422 Some("password");
    PasswordCommon password_common 422 Some("password");
    PasswordIsAddress password_is_address 422 Some("password");
    PasswordWrong password_wrong 403 Some("current_password");
    CodeMalformed code_malformed 422 Some("code");
    CodeWrong code_wrong 401 Some("code");
    SignInFailed sign_in_failed 401 Some("password");
    VerificationNeeded verification_needed 401 None;
    NewDevice new_device 401 None;
    AddressUnchanged address_unchanged 422 Some("email");
    LinkUsed link_used 401 None;
    SignInAgain sign_in_again 403 None;
    AccountNeeded account_needed 403 None;
    SignedOut signed_out 401 None;
    // Pages and credits.
    NoCredit no_credit 402 None;
    TitleEmpty title_empty 422 Some("title");
    TitleTooLong title_too_long 422 Some("title");
    StyleOutOfRange style_out_of_range 422 Some("style");
    PageNotReady page_not_ready 409 None;
    PageFailed page_failed 409 None;
    PhotoGone photo_gone 410 None;
    PagesOutOfRange pages_out_of_range 422 Some("page_ids");
    BookEmpty book_empty 409 None;
    IdempotencyKeyReused idempotency_key_reused 422 None;
    // Requests.
    NotFound not_found 404 None;
    MethodNotAllowed method_not_allowed 405 None;
    BodyInvalid body_invalid 422 None;
    BodyTooLarge body_too_large 413 None;
    MediaTypeUnsupported media_type_unsupported 415 None;
    CrossSite cross_site 403 None;
    LinkExpired link_expired 403 None;
    TooManyRequests too_many_requests 429 None;
    RangeNotSatisfiable range_not_satisfiable 416 None;
    Timeout timeout 408 None;
    /// A tab with an older version of the application called a server function.
    Outdated outdated 409 None;
    Offline offline 503 None;
    Busy busy 503 None;
    Internal internal 500 None;
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Body of every error response, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({
        "status": 402, "code": "no_credit", "title": "No credits left",
        "detail": "You have no credits left, so this page was not made. Nothing was charged."
    }))
)]
pub struct Problem {
    pub status: u16,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: ProblemCode,
    /// Summary in the reader's language. Empty until the response is written, as the language is
    /// not known before.
    pub title: String,
    /// What the user can do, in their language. Empty until the response is written, unless the
    /// code that found the error has set it.
    pub detail: String,
    /// The form or JSON field that is invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub field: Option<String>,
    /// Seconds to wait before the next attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// `too_many_requests` with a number of seconds to wait.
    pub fn rate_limited(seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::too_many_requests() }
    }

    /// Query string that carries code and wait through a redirect:
    /// `problem=too_many_requests&wait=60`.
    pub fn to_query(&self) -> String {
        let wait = self.retry_after.map(|seconds| format!("&wait={seconds}")).unwrap_or_default();
        format!("problem={}{wait}", self.code.as_str())
    }

    /// The inverse of [`Self::to_query`], from the values of `problem` and `wait`. `None` if the
    /// code is unknown.
    pub fn from_query(code: &str, wait: Option<u64>) -> Option<Self> {
        ProblemCode::parse(code).map(|code| Self { retry_after: wait, ..code.into() })
    }

    /// `body_invalid` for a request body of the wrong shape: `field` is the invalid part, `detail`
    /// says why, in the reader's language.
    pub fn body_invalid_because(field: Option<String>, detail: impl Into<String>) -> Self {
        Self { field, detail: detail.into(), ..Self::body_invalid() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_the_same_name_in_json_and_in_queries() {
        for &code in ProblemCode::ALL {
            assert_eq!(serde_json::to_value(code).expect("serializable"), code.as_str());
            assert_eq!(ProblemCode::parse(code.as_str()), Some(code));
        }
    }

    #[test]
    fn query_carries_code_and_wait() {
        let problem = Problem::rate_limited(60);
        assert_eq!(problem.to_query(), "problem=too_many_requests&wait=60");
        assert_eq!(Problem::from_query("too_many_requests", Some(60)), Some(problem));
        assert_eq!(Problem::from_query("unknown", None), None);
    }
}
