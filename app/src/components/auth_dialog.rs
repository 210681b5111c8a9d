//! The dialog in which somebody signs up or in without leaving the screen.

use std::sync::Arc;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;

use crate::{
    api::accounts::AuthFormStart,
    components::path_with_query,
    i18n::tr,
    lazy::LazyAuthForm,
    state::auth::{AuthDialog, SignInRequest},
};

/// The element of [`AuthDialog`]; empty while the dialog is closed.
#[component]
pub fn SignInDialog() -> impl IntoView {
    let state = AuthDialog::current();
    let element = NodeRef::<html::Dialog>::new();
    let show = move || {
        if let Some(element) = element.get_untracked()
            && !element.open()
        {
            // Fails only for an element outside the document.
            let _ = element.show_modal();
        }
    };
    let close = move || {
        if let Some(element) = element.get_untracked() {
            element.close();
        }
    };
    view! {
        <dialog
            class="keep-dialog"
            node_ref=element
            aria-labelledby="sign-in-dialog-title"
            on:close=move |_| state.close()
        >
            {move || state.request.get().map(|request| view! { <Content request show close /> })}
        </dialog>
    }
    .into_any()
}

/// `show` is called once the form is in the dialog, so that its first field gets the focus.
#[component]
fn Content(
    request: SignInRequest,
    show: impl Fn() + Send + Sync + 'static,
    close: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let SignInRequest { reason, step, email, return_to, then } = request;
    let location = use_location();
    let current_path = move || untrack(|| path_with_query(&location));
    let start = AuthFormStart { email, ..AuthFormStart::new(return_to.unwrap_or_else(current_path)) };
    let on_signed_in = Arc::new(move || {
        close();
        then();
    });
    view! {
        <button type="button" class="close" aria-label=tr("close") on:click=move |_| close()>
            "×"
        </button>
        <h2 id="sign-in-dialog-title">{tr("your-account")}</h2>
        {reason.map(|reason| view! { <p>{tr(reason)}</p> })}
        <LazyAuthForm step start on_signed_in on_shown=Callback::new(move |()| show()) />
    }
    .into_any()
}
