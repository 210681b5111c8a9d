//! `/auth/callback`: a mailed sign-in link that was opened in another browser than the one that
//! asked for it. Mail scanners open it, too, so signing in takes a button.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::Problem;

use crate::{
    api::accounts::{MailedLink, find_sign_in_link},
    components::Loaded,
    i18n::{localize_problem, tr, tr_view},
    response,
    state::session::Session,
};

#[component]
pub fn Callback() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    let asked = token.clone();
    let link = Resource::new(|| (), move |()| find_sign_in_link(asked.clone()));
    view! {
        <div class="narrow">
            <Loaded resource=link let:link>
                {match link {
                    MailedLink::Valid { email } => view! { <Confirm email token=token.clone() /> }.into_any(),
                    MailedLink::Invalid => view! { <Opened /> }.into_any(),
                }}
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Confirm(email: String, token: String) -> impl IntoView {
    let address = view! { <strong class="address">{email}</strong> };
    view! {
        <Title text=tr("sign-in") />
        <h1>{tr("callback-title")}</h1>
        <p>{tr_view("callback-words", [("address", address.into_any())])}</p>
        <form method="post" action="/auth/callback">
            <input type="hidden" name="token" value=token />
            <button class="button primary wide" autofocus>
                {tr("sign-in")}
            </button>
        </form>
        <p class="hint">{tr("callback-hint")}</p>
    }
    .into_any()
}

/// A double click or the mail program opened the link twice: whoever is signed in by now goes on.
#[component]
fn Opened() -> impl IntoView {
    let user = Session::current().user;
    let is_signed_in = user.with_untracked(|user| user.as_ref().is_some_and(|user| !user.is_guest));
    if is_signed_in {
        response::redirect("/gallery");
    }
    let navigate = use_navigate();
    Effect::new(move || {
        if is_signed_in {
            navigate("/gallery", Default::default());
        }
    });
    (!is_signed_in).then(|| view! { <InvalidLink again="/auth/login" /> })
}

/// The screen of a link that is used or expired; `again` is where to ask for another.
#[component]
pub fn InvalidLink(again: &'static str) -> impl IntoView {
    let problem = localize_problem(Problem::link_used());
    response::set_status(problem.status);
    view! {
        <Title text=problem.title />
        <h1>{tr("link-spent")}</h1>
        <p>{tr("link-spent-words")}</p>
        <p>
            <a class="button primary" href=again>
                {tr("link-again")}
            </a>
        </p>
    }
    .into_any()
}
