//! `/account`: whose it is, how it is secured, where it is signed in, and what is left.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Password, Problem, ProblemCode, Session};
use serde::Deserialize;
use server::{
    accounts::{self, SecuritySettings},
    credits, i18n,
};

use super::{Failed, credits::Ledger};
use crate::legacy::{
    components::{CodeField, Notice, login_address},
    desk::{Answer, Desk},
    i18n::{format_date, tr, tr_args, tr_view},
    shell::Head,
    step::Step,
};

/// What a form has just done, or which one failed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Tried {
    done: String,
    form: String,
    /// Why it failed, by its code.
    problem: String,
}

/// Which part of the ledger is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Part {
    after: Option<String>,
}

impl Tried {
    fn in_words(&self, is_pending: bool) -> Option<String> {
        match self.done.as_str() {
            // The address came from a form; anybody may have made it up.
            "address" if !is_pending => None,
            "password" | "address" | "code" | "session" => Some(tr(&format!("done-{}", self.done))),
            _ => None,
        }
    }

    /// A form that failed stands open again.
    fn is_open(&self, form: &str) -> bool {
        self.form == form && !self.problem.is_empty()
    }

    /// For `aria-invalid`: whether the form failed because of this field.
    fn invalid(&self, form: &str, field: &str) -> &'static str {
        let at_fault = ProblemCode::parse(&self.problem).and_then(|code| Problem::from(code).field);
        match at_fault.as_deref() {
            Some("password") if self.is_open(form) && field == "new_password" => "true",
            Some(name) if self.is_open(form) && field == name => "true",
            _ => "false",
        }
    }
}

pub async fn show(
    desk: Desk,
    Query(tried): Query<Tried>,
    Query(part): Query<Part>,
    Query(failed): Query<Failed>,
) -> Answer {
    let account = desk.account()?;
    let email = account.email.as_ref().map(ToString::to_string);
    let (balance, lines) = credits::list_ledger(&desk.state, account, part.after.as_deref()).await?;
    let security = accounts::security_settings(&desk.state, account).await?;
    let sessions = accounts::session::list_sessions(&desk.state, account).await?;
    let problem = failed.problem();
    let body = move || {
        let has_password = security.has_password;
        let is_guest = email.is_none();
        view! {
            <div class="narrow account">
                <h1>{tr("your-account")}</h1>
                <Notice problem />
                <p class="done" role="status">
                    {tried.in_words(security.pending_email.is_some())}
                </p>
                <dl class="facts">
                    <dt>{tr("email")}</dt>
                    <dd>{email.unwrap_or_else(|| tr("no-address"))}</dd>
                    <dt>{tr("credits-title")}</dt>
                    <dd>{tr_args("credits-left", &[("count", balance.into())])} ". " {tr("page-cost")}</dd>
                </dl>
                <Ledger lines />
                {if is_guest { view! { <BecomeAccount /> }.into_any() } else { view! { <Secure security tried=tried.clone() /> }.into_any() }}
                <Sessions sessions />
                <section aria-labelledby="data">
                    <h2 id="data">{tr("your-data")}</h2>
                    <p>{tr("your-data-words")}</p>
                    <p>
                        <a class="button" href="/api/v1/user/export" download>
                            {tr("your-data-download")}
                        </a>
                    </p>
                    <Delete has_password tried />
                </section>
            </div>
        }
    };
    desk.screen(Head::new(tr("your-account")).here("/account").library_css().credits(balance), body).await
}

#[component]
fn BecomeAccount() -> impl IntoView {
    view! {
        <section aria-labelledby="guest">
            <h2 id="guest">{tr("guest")}</h2>
            <p>{tr("guest-words")}</p>
            <p>
                <a class="button primary" href=login_address(Step::SignUp, "/account")>
                    {tr("make-account")}
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// Asked for again before anything that a thief of the session would like to do.
#[component]
fn CurrentPassword(has_password: bool, form: &'static str, tried: Tried) -> impl IntoView {
    has_password.then(|| {
        view! {
            <label class="field">
                <span>{tr("password-now")}</span>
                <input
                    type="password"
                    name="current_password"
                    autocomplete="current-password"
                    maxlength=Password::MAX_CHARS
                    required
                    aria-invalid=tried.invalid(form, "current_password")
                />
            </label>
        }
    })
}

#[component]
fn Secure(security: SecuritySettings, tried: Tried) -> impl IntoView {
    let SecuritySettings { has_password, pending_email } = security;
    let is_pending = pending_email.is_some();
    let verb = tr(if has_password { "password-change" } else { "password-set" });
    view! {
        <section aria-labelledby="security">
            <h2 id="security">{tr("signing-in")}</h2>
            <details class="change" open=tried.is_open("password")>
                <summary>{verb}</summary>
                <form method="post" action="/account/password">
                    <CurrentPassword has_password form="password" tried=tried.clone() />
                    <label class="field">
                        <span>{tr("new-password")}</span>
                        <input
                            type="password"
                            name="new_password"
                            autocomplete="new-password"
                            maxlength=Password::MAX_CHARS
                            required
                            aria-invalid=tried.invalid("password", "new_password")
                        />
                    </label>
                    <p class="hint">{tr("password-change-hint")}</p>
                    <button class="button">{tr("password-save")}</button>
                </form>
            </details>
            <details class="change" open=is_pending || tried.is_open("address")>
                <summary>{tr("address-change")}</summary>
                {pending_email.map(|email| view! { <ConfirmAddress email=email.to_string() tried=tried.clone() /> })}
                <form method="post" action="/account/address">
                    <CurrentPassword has_password form="address" tried=tried.clone() />
                    <label class="field">
                        <span>{tr("address-new")}</span>
                        <input
                            type="email"
                            name="email"
                            autocomplete="email"
                            maxlength="254"
                            required
                            aria-invalid=tried.invalid("address", "email")
                        />
                    </label>
                    <p class="hint">{tr("address-hint")}</p>
                    <button class="button">{tr("address-mail")}</button>
                </form>
            </details>
        </section>
    }
    .into_any()
}

#[component]
fn ConfirmAddress(email: String, tried: Tried) -> impl IntoView {
    view! {
        <form method="post" action="/account/address/confirm">
            <p>{tr_view("code-sent", [("address", view! { <strong class="address">{email.clone()}</strong> }.into_any())])}</p>
            <input type="hidden" name="email" value=email />
            <CodeField invalid=tried.invalid("code", "code") />
            <button class="button primary">{tr("confirm-code")}</button>
        </form>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<Session>) -> impl IntoView {
    let several = sessions.len() > 1;
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions">{tr("sessions")}</h2>
            <ul class="sessions">
                {sessions.into_iter().map(|session| view! { <OneSession session /> }).collect_view()}
            </ul>
            {several
                .then(|| {
                    view! {
                        <form method="post" action="/account/sessions/end-all">
                            <button class="button quiet">{tr("sign-out-everywhere")}</button>
                        </form>
                    }
                })}
        </section>
    }
    .into_any()
}

#[component]
fn OneSession(session: Session) -> impl IntoView {
    let device = i18n::localize_device_name(&session.device);
    let seen = match session.is_current {
        true => tr("this-device"),
        false => tr_args("last-seen", &[("day", format_date(&session.last_seen_at).into())]),
    };
    let end = match session.is_current {
        true => view! {
            <form method="post" action="/do/accounts/sign-out">
                <button class="button quiet">{tr("sign-out")}</button>
            </form>
        }
        .into_any(),
        false => view! {
            <form method="post" action="/account/sessions/end">
                <input type="hidden" name="id" value=session.id.to_string() />
                <button class="button quiet" aria-label=tr_args("sign-out-of", &[("device", device.clone().into())])>
                    {tr("sign-out")}
                </button>
            </form>
        }
        .into_any(),
    };
    view! {
        <li>
            <span>
                <b>{device}</b>
                <small>{seen}</small>
            </span>
            {end}
        </li>
    }
    .into_any()
}

#[component]
fn Delete(has_password: bool, tried: Tried) -> impl IntoView {
    view! {
        <details class="danger" open=tried.is_open("delete")>
            <summary>{tr("delete-account")}</summary>
            <p>{tr("delete-account-words")}</p>
            <form method="post" action="/account/delete">
                <CurrentPassword has_password form="delete" tried=tried.clone() />
                <button class="button danger">{tr("delete-account-button")}</button>
            </form>
        </details>
    }
    .into_any()
}
