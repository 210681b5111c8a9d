//! Where the six digits of a mail are typed; phones fill them in by themselves.

use leptos::prelude::*;

use crate::legacy::i18n::tr;

/// `invalid` is its `aria-invalid`; `focused`: it is what the screen is for.
#[component]
pub fn CodeField(invalid: &'static str, #[prop(optional)] focused: bool) -> impl IntoView {
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
                autofocus=focused
                aria-invalid=invalid
            />
        </label>
    }
    .into_any()
}
