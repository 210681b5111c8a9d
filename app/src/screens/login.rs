//! `/auth/login`: signing up, signing in and the mailed code, on a screen of their own.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use crate::{
    api::accounts::{AuthFormStart, auth_path, load_auth_form},
    components::{AuthForm, Loaded, query_problem},
    i18n::tr,
    response,
    state::{auth::AuthStep, session::Session},
};

/// Where to go after signing in, unless the address says so.
const DEFAULT_RETURN_PATH: &str = "/gallery";

#[component]
pub fn Login() -> impl IntoView {
    let query = use_query_map();
    let return_to = query.read_untracked().get("returnTo").unwrap_or_else(|| DEFAULT_RETURN_PATH.to_owned());
    let form = Resource::new(|| (), move |()| load_auth_form(return_to.clone()));
    view! {
        <div class="narrow">
            <h1>{tr("your-account")}</h1>
            <Loaded resource=form let:start>
                <LoginForm start />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn LoginForm(start: AuthFormStart) -> impl IntoView {
    let session = Session::current();
    let return_to = StoredValue::new(start.return_to.clone());
    let is_known = session.user.with_untracked(|user| user.as_ref().is_some_and(|user| !user.is_guest));
    if is_known {
        response::redirect(&start.return_to);
    }
    let navigate = use_navigate();
    let leave = {
        let navigate = navigate.clone();
        move || navigate(&return_to.get_value(), replacing())
    };
    Effect::new({
        let leave = leave.clone();
        move || {
            if is_known {
                leave();
            }
        }
    });
    let query = use_query_map();
    let mode = query.read_untracked().get("mode");
    let step = RwSignal::new(match mode.as_deref().and_then(AuthStep::parse).unwrap_or(AuthStep::SignIn) {
        // Nothing is known of a code or a link.
        AuthStep::Code | AuthStep::Mailed if !start.is_resumed => AuthStep::SignIn,
        step => step,
    });
    // A reload shows the same step.
    Effect::new(move |previous: Option<AuthStep>| {
        let step = step.get();
        if previous.is_some_and(|previous| previous != step) {
            navigate(&auth_path(step, &return_to.get_value()), replacing());
        }
        step
    });
    let title = move || match step.get() {
        AuthStep::SignUp => tr("make-account"),
        AuthStep::SignIn => tr("sign-in"),
        AuthStep::Code | AuthStep::Mailed => tr("check-mail"),
    };
    let problem = query_problem().get_untracked();
    view! {
        {move || view! { <Title text=title() /> }}
        <AuthForm step start problem on_signed_in=Arc::new(leave) />
    }
    .into_any()
}

/// Back does not lead to a form that is done.
fn replacing() -> NavigateOptions {
    NavigateOptions { replace: true, scroll: false, ..Default::default() }
}
