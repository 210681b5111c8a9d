//! Everything that can be refused: a stable code for programs, a sentence for people (RFC 9457).

use serde::{Deserialize, Serialize};

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident $make:ident $status:literal $field:expr, $title:literal, $detail:literal;)*) => {
        /// What went wrong, for programs. The names are part of the interface and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
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
                let (title, detail, field): (&str, &str, Option<&str>) = match code {
                    $(Code::$variant => ($title, $detail, $field),)*
                };
                Self {
                    status: code.status(),
                    code,
                    title: title.to_owned(),
                    detail: detail.to_owned(),
                    field: field.map(str::to_owned),
                    retry_after: None,
                }
            }
        }
    };
}

problems! {
    // The photo.
    PhotoMissing photo_missing 422 Some("file"), "No photo", "Please choose a photo first.";
    PhotoEmpty photo_empty 422 Some("file"), "Empty file", "This file is empty. Please choose the photo again.";
    PhotoNotAnImage photo_not_an_image 415 Some("file"), "Not a photo", "This file is not a photo we can read. Please choose a JPEG, PNG or WebP picture.";
    PhotoSvg photo_svg 415 Some("file"), "A drawing, not a photo", "This is an SVG drawing. Please choose a photo: JPEG, PNG or WebP.";
    PhotoAnimated photo_animated 415 Some("file"), "Moving picture", "This picture moves. Please choose a still photo.";
    PhotoHeic photo_heic 415 Some("file"), "HEIC photo", "This kind of photo (HEIC or AVIF) has to be opened by your browser, and it could not. Please save the photo as JPEG and choose that.";
    PhotoUnsupported photo_unsupported 415 Some("file"), "Unknown picture format", "We cannot read this kind of picture. Please choose a JPEG, PNG or WebP photo.";
    PhotoTooLarge photo_too_large 413 Some("file"), "Photo too large", "This photo is over 10 MB. Please choose a smaller one.";
    PhotoTooManyPixels photo_too_many_pixels 413 Some("file"), "Photo too large", "This photo has more than 50 megapixels. Please choose a smaller one.";
    PhotoCutOff photo_cut_off 422 Some("file"), "Photo incomplete", "The end of this photo is missing. Please copy it again from where it came from.";
    UploadDiffers upload_differs 422 Some("size"), "Not what was announced", "This file is not as long as was said. Please send the photo again.";
    PhotoBroken photo_broken 422 Some("file"), "Photo damaged", "This photo is damaged and cannot be opened. Please try another.";
    // The account.
    EmailMalformed email_malformed 422 Some("email"), "Address incomplete", "Please check the e-mail address: it should look like name@example.org.";
    PasswordTooShort password_too_short 422 Some("password"), "Password too short", "Please use at least 8 characters.";
    PasswordTooLong password_too_long 422 Some("password"), "Password too long", "Please use at most 256 characters.";
    PasswordTooWeak password_too_weak 422 Some("password"), "Password easy to guess", "This password is easy to guess. Please use a longer one, or a few unrelated words.";
    PasswordCommon password_common 422 Some("password"), "Password known to thieves", "This password is on lists that thieves try first. Please use another, or a few unrelated words.";
    PasswordIsAddress password_is_address 422 Some("password"), "Password is your address", "Your e-mail address is no secret. Please use another password, or a few unrelated words.";
    PasswordWrong password_wrong 403 Some("current_password"), "Wrong password", "That is not the password of this account. Please try again.";
    CodeMalformed code_malformed 422 Some("code"), "Six digits", "The code has six digits. Please check the mail.";
    CodeWrong code_wrong 401 Some("code"), "Wrong code", "That code didn't work. Check the mail or ask for a new one.";
    SignInFailed sign_in_failed 401 Some("password"), "Not signed in", "This address and password do not go together. Please try again.";
    VerificationNeeded verification_needed 401 None, "Please confirm your address", "Please confirm your address first, with the six-digit code in your mail.";
    NewDevice new_device 401 None, "New device", "We have not seen this device before. Please type the six-digit code in your mail.";
    AddressUnchanged address_unchanged 422 Some("email"), "Same address", "This is your address already. Please type another one.";
    LinkUsed link_used 401 None, "Link no longer good", "This link was used already or is too old. Please ask for a new one.";
    SignInAgain sign_in_again 403 None, "Please sign in again", "To change this, please sign out and in again first: it shows that it is you.";
    AccountNeeded account_needed 403 None, "Account needed", "This takes an account with an e-mail address. Please sign up first; your pages come along.";
    SignedOut signed_out 401 None, "Please sign in", "Please sign in to do that.";
    // Pages and credits.
    NoCredit no_credit 402 None, "No credits left", "You have no credits left, so this page was not made. Nothing was charged.";
    TitleEmpty title_empty 422 Some("title"), "Title missing", "Please give the page a title.";
    TitleTooLong title_too_long 422 Some("title"), "Title too long", "Please use at most 120 characters for the title.";
    StyleOutOfRange style_out_of_range 422 Some("style"), "Setting out of range", "Detail and smoothing go from 0 to 1 and the line width from 0.3 to 2 mm. Please choose values between.";
    PageNotReady page_not_ready 409 None, "Not ready yet", "This page is still being drawn. Please try again in a moment.";
    PhotoGone photo_gone 410 None, "Photo no longer kept", "The photo of this page is kept no longer, so it cannot be drawn anew. Your drawing is still here.";
    PagesOutOfRange pages_out_of_range 422 Some("page_ids"), "No pages, or too many", "Please choose 1 to 100 pages, each once.";
    BookEmpty book_empty 409 None, "No pages in this book", "All pages of this book were deleted. Please choose others.";
    IdempotencyKeyReused idempotency_key_reused 422 None, "Key used before", "This Idempotency-Key was used for a different request.";
    // The request.
    NotFound not_found 404 None, "Not found", "There is nothing at this address, or it is not yours.";
    MethodNotAllowed method_not_allowed 405 None, "Not possible here", "This address does not take that kind of request.";
    BodyInvalid body_invalid 422 None, "Request not understood", "The request is not complete or has a part we do not know.";
    BodyTooLarge body_too_large 413 None, "Request too large", "The request is larger than we accept.";
    MediaTypeUnsupported media_type_unsupported 415 None, "Content type not supported", "Please send the request in the content type this address takes.";
    CrossSite cross_site 403 None, "Request refused", "This request came from another site. Please open Scribble Machine and try again.";
    LinkExpired link_expired 403 None, "Link expired", "This download link is no longer good. Please open the page again for a fresh one.";
    TooManyRequests too_many_requests 429 None, "Please wait", "That was a bit fast. Please wait a moment and try again.";
    RangeNotSatisfiable range_not_satisfiable 416 None, "Range not satisfiable", "The part you asked for lies outside the file.";
    Timeout timeout 408 None, "Too slow", "The request took too long. Please try again.";
    Offline offline 503 None, "No connection", "We could not reach the server. Your photo is still here: please try again.";
    Internal internal 500 None, "Something went wrong", "Something went wrong on our side. Nothing was lost or charged. Please try again.";
}

/// The body of every refusal, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{detail}")]
pub struct Problem {
    pub status: u16,
    pub code: Code,
    pub title: String,
    /// What to do, in a sentence for the person.
    pub detail: String,
    /// The field of the form it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Seconds to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A body that does not have the shape it should: `field` is the part at fault.
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
