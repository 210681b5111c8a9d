//! Server functions of sign-up and sign-in, and the addresses of their screens.
//!
//! Without JavaScript the forms lead from step to step of `/auth/login`.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::User;
use serde::{Deserialize, Serialize};

use crate::{error::AppError, state::auth::AuthStep};

/// What follows a form that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Next {
    /// A code was mailed.
    Code,
    /// A link was mailed, if the address has an account.
    Mailed,
    SignedIn(User),
}

/// How the sign-in form begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthFormStart {
    /// Where to go after signing in, a path of this site.
    pub return_to: String,
    /// The address that was typed before.
    pub email: String,
    pub stay: bool,
    /// Something was typed or mailed within the last minutes.
    pub is_resumed: bool,
    /// Seconds until a code can be mailed again.
    pub resend_wait: u32,
    /// Proves to the server how long the form was open, in place of a CAPTCHA.
    pub ticket: Option<String>,
}

impl AuthFormStart {
    /// An empty form.
    pub fn new(return_to: String) -> Self {
        Self { return_to, email: String::new(), stay: true, is_resumed: false, resend_wait: 0, ticket: None }
    }
}

/// A mailed link that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailedLink {
    Valid {
        /// The address that it was mailed to.
        email: String,
    },
    /// Used, expired or altered.
    Invalid,
}

/// State of the form of `/auth/login`.
#[server(prefix = "/do", endpoint = "accounts/form", input = GetUrl)]
pub async fn load_auth_form(return_to: String) -> Result<AuthFormStart, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    Ok(crate::ssr::auth_forms::start(&cx, &return_to))
}

#[server(prefix = "/do", endpoint = "accounts/sign-up")]
pub async fn sign_up(
    email: String,
    password: String,
    #[server(default)] stay: String,
    #[server(default)] return_to: String,
    #[server(default)] captcha: String,
    #[server(default)] fingerprint: String,
    #[server(default)] ticket: String,
) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::SignUp, email, stay, return_to);
    let signals = crate::ssr::auth_forms::signals(captcha, fingerprint, ticket);
    form.sign_up(password, signals).await
}

#[server(prefix = "/do", endpoint = "accounts/sign-in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] stay: String,
    #[server(default)] return_to: String,
) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::SignIn, email, stay, return_to);
    form.sign_in(password).await
}

/// Verifies the address with the mailed code and signs in.
#[server(prefix = "/do", endpoint = "accounts/verify")]
pub async fn verify_code(
    email: String,
    code: String,
    #[server(default)] stay: String,
    #[server(default)] return_to: String,
) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::Code, email, stay, return_to);
    form.verify_code(code).await
}

#[server(prefix = "/do", endpoint = "accounts/resend")]
pub async fn resend_code(
    email: String,
    #[server(default)] stay: String,
    #[server(default)] return_to: String,
) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::Code, email, stay, return_to);
    form.resend_code().await
}

/// Mails a sign-in link.
#[server(prefix = "/do", endpoint = "accounts/magic-link")]
pub async fn request_sign_in_link(
    email: String,
    #[server(default)] stay: String,
    #[server(default)] return_to: String,
) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::SignIn, email, stay, return_to);
    form.request_sign_in_link().await
}

/// Mails a link to choose a new password.
#[server(prefix = "/do", endpoint = "accounts/forgot")]
pub async fn request_password_reset(
    email: String,
    #[server(default)] stay: String,
    #[server(default)] return_to: String,
) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::SignIn, email, stay, return_to);
    form.request_password_reset().await
}

/// Opens an account without an address, where the site allows it.
#[server(prefix = "/do", endpoint = "accounts/guest")]
pub async fn sign_in_as_guest(#[server(default)] return_to: String) -> Result<Next, AppError> {
    let form = crate::ssr::auth_forms::Submission::new(AuthStep::SignUp, String::new(), String::new(), return_to);
    form.sign_in_as_guest().await
}

/// Ends the session of this browser. The browser deletes what it stored for the site.
#[server(prefix = "/do", endpoint = "accounts/sign-out")]
pub async fn sign_out() -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    if let Some(account) = &cx.identity.account {
        cx.run(server::accounts::sign_out(&cx.state, account)).await?;
    }
    cx.end_session("/");
    Ok(())
}

/// Looks up a mailed sign-in link without using it up. Not a GET: its address would hold the token.
#[server(prefix = "/do", endpoint = "accounts/link")]
pub async fn find_sign_in_link(token: String) -> Result<MailedLink, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    crate::ssr::auth_forms::mailed_link(cx.run(server::accounts::find_link_email(&cx.state, &token)).await)
}

/// Looks up the link to choose a new password, as [`find_sign_in_link`].
#[server(prefix = "/do", endpoint = "accounts/reset-link")]
pub async fn find_reset_link(token: String) -> Result<MailedLink, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    crate::ssr::auth_forms::mailed_link(cx.run(server::accounts::find_reset_email(&cx.state, &token)).await)
}

/// Sets a new password by the link of a mail and signs in.
#[server(prefix = "/do", endpoint = "accounts/reset-password")]
pub async fn reset_password(
    token: String,
    password: String,
    #[server(default)] stay: String,
) -> Result<User, AppError> {
    crate::ssr::auth_forms::reset_password(token, password, stay).await
}

/// Path of the sign-in screen that leads to `return_to`, a path of this site, afterwards.
pub fn sign_in_path(return_to: &str) -> String {
    auth_path(AuthStep::SignIn, return_to)
}

/// Path of `/auth/login` at a certain step.
pub fn auth_path(step: AuthStep, return_to: &str) -> String {
    let mut path = format!("/auth/login?mode={}&returnTo=", step.as_str());
    for byte in return_to.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => path.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => path.push(byte.into()),
            byte => path += &format!("%{byte:02X}"),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::{AuthStep, auth_path, sign_in_path};

    #[test]
    fn return_path_is_percent_encoded() {
        assert_eq!(sign_in_path("/gallery"), "/auth/login?mode=signin&returnTo=/gallery");
        assert_eq!(auth_path(AuthStep::Code, "/a?b=ü"), "/auth/login?mode=code&returnTo=/a%3Fb%3D%C3%BC");
    }
}
