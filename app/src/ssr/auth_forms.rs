//! Forms of sign-up and sign-in: their rules are called here, and answered with cookies and,
//! without JavaScript, with a redirect to the next step.

use std::future::Future;

use model::{Email, OneTimeCode, Password, Problem, ProblemCode, User};
use server::{
    Error,
    accounts::{self, SignedIn, sanitize_return_path},
    config::Captcha,
    fraud::{self, SignUpSignals},
};

use super::{auth_form_cookie::AuthFormCookie, context::RequestContext};
use crate::{
    api::accounts::{AuthFormStart, MailedLink, Next, auth_path},
    error::AppError,
    state::auth::AuthStep,
};

/// The result of a form that was accepted.
enum Outcome {
    Code,
    Mailed,
    SignedIn(Box<SignedIn>),
}

impl From<SignedIn> for Outcome {
    fn from(signed_in: SignedIn) -> Self {
        Self::SignedIn(Box::new(signed_in))
    }
}

/// What the forms have in common.
pub struct Submission {
    cx: RequestContext,
    /// The step that the form belongs to.
    step: AuthStep,
    email: String,
    stay: bool,
    return_to: String,
}

impl Submission {
    pub fn new(step: AuthStep, email: String, stay: String, return_to: String) -> Self {
        let return_to = sanitize_return_path(&return_to);
        Self { cx: RequestContext::current(), step, email, stay: !stay.is_empty(), return_to }
    }

    pub async fn sign_up(self, password: String, signals: SignUpSignals) -> Result<Next, AppError> {
        let result = async {
            let (email, password) = (self.email()?, Password::parse(password)?);
            accounts::sign_up(&self.cx.state, &self.cx.identity, &email, &password, &signals).await?;
            Ok(Outcome::Code)
        };
        self.respond(result).await
    }

    pub async fn sign_in(self, password: String) -> Result<Next, AppError> {
        let result = async {
            // A password that no account can have fails like a wrong one.
            let password = Password::parse(password).map_err(|_| Problem::sign_in_failed())?;
            let email = self.email()?;
            let signed_in = accounts::sign_in(&self.cx.state, &self.cx.identity, &email, &password, self.stay);
            signed_in.await.map(Outcome::from)
        };
        self.respond(result).await
    }

    pub async fn verify_code(self, code: String) -> Result<Next, AppError> {
        let result = async {
            let (email, code) = (self.email()?, OneTimeCode::parse(&code)?);
            let signed_in = accounts::verify_code(&self.cx.state, &self.cx.identity, &email, &code, self.stay);
            signed_in.await.map(Outcome::from)
        };
        self.respond(result).await
    }

    pub async fn resend_code(self) -> Result<Next, AppError> {
        let result = async {
            accounts::resend_code(&self.cx.state, &self.cx.identity, &self.email()?).await?;
            Ok(Outcome::Code)
        };
        self.respond(result).await
    }

    pub async fn request_sign_in_link(self) -> Result<Next, AppError> {
        let result = async {
            let (email, RequestContext { state, identity, .. }) = (self.email()?, &self.cx);
            accounts::request_sign_in_link(state, identity, &email, &self.return_to, self.stay).await?;
            Ok(Outcome::Mailed)
        };
        self.respond(result).await
    }

    pub async fn request_password_reset(self) -> Result<Next, AppError> {
        let result = async {
            accounts::request_password_reset(&self.cx.state, &self.cx.identity, &self.email()?).await?;
            Ok(Outcome::Mailed)
        };
        self.respond(result).await
    }

    pub async fn sign_in_as_guest(self) -> Result<Next, AppError> {
        let result = async {
            if !self.cx.state.config.site_guests {
                return Err(Problem::not_found().into());
            }
            accounts::sign_in_as_guest(&self.cx.state, &self.cx.identity).await.map(Outcome::from)
        };
        self.respond(result).await
    }

    fn email(&self) -> Result<Email, Problem> {
        Email::parse(&self.email)
    }

    async fn respond(&self, result: impl Future<Output = Result<Outcome, Error>> + Send) -> Result<Next, AppError> {
        let result = self.cx.run(result).await.or_else(|AppError(problem)| match problem.code {
            ProblemCode::VerificationNeeded | ProblemCode::NewDevice => Ok(Outcome::Code),
            _ => Err(problem),
        });
        let state = &self.cx.state;
        match result {
            Ok(Outcome::SignedIn(signed_in)) => {
                self.cx.set_cookies(signed_in.session_cookies(state));
                self.cx.set_cookies(AuthFormCookie::expired_cookie(state));
                self.cx.redirect_plain_form(&self.return_to);
                Ok(Next::SignedIn(signed_in.user))
            }
            Ok(Outcome::Code) => Ok(self.lead_to(AuthStep::Code, Next::Code)),
            Ok(Outcome::Mailed) => Ok(self.lead_to(AuthStep::Mailed, Next::Mailed)),
            Err(problem) => {
                let form = AuthFormCookie { email: self.email.clone(), stay: self.stay, mailed_at: 0 };
                self.cx.set_cookies(form.to_cookie(state));
                let path = format!("{}&{}", auth_path(self.step, &self.return_to), problem.to_query());
                self.cx.redirect_plain_form(&path);
                Err(AppError(problem))
            }
        }
    }

    fn lead_to(&self, step: AuthStep, next: Next) -> Next {
        let form = AuthFormCookie::mailed(self.email.clone(), self.stay);
        self.cx.set_cookies(form.to_cookie(&self.cx.state));
        self.cx.redirect_plain_form(&auth_path(step, &self.return_to));
        next
    }
}

/// A form has all its fields, some of them empty.
pub fn signals(captcha: String, fingerprint: String, ticket: String) -> SignUpSignals {
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    SignUpSignals { captcha: given(captcha), fingerprint: given(fingerprint), form_ticket: given(ticket) }
}

pub fn start(cx: &RequestContext, return_to: &str) -> AuthFormStart {
    let empty = AuthFormStart::new(sanitize_return_path(return_to));
    let has_captcha = cx.state.config.captcha() != Captcha::Off;
    let ticket = has_captcha.then(|| fraud::issue_form_ticket(&cx.state));
    match AuthFormCookie::from_headers(cx.headers()) {
        None => AuthFormStart { ticket, ..empty },
        Some(form) => AuthFormStart {
            resend_wait: form.resend_wait(),
            is_resumed: true,
            email: form.email,
            stay: form.stay,
            ticket,
            ..empty
        },
    }
}

pub fn mailed_link(email: Result<Email, AppError>) -> Result<MailedLink, AppError> {
    match email {
        Ok(email) => Ok(MailedLink::Valid { email: email.to_string() }),
        Err(AppError(problem)) if problem.code == ProblemCode::LinkUsed => Ok(MailedLink::Invalid),
        Err(error) => Err(error),
    }
}

pub async fn reset_password(token: String, password: String, stay: String) -> Result<User, AppError> {
    let cx = RequestContext::current();
    let signed_in = async {
        let password = Password::parse(password)?;
        accounts::reset_password(&cx.state, &cx.identity, &token, &password, !stay.is_empty()).await
    };
    let signed_in = cx.run(signed_in).await?;
    cx.set_cookies(signed_in.session_cookies(&cx.state));
    cx.redirect_plain_form("/gallery");
    Ok(signed_in.user)
}
