//! The forms of the account panel, and signing out.

use axum::{
    Form, Json,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, header::SET_COOKIE};
use model::{Email, OneTimeCode, Password, Problem, ProblemCode};
use serde::Deserialize;
use serde_json::json;
use server::{
    accounts::{self, SignedIn, sanitize_return_path},
    clock::{SECOND, local_now},
    fraud::SignUpSignals,
    http::clear_site_data,
};

use super::typed::Typed;
use crate::legacy::{components::login_address, desk::Desk, step::Step};

/// The fields of all these forms; each form has some of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    email: String,
    password: String,
    code: String,
    stay: String,
    return_to: String,
    captcha: String,
    fingerprint: String,
    ticket: String,
}

/// What happens after a form that was in order.
enum Next {
    /// A code is on its way.
    Code,
    /// A link is on its way.
    Mailed,
    In(Box<SignedIn>),
}

pub async fn sign_up(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        let (email, password) = (Email::parse(&fields.email)?, Password::parse(&fields.password)?);
        accounts::sign_up(&desk.state, &desk.identity, &email, &password, &fields.evidence()).await?;
        Ok(Next::Code)
    };
    answer(&desk, &fields, Step::SignUp, result.await)
}

pub async fn sign_in(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        // A password that no account could have fails like any other wrong one.
        let password = Password::parse(&fields.password).map_err(|_| Problem::sign_in_failed())?;
        let email = Email::parse(&fields.email)?;
        accounts::sign_in(&desk.state, &desk.identity, &email, &password, fields.stays())
            .await
            .map(|user| Next::In(user.into()))
    };
    answer(&desk, &fields, Step::SignIn, result.await)
}

pub async fn verify(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        let (email, code) = (Email::parse(&fields.email)?, OneTimeCode::parse(&fields.code)?);
        accounts::verify_code(&desk.state, &desk.identity, &email, &code, fields.stays())
            .await
            .map(|user| Next::In(user.into()))
    };
    answer(&desk, &fields, Step::Code, result.await)
}

pub async fn resend(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        let email = Email::parse(&fields.email)?;
        accounts::resend_code(&desk.state, &desk.identity, &email).await.map(|()| Next::Code)
    };
    answer(&desk, &fields, Step::Code, result.await)
}

pub async fn magic_link(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        let (email, return_to) = (Email::parse(&fields.email)?, sanitize_return_path(&fields.return_to));
        accounts::request_sign_in_link(&desk.state, &desk.identity, &email, &return_to, fields.stays()).await?;
        Ok(Next::Mailed)
    };
    answer(&desk, &fields, Step::SignIn, result.await)
}

pub async fn forgot(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        let email = Email::parse(&fields.email)?;
        accounts::request_password_reset(&desk.state, &desk.identity, &email).await.map(|()| Next::Mailed)
    };
    answer(&desk, &fields, Step::SignIn, result.await)
}

/// Where the site lets people keep pages before they have an account.
pub async fn guest(desk: Desk, Form(fields): Form<Fields>) -> Response {
    let result = async {
        if !desk.state.config.site_guests {
            return Err(Problem::not_found().into());
        }
        accounts::sign_in_as_guest(&desk.state, &desk.identity).await.map(|user| Next::In(user.into()))
    };
    answer(&desk, &fields, Step::SignUp, result.await)
}

/// To a screen for somebody who is not signed in any more.
pub fn gone(desk: &Desk, to: &str) -> Response {
    let mut response = with_cookies(Redirect::to(to).into_response(), accounts::expired_session_cookies(&desk.state));
    clear_site_data(response.headers_mut());
    response
}

impl Fields {
    fn stays(&self) -> bool {
        !self.stay.is_empty()
    }

    /// A form has all its fields, be they empty.
    fn evidence(&self) -> SignUpSignals {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let (captcha, fingerprint) = (given(&self.captcha), given(&self.fingerprint));
        SignUpSignals { captcha, fingerprint, form_ticket: given(&self.ticket) }
    }

    fn typed(&self) -> Typed {
        Typed { email: self.email.clone(), stay: self.stays(), mailed_at: 0 }
    }
}

/// A script stays where it is and is told what is next; a form is sent there.
fn answer(desk: &Desk, fields: &Fields, step: Step, result: Result<Next, server::Error>) -> Response {
    let state = &desk.state;
    let return_to = sanitize_return_path(&fields.return_to);
    let result = result.map_err(Problem::from).or_else(|problem| match problem.code {
        ProblemCode::VerificationNeeded | ProblemCode::NewDevice => Ok(Next::Code),
        _ => Err(problem),
    });
    match result {
        Ok(Next::In(user)) => {
            let mut cookies = user.session_cookies(state);
            cookies.extend(Typed::forget(state));
            let response = match desk.wants_json() {
                true => Json(json!({ "next": "done" })).into_response(),
                false => Redirect::to(&return_to).into_response(),
            };
            with_cookies(response, cookies)
        }
        Ok(next @ (Next::Code | Next::Mailed)) => {
            let step = if matches!(next, Next::Code) { Step::Code } else { Step::Mailed };
            let response = match desk.wants_json() {
                true => Json(json!({ "next": step.as_str() })).into_response(),
                false => Redirect::to(&login_address(step, &return_to)).into_response(),
            };
            let typed = Typed { mailed_at: local_now() / SECOND, ..fields.typed() };
            with_cookies(response, typed.cookie(state))
        }
        Err(problem) if desk.wants_json() => server::Error::from(problem).into_response(),
        Err(problem) => {
            let address = format!("{}&{}", login_address(step, &return_to), problem.to_query());
            with_cookies(Redirect::to(&address).into_response(), fields.typed().cookie(state))
        }
    }
}

pub fn with_cookies(mut response: Response, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
