//! The field for the six digits of a mailed code; phones fill them in.

use leptos::{html, prelude::*};

use crate::i18n::tr;

#[component]
pub fn CodeField(
    #[prop(into)] is_invalid: Signal<bool>,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{tr("code")}</span>
            <input
                class="code"
                name="code"
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength="9"
                required
                autofocus=autofocus
                aria-invalid=move || is_invalid.get().to_string()
                node_ref=node_ref
            />
        </label>
    }
    .into_any()
}
