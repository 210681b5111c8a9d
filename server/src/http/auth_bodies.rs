//! JSON bodies of `/api/v1/auth/*`.

use model::{Email, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "name@example.org", "password": "seven quiet otters"}))]
pub struct SignUp {
    #[schema(value_type = Email)]
    pub email: String,
    #[schema(min_length = 8, max_length = 256)]
    pub password: String,
    /// Answer to `auth/challenge`: the ALTCHA solution, base64 of `{challenge, solution}`, or the
    /// token of reCAPTCHA.
    #[schema(nullable = false)]
    pub captcha: Option<String>,
    /// Coarse signals of the device. The server stores only a keyed hash.
    #[schema(nullable = false)]
    pub fingerprint: Option<String>,
}

/// The code that was mailed to an address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "name@example.org", "code": "123456", "stay": true}))]
pub struct VerifyOtp {
    #[schema(value_type = Email)]
    pub email: String,
    #[schema(pattern = "^[0-9]{6}$")]
    pub code: String,
    /// Keep the session when the browser closes.
    #[serde(default)]
    #[schema(default = false)]
    pub stay: bool,
    #[serde(default)]
    #[schema(default = "cookie")]
    pub session: TokenTransport,
}

/// The address to send a mail to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "name@example.org"}))]
pub struct Address {
    #[schema(value_type = Email)]
    pub email: String,
}

/// Address and password of an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "name@example.org", "password": "seven quiet otters", "stay": true}))]
pub struct SignIn {
    #[schema(value_type = Email)]
    pub email: String,
    pub password: String,
    /// Keep the session when the browser closes.
    #[serde(default)]
    #[schema(default = false)]
    pub stay: bool,
    #[serde(default)]
    #[schema(default = "cookie")]
    pub session: TokenTransport,
}

/// Where to send a sign-in link, and where the link leads.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "name@example.org", "return_to": "/gallery"}))]
pub struct MagicLink {
    #[schema(value_type = Email)]
    pub email: String,
    /// A path of this site.
    #[serde(default)]
    pub return_to: String,
    /// Keep the session when the browser closes.
    #[serde(default)]
    #[schema(default = false)]
    pub stay: bool,
}

/// The token of a mailed link, and the new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "x1mPq0c0v8mJ0sWJm4R3yqk1n2b7uT5hZ9aLw6eXfGo", "password": "nine loud badgers"}))]
pub struct ResetPassword {
    pub token: String,
    #[schema(min_length = 8, max_length = 256)]
    pub password: String,
    /// Keep the session when the browser closes.
    #[serde(default)]
    #[schema(default = false)]
    pub stay: bool,
    #[serde(default)]
    #[schema(default = "cookie")]
    pub session: TokenTransport,
}

/// How a guest session is returned.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = Guest, example = json!({"session": "bearer"}))]
pub struct NewGuest {
    #[schema(default = "cookie")]
    pub session: TokenTransport,
}

/// The refresh token; without one, the cookie is used.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "refresh_token": "0199f0a28d2f7c4b8e653a7c9d1f2b22.0.x1mPq0c0v8mJ0sWJm4R3yqk1n2b7uT5hZ9aLw6eXfGo"
}))]
pub struct Refresh {
    #[schema(nullable = false)]
    pub refresh_token: Option<String>,
}

/// Whether the tokens of a session are set as cookies or returned in the body.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenTransport {
    #[default]
    Cookie,
    Bearer,
}

/// What the client has to do next.
#[derive(Serialize, ToSchema)]
#[schema(as = Next, example = json!({"next": "verify"}))]
pub struct NextStep {
    /// `verify`: ask for the mailed code. `mail`: open the mailed link.
    pub next: &'static str,
}

/// The account. With `session: bearer`, also its tokens, which else are set as cookies.
#[derive(Serialize, ToSchema)]
#[schema(
    as = SignedIn,
    example = json!({
        "id": "0199f0a2-7c1e-7b3a-9d54-2f6b8c0e1a11", "email": "name@example.org", "is_guest": false, "credits": 3
    })
)]
pub struct SignedInBody<'a> {
    #[serde(flatten)]
    pub user: &'a User,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub access_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub refresh_token: Option<&'a str>,
    /// Lifetime of the access token in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub token_type: Option<TokenType>,
}

/// Token type of OAuth 2.0 (RFC 6749, 7.1).
#[derive(Serialize, ToSchema)]
pub enum TokenType {
    Bearer,
}
