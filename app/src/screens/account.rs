//! `/account`: whose it is, and what is left.

use axum::extract::Query;
use leptos::prelude::*;
use server::credits;

use super::{credits::Ledger, gallery::Part};
use crate::{
    desk::{Answer, Desk},
    shell::{Head, credits_in_words},
};

pub async fn show(desk: Desk, Query(part): Query<Part>) -> Answer {
    let account = desk.account()?;
    let email = account.email.as_ref().map(ToString::to_string);
    let (balance, lines) = credits::ledger(&desk.machine, account, part.after.as_deref()).await?;
    let body = move || {
        view! {
            <div class="narrow">
                <h1>"Your account"</h1>
                <dl class="facts">
                    <dt>"E-mail"</dt>
                    <dd>{email.unwrap_or_else(|| "none yet".to_owned())}</dd>
                    <dt>"Credits"</dt>
                    <dd>{credits_in_words(balance)} " left. Each page you keep costs one."</dd>
                </dl>
                <Ledger lines />
                <form method="post" action="/auth/sign-out">
                    <button class="button">"Sign out of this device"</button>
                </form>
            </div>
        }
    };
    desk.screen(Head::new("Your account").here("/account").credits(balance), body).await
}
