//! A field for a password.

use leptos::prelude::*;
use model::Password;

#[component]
pub fn PasswordField(
    label: String,
    name: &'static str,
    /// Tells a password manager whether the password is new.
    autocomplete: &'static str,
    #[prop(into)] is_invalid: Signal<bool>,
    #[prop(optional)] autofocus: bool,
    /// Id of the element that describes the field.
    #[prop(optional)]
    described_by: Option<&'static str>,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="password"
                name=name
                autocomplete=autocomplete
                maxlength=Password::MAX_CHARS
                required
                autofocus=autofocus
                aria-invalid=move || is_invalid.get().to_string()
                aria-describedby=described_by
            />
        </label>
    }
    .into_any()
}
