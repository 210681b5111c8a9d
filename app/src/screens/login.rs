//! `/auth/login`: signing up, signing in and the code, on a screen of their own.

use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use http::HeaderMap;
use leptos::prelude::*;
use serde::Deserialize;
use server::accounts::return_path;

use crate::{
    components::{Step, login::Login},
    forms::typed::Typed,
    shell::Head,
    ssr::{Answer, Desk},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wish {
    mode: Option<String>,
    #[serde(rename = "returnTo")]
    return_to: Option<String>,
    /// Why the last try failed.
    problem: Option<String>,
}

pub async fn show(desk: Desk, Query(wish): Query<Wish>, headers: HeaderMap) -> Answer {
    let return_to = return_path(wish.return_to.as_deref().unwrap_or("/gallery"));
    if desk.visitor.account.is_some() {
        return Ok(Redirect::to(&return_to).into_response());
    }
    let typed = Typed::of(&headers);
    let step = match wish.mode.as_deref().and_then(Step::parse).unwrap_or(Step::SignIn) {
        // Without the address that it was sent to there is no code to ask for.
        Step::Code if typed.is_none() => Step::SignIn,
        step => step,
    };
    let Typed { email, stay } = typed.unwrap_or(Typed { email: String::new(), stay: true });
    let title = match step {
        Step::SignUp => "Make an account",
        Step::SignIn => "Sign in",
        Step::Code => "Check your mail",
    };
    let body = view! {
        <div class="narrow">
            <h1>"Your account"</h1>
            <Login step email stay return_to problem=wish.problem dev=desk.machine.config.is_dev() />
        </div>
    };
    desk.screen(Head::new(title).here("/auth/login").islands(), body).await
}
