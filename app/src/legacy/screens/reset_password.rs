//! `/auth/reset-password`: asking for a link, and, with the link, choosing a new password.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Password, Problem};
use serde::Deserialize;
use server::accounts;

use super::{Failed, callback::spent};
use crate::legacy::{
    components::Notice,
    desk::{Answer, Desk},
    i18n::{tr, tr_view},
    shell::Head,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Link {
    token: String,
}

pub async fn show(desk: Desk, Query(link): Query<Link>, Query(failed): Query<Failed>) -> Answer {
    let problem = failed.problem();
    if link.token.is_empty() {
        return desk.screen(Head::new(tr("forgot")), move || view! { <Ask problem /> }).await;
    }
    let email = match accounts::find_reset_email(&desk.state, &link.token).await.map_err(Problem::from) {
        Ok(email) => email,
        Err(problem) => return spent(&desk, problem, "/auth/reset-password").await,
    };
    let body = move || view! { <Choose token=link.token email=email.to_string() problem /> };
    desk.screen(Head::new(tr("choose-password")), body).await
}

#[component]
fn Ask(problem: Option<Problem>) -> impl IntoView {
    view! {
        <div class="narrow">
            <h1>{tr("forgot")}</h1>
            <p>{tr("forgot-words")}</p>
            <Notice problem />
            <form method="post" action="/auth/forgot">
                <label class="field">
                    <span>{tr("email")}</span>
                    <input type="email" name="email" autocomplete="username" maxlength="254" required autofocus />
                </label>
                <button class="button primary wide">{tr("mail-me-a-link")}</button>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn Choose(token: String, email: String, problem: Option<Problem>) -> impl IntoView {
    view! {
        <div class="narrow">
            <h1>{tr("choose-password")}</h1>
            <p>{tr_view("choose-password-words", [("address", view! { <strong>{email.clone()}</strong> }.into_any())])}</p>
            <Notice problem />
            <form method="post" action="/auth/reset-password">
                <input type="hidden" name="token" value=token />
                // Tells a password manager whose password this is.
                <input type="email" autocomplete="username" value=email readonly hidden />
                <label class="field">
                    <span>{tr("new-password")}</span>
                    <input
                        type="password"
                        name="password"
                        autocomplete="new-password"
                        maxlength=Password::MAX_CHARS
                        required
                        autofocus
                        aria-describedby="password-hint"
                    />
                </label>
                <p class="hint" id="password-hint">
                    {tr("password-hint")}
                </p>
                <label class="check">
                    <input type="checkbox" name="stay" value="true" checked />
                    {tr("stay")}
                </label>
                <button class="button primary wide">{tr("save-and-sign-in")}</button>
            </form>
        </div>
    }
    .into_any()
}
