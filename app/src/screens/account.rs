//! `/account`: whose it is, how it is secured, where it is signed in, and what is left.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Password, Session};
use serde::Deserialize;
use server::{
    accounts::{self, Security},
    credits,
};

use super::{Failed, credits::Ledger, day, gallery::Part};
use crate::{
    components::{Notice, login_address},
    desk::{Answer, Desk},
    shell::{Head, credits_in_words},
    step::Step,
};

/// What a form has just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

impl Done {
    fn in_words(&self) -> Option<&'static str> {
        match self.done.as_str() {
            "password" => Some("Your password is changed. Every other device was signed out."),
            "mailed" => Some("We have mailed a code to the new address. Type it below."),
            "address" => Some("Your account has its new address. Every other device was signed out."),
            "session" => Some("That device is signed out."),
            _ => None,
        }
    }
}

pub async fn show(
    desk: Desk,
    Query(done): Query<Done>,
    Query(part): Query<Part>,
    Query(failed): Query<Failed>,
) -> Answer {
    let account = desk.account()?;
    let email = account.email.as_ref().map(ToString::to_string);
    let (balance, lines) = credits::ledger(&desk.machine, account, part.after.as_deref()).await?;
    let security = accounts::security(&desk.machine, account).await?;
    let sessions = accounts::session::list(&desk.machine, account).await?;
    let problem = failed.problem();
    let body = move || {
        let has_password = security.has_password;
        let is_guest = email.is_none();
        view! {
            <div class="narrow account">
                <h1>"Your account"</h1>
                <Notice problem />
                <p class="done" role="status">
                    {done.in_words()}
                </p>
                <dl class="facts">
                    <dt>"E-mail"</dt>
                    <dd>{email.unwrap_or_else(|| "none yet".to_owned())}</dd>
                    <dt>"Credits"</dt>
                    <dd>{credits_in_words(balance)} " left. Each page you keep costs one."</dd>
                </dl>
                <Ledger lines />
                {if is_guest { view! { <BecomeAccount /> }.into_any() } else { view! { <Secure security /> }.into_any() }}
                <Sessions sessions />
                <section aria-labelledby="data">
                    <h2 id="data">"Your data"</h2>
                    <p>"Everything we keep for you in one file: your photos, your pages and what we noted."</p>
                    <p>
                        <a class="button" href="/api/v1/user/export" download>
                            "Download my data"
                        </a>
                    </p>
                    <Delete has_password />
                </section>
            </div>
        }
    };
    desk.screen(Head::new("Your account").here("/account").credits(balance), body).await
}

#[component]
fn BecomeAccount() -> impl IntoView {
    view! {
        <section aria-labelledby="guest">
            <h2 id="guest">"You are here as a guest"</h2>
            <p>"Your pages are tied to this browser. Make an account and they come along, with your credits."</p>
            <p>
                <a class="button primary" href=login_address(Step::SignUp, "/account")>
                    "Make an account"
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// Asked for again before anything that a thief of the session would like to do.
#[component]
fn CurrentPassword(has_password: bool) -> impl IntoView {
    has_password.then(|| {
        view! {
            <label class="field">
                <span>"Your password now"</span>
                <input type="password" name="current_password" autocomplete="current-password" maxlength=Password::MAX_CHARS required />
            </label>
        }
    })
}

#[component]
fn Secure(security: Security) -> impl IntoView {
    let Security { has_password, pending_address } = security;
    let is_pending = pending_address.is_some();
    let verb = if has_password { "Change your password" } else { "Set a password" };
    view! {
        <section aria-labelledby="security">
            <h2 id="security">"Signing in"</h2>
            <details class="change">
                <summary>{verb}</summary>
                <form method="post" action="/account/password">
                    <CurrentPassword has_password />
                    <label class="field">
                        <span>"New password"</span>
                        <input type="password" name="new_password" autocomplete="new-password" maxlength=Password::MAX_CHARS required />
                    </label>
                    <p class="hint">"At least 8 characters. Every other device will be signed out."</p>
                    <button class="button">"Save password"</button>
                </form>
            </details>
            <details class="change" open=is_pending>
                <summary>"Change your e-mail address"</summary>
                {pending_address.map(|email| view! { <ConfirmAddress email=email.to_string() /> })}
                <form method="post" action="/account/address">
                    <CurrentPassword has_password />
                    <label class="field">
                        <span>"New address"</span>
                        <input type="email" name="email" autocomplete="email" maxlength="254" required />
                    </label>
                    <p class="hint">"We mail a code there first, and tell the old address once it is done."</p>
                    <button class="button">"Mail me a code"</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

#[component]
fn ConfirmAddress(email: String) -> impl IntoView {
    view! {
        <form method="post" action="/account/address/confirm">
            <p>"We sent a code with six digits to " <strong>{email.clone()}</strong> "."</p>
            <input type="hidden" name="email" value=email />
            <label class="field">
                <span>"Code"</span>
                <input class="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="9" required />
            </label>
            <button class="button primary">"Confirm code"</button>
        </form>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<Session>) -> impl IntoView {
    let several = sessions.len() > 1;
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <ul class="sessions">
                {sessions.into_iter().map(|session| view! { <OneSession session /> }).collect_view()}
            </ul>
            {several
                .then(|| {
                    view! {
                        <form method="post" action="/account/sessions/end-all">
                            <button class="button quiet">"Sign out everywhere"</button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn OneSession(session: Session) -> impl IntoView {
    let seen = day(&session.last_seen_at);
    let end = match session.is_current {
        true => view! {
            <form method="post" action="/auth/sign-out">
                <button class="button quiet">"Sign out"</button>
            </form>
        }
        .into_any(),
        false => view! {
            <form method="post" action="/account/sessions/end">
                <input type="hidden" name="id" value=session.id.to_string() />
                <button class="button quiet" aria-label=format!("Sign out {}", session.device)>
                    "Sign out"
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <li>
            <span>
                <b>{session.device}</b>
                <small>{if session.is_current { "this device".to_owned() } else { format!("last seen {seen}") }}</small>
            </span>
            {end}
        </li>
    }
    .into_any()
}

#[component]
fn Delete(has_password: bool) -> impl IntoView {
    view! {
        <details class="danger">
            <summary>"Delete my account"</summary>
            <p>"Your photos, pages and credits are removed at once and for good. This cannot be undone."</p>
            <form method="post" action="/account/delete">
                <CurrentPassword has_password />
                <button class="button danger">"Delete everything"</button>
            </form>
        </details>
    }
    .into_any()
}
