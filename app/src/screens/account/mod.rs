//! `/account`: the address, the credits, how the account is secured, where it is signed in, its
//! data.

mod deletion;
mod ledger;
mod outcome;
mod security;
mod sessions;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::profile::{AccountDetails, load_account},
    components::{LoadedSignal, Notice},
    i18n::{tr, tr_args},
    state::{
        auth::{AuthDialog, SignInRequest},
        session::Session,
    },
};
use deletion::DeleteAccount;
use ledger::Ledger;
use outcome::Outcome;
use security::Security;
use sessions::Sessions;

#[component]
pub fn Account() -> impl IntoView {
    let session = Session::current();
    let query = use_query_map();
    let after = Memo::new(move |_| query.read().get("after"));
    let details = Resource::new(move || (session.user_id(), after.get()), |(_, after)| load_account(after));
    Outcome::provide(Callback::new(move |()| details.refetch()));
    view! {
        <Title text=tr("your-account") />
        <LoadedSignal resource=details let:details>
            <Details details />
        </LoadedSignal>
    }
    .into_any()
}

#[component]
fn Details(details: Signal<AccountDetails>) -> impl IntoView {
    let session = Session::current();
    let outcome = Outcome::current();
    Effect::new(move || session.set_credits(details.with(|details| details.balance)));
    let is_guest = Memo::new(move |_| details.with(|details| details.email.is_none()));
    let has_password = Memo::new(move |_| details.with(|details| details.security.has_password));
    view! {
        <div class="narrow account">
            <h1>{tr("your-account")}</h1>
            <Notice problem=outcome.problem />
            <p class="done" role="status">
                {move || details.with(|details| outcome.done_text(details.security.pending_email.is_some()))}
            </p>
            <dl class="facts">
                <dt>{tr("email")}</dt>
                <dd>{move || details.with(|details| details.email.clone()).unwrap_or_else(|| tr("no-address"))}</dd>
                <dt>{tr("credits-title")}</dt>
                <dd>
                    {move || tr_args("credits-left", &[("count", details.with(|details| details.balance).into())])} ". "
                    {tr("page-cost")}
                </dd>
            </dl>
            <Ledger entries=Signal::derive(move || details.with(|details| details.ledger.clone())) />
            {move || match is_guest.get() {
                true => view! { <BecomeAccount /> }.into_any(),
                false => {
                    let settings = Signal::derive(move || details.with(|details| details.security.clone()));
                    view! { <Security settings /> }.into_any()
                }
            }}
            <Sessions sessions=Signal::derive(move || details.with(|details| details.sessions.clone())) />
            <section aria-labelledby="data">
                <h2 id="data">{tr("your-data")}</h2>
                <p>{tr("your-data-words")}</p>
                <p>
                    <a class="button" href="/api/v1/user/export" download>
                        {tr("your-data-download")}
                    </a>
                </p>
                <DeleteAccount has_password />
            </section>
        </div>
    }
    .into_any()
}

/// A guest gets an account by proving an address.
#[component]
fn BecomeAccount() -> impl IntoView {
    let dialog = AuthDialog::current();
    let outcome = Outcome::current();
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        dialog.open_for(SignInRequest::new("guest-words", move || outcome.reload()));
    };
    view! {
        <section aria-labelledby="guest">
            <h2 id="guest">{tr("guest")}</h2>
            <p>{tr("guest-words")}</p>
            <p>
                <a class="button primary" href="/auth/login?mode=signup&returnTo=/account" on:click=open>
                    {tr("make-account")}
                </a>
            </p>
        </section>
    }
    .into_any()
}
