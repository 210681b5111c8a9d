//! `/auth/callback`: the link of a mail, opened in another browser than the one that asked for it. A mail scanner comes
//! here too, so it takes a button to sign in.

use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use http::StatusCode;
use leptos::prelude::*;
use model::{Problem, ProblemCode};
use serde::Deserialize;
use server::{accounts, i18n};

use crate::legacy::{
    desk::{Answer, Desk},
    i18n::{tr, tr_view},
    shell::Head,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Link {
    token: String,
}

pub async fn show(desk: Desk, Query(link): Query<Link>) -> Answer {
    let email = match accounts::find_link_email(&desk.state, &link.token).await.map_err(Problem::from) {
        Ok(email) => email,
        // Opened twice, by a double click or the mail program: whoever is in by now goes on.
        Err(_) if desk.identity.account.as_ref().is_some_and(|account| !account.is_guest) => {
            return Ok(Redirect::to("/gallery").into_response());
        }
        Err(problem) => return spent(&desk, problem, "/auth/login").await,
    };
    let body = move || {
        view! {
            <div class="narrow">
                <h1>{tr("callback-title")}</h1>
                <p>{tr_view("callback-words", [("address", view! { <strong class="address">{email.to_string()}</strong> }.into_any())])}</p>
                <form method="post" action="/auth/callback">
                    <input type="hidden" name="token" value=link.token />
                    <button class="button primary wide" autofocus>
                        {tr("sign-in")}
                    </button>
                </form>
                <p class="hint">{tr("callback-hint")}</p>
            </div>
        }
    };
    desk.screen(Head::new(tr("sign-in")), body).await
}

/// The screen of a link that is no longer good; `again` is where to ask for another.
pub async fn spent(desk: &Desk, problem: Problem, again: &'static str) -> Answer {
    if problem.code != ProblemCode::LinkUsed {
        return Err(problem.into());
    }
    desk.screen_with(
        StatusCode::UNAUTHORIZED,
        Head::new(i18n::localize_problem(problem).title),
        move || view! { <Spent again /> },
    )
    .await
}

#[component]
fn Spent(again: &'static str) -> impl IntoView {
    view! {
        <div class="narrow">
            <h1>{tr("link-spent")}</h1>
            <p>{tr("link-spent-words")}</p>
            <p>
                <a class="button primary" href=again>
                    {tr("link-again")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
