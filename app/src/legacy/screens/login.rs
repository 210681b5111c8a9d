//! `/auth/login`: signing up, signing in and the code, on a screen of their own.

use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use http::HeaderMap;
use leptos::prelude::*;
use model::Problem;
use server::accounts::sanitize_return_path;

use crate::legacy::{
    components::{AuthPanel, HandedWords, Offers, handed::PANEL},
    desk::{Answer, Desk},
    forms::typed::Typed,
    i18n::tr,
    islands::Login,
    shell::Head,
    step::Step,
};

pub async fn show(desk: Desk, Query(wish): Query<Vec<(String, String)>>, headers: HeaderMap) -> Answer {
    // A name that stands there twice is no reason to show nothing: the first counts.
    let wished = |name: &str| wish.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let return_to = sanitize_return_path(wished("returnTo").unwrap_or("/gallery"));
    let wait = wished("wait").and_then(|seconds| seconds.parse().ok());
    let problem = wished("problem").and_then(|code| Problem::from_query(code, wait));
    if desk.identity.account.as_ref().is_some_and(|account| !account.is_guest) {
        return Ok(Redirect::to(&return_to).into_response());
    }
    let typed = Typed::of(&headers);
    let step = match wished("mode").and_then(Step::parse).unwrap_or(Step::SignIn) {
        // Without the address that it was sent to there is nothing to say.
        Step::Code | Step::Mailed if typed.is_none() => Step::SignIn,
        step => step,
    };
    let typed = typed.unwrap_or_default();
    let title = match step {
        Step::SignUp => tr("make-account"),
        Step::SignIn => tr("sign-in"),
        Step::Code | Step::Mailed => tr("check-mail"),
    };
    let offers = Offers::of(&desk);
    let body = move || {
        view! {
            <div class="narrow">
                <h1>{tr("your-account")}</h1>
                <HandedWords lists=&[PANEL] />
                <Login>
                    <AuthPanel step typed problem return_to offers />
                </Login>
            </div>
        }
    };
    desk.screen(Head::new(title).here("/auth/login").islands(), body).await
}
