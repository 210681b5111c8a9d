//! Where the account is signed in.

use leptos::{form::ActionForm, prelude::*};
use model::Session as ListedSession;

use super::outcome::{Form, Outcome};
use crate::{
    api::{
        accounts::SignOut,
        profile::{EndAllSessions, EndSession},
    },
    components::{on_action_result, on_signed_out},
    i18n::{format_date, localize_device_name, tr, tr_args},
};

#[component]
pub fn Sessions(sessions: Signal<Vec<ListedSession>>) -> impl IntoView {
    let action = ServerAction::<EndAllSessions>::new();
    on_signed_out(action.value(), "/");
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions">{tr("sessions")}</h2>
            <ul class="sessions">
                {move || sessions.get().into_iter().map(|session| view! { <Entry session /> }).collect_view()}
            </ul>
            <Show when=move || sessions.with(|sessions| sessions.len() > 1)>
                <ActionForm action>
                    <button class="button quiet" disabled=action.pending()>
                        {tr("sign-out-everywhere")}
                    </button>
                </ActionForm>
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Entry(session: ListedSession) -> impl IntoView {
    let device = localize_device_name(&session.device);
    let seen = match session.is_current {
        true => tr("this-device"),
        false => tr_args("last-seen", &[("day", format_date(&session.last_seen_at).into())]),
    };
    let end = match session.is_current {
        true => view! { <EndThisSession /> }.into_any(),
        false => view! { <EndOtherSession id=session.id.to_string() device=device.clone() /> }.into_any(),
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
fn EndThisSession() -> impl IntoView {
    let action = ServerAction::<SignOut>::new();
    on_signed_out(action.value(), "/");
    view! {
        <ActionForm action>
            <button class="button quiet" disabled=action.pending()>
                {tr("sign-out")}
            </button>
        </ActionForm>
    }
}

#[component]
fn EndOtherSession(id: String, device: String) -> impl IntoView {
    let outcome = Outcome::current();
    let action = ServerAction::<EndSession>::new();
    on_action_result(action.value(), move |result| outcome.record(Form::Session, result));
    view! {
        <ActionForm action>
            <input type="hidden" name="id" value=id />
            <button
                class="button quiet"
                disabled=action.pending()
                aria-label=tr_args("sign-out-of", &[("device", device.into())])
            >
                {tr("sign-out")}
            </button>
        </ActionForm>
    }
}
