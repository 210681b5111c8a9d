//! Signing up and in, in one form with steps: in the dialog and on `/auth/login`. Works without
//! JavaScript; with it, the person stays on the screen.

mod code_step;
mod credentials;

use std::sync::Arc;

use leptos::{prelude::*, server_fn::ServerFn};
use model::Problem;

use crate::{
    api::accounts::{AuthFormStart, SignInAsGuest, auth_path},
    components::Notice,
    i18n::{tr, tr_view},
    state::{
        auth::AuthStep,
        auth_form::{AuthFormState, Submission},
        session::Session,
    },
};
use code_step::CodeStep;
use credentials::Credentials;

/// `problem` is that of the last form, without JavaScript. `on_signed_in` is called after the
/// session was set.
#[component]
pub fn AuthForm(
    step: RwSignal<AuthStep>,
    start: AuthFormStart,
    #[prop(optional_no_strip)] problem: Option<Problem>,
    on_signed_in: Arc<dyn Fn() + Send + Sync>,
) -> impl IntoView {
    let state = AuthFormState::new(step, &start, problem, on_signed_in);
    let session = Session::current();
    let site = session.site.get_value();
    let offers_guest = site.allows_guests && session.user.with_untracked(Option::is_none);
    let address = move || view! { <strong class="address">{move || state.email.get()}</strong> }.into_any();
    view! {
        <div class="auth" data-step=move || step.get().as_str() aria-busy=move || state.is_busy.get().to_string()>
            <nav class="tabs" aria-label=tr("nav-account")>
                <Tab state to=AuthStep::SignUp text=tr("new-here") />
                <Tab state to=AuthStep::SignIn text=tr("have-account") />
            </nav>
            <p class="code-words">{tr_view("code-sent", [("address", address())])}</p>
            <p class="mailed-words" role="status" tabindex="-1" node_ref=state.mailed_words>
                {tr_view("link-sent", [("address", address())])}
            </p>
            <div node_ref=state.notice>
                <Notice problem=state.problem />
            </div>
            <Credentials state start=start.clone() />
            {offers_guest.then(|| view! { <GuestForm state /> })}
            <CodeStep state start />
            {site.is_dev.then(DevHelp)}
        </div>
    }
    .into_any()
}

/// A link, so that it works without JavaScript.
#[component]
fn Tab(state: AuthFormState, to: AuthStep, text: String) -> impl IntoView {
    let path = auth_path(to, &state.return_to.get_value());
    view! {
        <a
            href=path
            aria-current=move || if state.step.get() == to { "page" } else { "false" }
            on:click=move |event| {
                event.prevent_default();
                state.go_to(to);
            }
        >
            {text}
        </a>
    }
}

#[component]
fn GuestForm(state: AuthFormState) -> impl IntoView {
    view! {
        <form
            class="as-guest"
            method="post"
            action=SignInAsGuest::url()
            on:submit=move |event| {
                event.prevent_default();
                state.send(Submission::Guest);
            }
        >
            <input type="hidden" name="return_to" value=state.return_to.get_value() />
            <button class="button quiet wide">{tr("as-guest")}</button>
        </form>
    }
    .into_any()
}

/// In development mail goes no further than the outbox, and there is a test parent to sign in as.
#[component]
fn DevHelp() -> impl IntoView {
    view! {
        <p class="hint outbox">
            "Development: the mail is in the " <a href="/dev/mail" target="_blank">
                "outbox"
            </a> "."
        </p>
        <form class="dev-sign-in" method="post" action="/dev/sign-in">
            <button class="link">"Development: sign in as the test parent"</button>
        </form>
    }
    .into_any()
}
