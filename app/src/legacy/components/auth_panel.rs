//! Making an account and signing in, in one place: a screen of its own and the dialog of `/create` show the same panel.
//! Its forms work by themselves; see `panel.rs` for what they do with JavaScript.

use leptos::prelude::*;
use model::{Password, Problem};
use server::{config::Captcha, fraud};

use super::{CodeField, Notice};
use crate::legacy::{
    desk::Desk,
    forms::typed::Typed,
    i18n::{tr, tr_view},
    step::Step,
};

/// The panel as a screen: at this step, and going to `return_to` afterwards.
pub fn login_address(step: Step, return_to: &str) -> String {
    let mut address = format!("/auth/login?mode={}&returnTo=", step.as_str());
    for byte in return_to.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                address.push(char::from(byte))
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

/// What the site offers besides signing up and in.
#[derive(Clone)]
pub struct Offers {
    /// Keeping pages before there is an account.
    guests: bool,
    /// An outbox to look at, and a parent to be.
    dev: bool,
    /// For browsers in which no script can prove that it worked.
    ticket: Option<String>,
}

impl Offers {
    pub fn of(desk: &Desk) -> Self {
        let config = &desk.state.config;
        let ticket = (config.captcha() != Captcha::Off).then(|| fraud::issue_form_ticket(&desk.state));
        Self { guests: config.site_guests && desk.identity.account.is_none(), dev: config.is_dev(), ticket }
    }
}

/// `typed` is what was typed before, when the last try failed with `problem`.
#[component]
pub fn AuthPanel(
    step: Step,
    typed: Typed,
    problem: Option<Problem>,
    return_to: String,
    offers: Offers,
) -> impl IntoView {
    let at_fault = problem.as_ref().and_then(|problem| problem.field.clone());
    let tab = |to: Step, text: String| {
        view! {
            <a href=login_address(to, &return_to) data-to=to.as_str() aria-current=if to == step { "page" } else { "false" }>
                {text}
            </a>
        }
    };
    let tabs = [tab(Step::SignUp, tr("new-here")), tab(Step::SignIn, tr("have-account"))];
    let after = return_to.clone();
    let address = || view! { <strong class="address">{typed.email.clone()}</strong> }.into_any();
    let pause = (step == Step::Code).then(|| typed.pause()).flatten();
    view! {
        <div class="auth" data-step=step.as_str() data-return-to=after data-pause=pause>
            <nav class="tabs" aria-label=tr("nav-account")>{tabs}</nav>
            <p class="code-words">{tr_view("code-sent", [("address", address())])}</p>
            <p class="mailed-words" role="status" tabindex="-1">
                {tr_view("link-sent", [("address", address())])}
            </p>
            <Notice problem />
            <Credentials step email=typed.email.clone() stay=typed.stay return_to=return_to.clone() at_fault=at_fault.clone() ticket=offers.ticket />
            {offers.guests.then(|| view! { <AsGuest return_to=return_to.clone() /> })}
            <CodeForms here=step == Step::Code typed return_to at_fault />
            {offers.dev.then(DevHelp)}
        </div>
    }
    .into_any()
}

fn invalid(at_fault: &Option<String>, field: &str) -> &'static str {
    if at_fault.as_deref() == Some(field) { "true" } else { "false" }
}

#[component]
fn Credentials(
    step: Step,
    email: String,
    stay: bool,
    return_to: String,
    at_fault: Option<String>,
    ticket: Option<String>,
) -> impl IntoView {
    let waiting = matches!(step, Step::Code | Step::Mailed);
    // Behind the code waits the form for somebody new, behind a link that for somebody known.
    let step = match step {
        Step::Code => Step::SignUp,
        Step::Mailed => Step::SignIn,
        step => step,
    };
    view! {
        <form class="credentials" method="post" action=step.action()>
            <input type="hidden" name="return_to" value=return_to />
            <input type="hidden" name="captcha" />
            <input type="hidden" name="fingerprint" />
            {ticket.map(|ticket| view! { <noscript><input type="hidden" name="ticket" value=ticket /></noscript> })}
            <label class="field">
                <span>{tr("email")}</span>
                <input
                    type="email"
                    name="email"
                    autocomplete="username"
                    maxlength="254"
                    required
                    autofocus=!waiting
                    value=email
                    aria-invalid=invalid(&at_fault, "email")
                />
            </label>
            <label class="field">
                <span>{tr("password")}</span>
                <input
                    type="password"
                    name="password"
                    autocomplete=step.password_autocomplete()
                    maxlength=Password::MAX_CHARS
                    required
                    aria-invalid=invalid(&at_fault, "password")
                    aria-describedby="password-hint"
                />
            </label>
            <meter class="strength signup-only needs-script" min="0" max="4" low="2" high="3" optimum="4" aria-label=tr("password-strength")></meter>
            <p class="hint signup-only" id="password-hint">
                {tr("password-hint")}
            </p>
            <div class="checks">
                <label class="check">
                    <input type="checkbox" name="stay" value="true" checked=stay />
                    {tr("stay")}
                </label>
                <label class="check needs-script">
                    <input type="checkbox" data-show-password />
                    {tr("show-password")}
                </label>
            </div>
            <button class="button primary wide">{tr(step.button())}</button>
            <ul class="value signup-only">
                <li>{tr("value-free")}</li>
                <li>{tr("value-yours")}</li>
                <li>{tr("value-address")}</li>
            </ul>
            <div class="other-ways signin-only">
                <button class="button quiet" formaction="/auth/magic-link" formnovalidate>
                    {tr("mail-link")}
                </button>
                <button class="button quiet" formaction="/auth/forgot" formnovalidate>
                    {tr("forgot")}
                </button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn CodeForms(here: bool, typed: Typed, return_to: String, at_fault: Option<String>) -> impl IntoView {
    let Typed { email, stay, .. } = typed;
    let known = || {
        view! {
            <input type="hidden" name="email" value=email.clone() />
            <input type="hidden" name="stay" value=if stay { "true" } else { "" } />
            <input type="hidden" name="return_to" value=return_to.clone() />
        }
    };
    view! {
        <form class="code-form" method="post" action=Step::Code.action()>
            {known()}
            <CodeField focused=here invalid=invalid(&at_fault, "code") />
            <button class="button primary wide">{tr(Step::Code.button())}</button>
        </form>
        <form class="resend" method="post" action="/auth/resend">
            {known()}
            <button class="button quiet" aria-describedby="resend-hint">{tr("send-code")}</button>
            <a class="button quiet back" href=login_address(Step::SignUp, &return_to)>
                {tr("wrong-address")}
            </a>
            <p class="hint" id="resend-hint">{tr("resend-hint")}</p>
        </form>
    }
    .into_any()
}

#[component]
fn AsGuest(return_to: String) -> impl IntoView {
    view! {
        <form class="as-guest" method="post" action="/auth/guest">
            <input type="hidden" name="return_to" value=return_to />
            <button class="button quiet wide">{tr("as-guest")}</button>
        </form>
    }
    .into_any()
}

/// In development mail goes no further than the outbox, and there is a parent to be at once.
#[component]
fn DevHelp() -> impl IntoView {
    view! {
        <p class="hint outbox">
            "Development: the mail is in the "
            <a href="/dev/mail" target="_blank">
                "outbox"
            </a>
            "."
        </p>
        <form class="dev-sign-in" method="post" action="/dev/sign-in">
            <button class="link">"Development: sign in as the test parent"</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_as_part_of_an_address() {
        assert_eq!(login_address(Step::SignIn, "/gallery"), "/auth/login?mode=signin&returnTo=/gallery");
        assert_eq!(
            login_address(Step::Code, "/gallery?after=1&x=ü"),
            "/auth/login?mode=code&returnTo=/gallery%3Fafter%3D1%26x%3D%C3%BC"
        );
    }
}
