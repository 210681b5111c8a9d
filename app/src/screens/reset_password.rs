//! `/auth/reset-password`: asking for a link, and, with the link, choosing a new password.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Password, Problem};
use serde::Deserialize;
use server::accounts;

use super::{Failed, callback::spent};
use crate::{
    components::Notice,
    desk::{Answer, Desk},
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
        return desk.screen(Head::new("Forgot your password?"), move || view! { <Ask problem /> }).await;
    }
    let email = match accounts::reset_address(&desk.machine, &link.token).await.map_err(Problem::from) {
        Ok(email) => email,
        Err(problem) => return spent(&desk, problem, "/auth/reset-password").await,
    };
    let body = move || view! { <Choose token=link.token email=email.to_string() problem /> };
    desk.screen(Head::new("Choose a new password"), body).await
}

#[component]
fn Ask(problem: Option<Problem>) -> impl IntoView {
    view! {
        <div class="narrow">
            <h1>"Forgot your password?"</h1>
            <p>"We mail you a link to choose a new one."</p>
            <Notice problem />
            <form method="post" action="/auth/forgot">
                <label class="field">
                    <span>"E-mail"</span>
                    <input type="email" name="email" autocomplete="username" maxlength="254" required autofocus />
                </label>
                <button class="button primary wide">"Mail me a link"</button>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn Choose(token: String, email: String, problem: Option<Problem>) -> impl IntoView {
    view! {
        <div class="narrow">
            <h1>"Choose a new password"</h1>
            <p>"For " <strong>{email.clone()}</strong> ". Every device that is signed in now will be signed out."</p>
            <Notice problem />
            <form method="post" action="/auth/reset-password">
                <input type="hidden" name="token" value=token />
                // Tells a password manager whose password this is.
                <input type="email" autocomplete="username" value=email readonly hidden />
                <label class="field">
                    <span>"New password"</span>
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
                    "At least 8 characters. A few unrelated words are easy to remember."
                </p>
                <label class="check">
                    <input type="checkbox" name="stay" value="true" checked />
                    "Stay signed in"
                </label>
                <button class="button primary wide">"Save and sign in"</button>
            </form>
        </div>
    }
    .into_any()
}
