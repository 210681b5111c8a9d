//! Everything that can be refused: a stable code for programs, a sentence for people (RFC 9457). What is said for each
//! code stands in `locales/*/problems.ftl`, under the code's name.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident $make:ident $status:literal $field:expr;)*) => {
        /// What went wrong, for programs. The names are part of the interface and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name as it stands in JSON and in addresses.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($make),)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $(stringify!($make) => Some(Self::$variant),)* _ => None }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }
        }

        impl Problem {
            $(pub fn $make() -> Self { Code::$variant.into() })*
        }

        impl From<Code> for Problem {
            fn from(code: Code) -> Self {
                let field: Option<&str> = match code { $(Code::$variant => $field,)* };
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

problems! {
    // The photo.
    PhotoMissing photo_missing 422 Some("file");
    PhotoEmpty photo_empty 422 Some("file");
    PhotoNotAnImage photo_not_an_image 415 Some("file");
    PhotoSvg photo_svg 415 Some("file");
    PhotoAnimated photo_animated 415 Some("file");
    PhotoHeic photo_heic 415 Some("file");
    PhotoUnsupported photo_unsupported 415 Some("file");
    PhotoTooLarge photo_too_large 413 Some("file");
    PhotoTooManyPixels photo_too_many_pixels 413 Some("file");
    PhotoCutOff photo_cut_off 422 Some("file");
    UploadDiffers upload_differs 422 Some("size");
    PhotoBroken photo_broken 422 Some("file");
    // The account.
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
    // The request.
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
    Offline offline 503 None;
    Busy busy 503 None;
    Internal internal 500 None;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of every refusal, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = json!({"status": 402, "code": "no_credit", "title": "No credits left", "detail": "You have no credits left, so this page was not made. Nothing was charged."})))]
pub struct Problem {
    pub status: u16,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: Code,
    /// In the reader's language; empty until it is told, because only then it is known who reads.
    pub title: String,
    /// What to do, in a sentence for the person. Empty as long, unless it is a sentence of its own.
    pub detail: String,
    /// The field of the form it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub field: Option<String>,
    /// Seconds to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// Enough for now: come back after so many seconds.
    pub fn wait(seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::too_many_requests() }
    }

    /// What is left of it in the address of a screen that is shown again: `problem=too_many_requests&wait=60`.
    pub fn query(&self) -> String {
        let wait = self.retry_after.map(|seconds| format!("&wait={seconds}")).unwrap_or_default();
        format!("problem={}{wait}", self.code.as_str())
    }

    /// The problem that [`Self::query`] wrote.
    pub fn from_query(code: &str, wait: Option<u64>) -> Option<Self> {
        Code::parse(code).map(|code| Self { retry_after: wait, ..code.into() })
    }

    /// A body that does not have the shape it should: `field` is the part at fault, `detail` says how, in the reader's
    /// language.
    pub fn body(field: Option<String>, detail: impl Into<String>) -> Self {
        Self { field, detail: detail.into(), ..Self::body_invalid() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_in_json_and_in_addresses() {
        let problem = Problem::photo_too_many_pixels();
        let json = serde_json::to_value(&problem).expect("serialises");
        assert_eq!(json["code"], problem.code.as_str());
        assert_eq!(Code::parse("photo_too_many_pixels"), Some(Code::PhotoTooManyPixels));
    }
}
