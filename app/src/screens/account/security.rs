//! How the account is secured: its password and its address.

use leptos::{form::ActionForm, prelude::*};
use model::{Email, SecuritySettings};

use super::outcome::{Form, Outcome};
use crate::{
    api::profile::{ChangePassword, ConfirmEmailChange, RequestEmailChange},
    components::{CodeField, PasswordField, on_action_result},
    i18n::{tr, tr_view},
};

#[component]
pub fn Security(settings: Signal<SecuritySettings>) -> impl IntoView {
    let outcome = Outcome::current();
    let has_password = Memo::new(move |_| settings.with(|settings| settings.has_password));
    let pending_email = Memo::new(move |_| settings.with(|settings| settings.pending_email.clone()));
    view! {
        <section aria-labelledby="security">
            <h2 id="security">{tr("signing-in")}</h2>
            {move || {
                outcome.track_successes();
                view! {
                    <PasswordForm has_password />
                    <AddressForm has_password pending_email />
                }
            }}
        </section>
    }
    .into_any()
}

#[component]
fn PasswordForm(has_password: Memo<bool>) -> impl IntoView {
    let outcome = Outcome::current();
    let action = ServerAction::<ChangePassword>::new();
    on_action_result(action.value(), move |result| outcome.record(Form::Password, result));
    let verb = move || tr(if has_password.get() { "password-change" } else { "password-set" });
    view! {
        <details class="change" open=move || outcome.has_failed(Form::Password)>
            <summary>{verb}</summary>
            <ActionForm action>
                <CurrentPassword has_password form=Form::Password />
                <PasswordField
                    label=tr("new-password")
                    name="new_password"
                    autocomplete="new-password"
                    is_invalid=Signal::derive(move || outcome.is_invalid(Form::Password, "new_password"))
                />
                <p class="hint">{tr("password-change-hint")}</p>
                <button class="button" disabled=action.pending()>
                    {tr("password-save")}
                </button>
            </ActionForm>
        </details>
    }
    .into_any()
}

#[component]
fn AddressForm(has_password: Memo<bool>, pending_email: Memo<Option<Email>>) -> impl IntoView {
    let outcome = Outcome::current();
    let action = ServerAction::<RequestEmailChange>::new();
    on_action_result(action.value(), move |result| outcome.record(Form::Address, result));
    let is_open = move || {
        pending_email.with(Option::is_some) || outcome.has_failed(Form::Address) || outcome.has_failed(Form::Code)
    };
    view! {
        <details class="change" open=is_open>
            <summary>{tr("address-change")}</summary>
            {move || pending_email.get().map(|email| view! { <ConfirmAddress email=email.to_string() /> })}
            <ActionForm action>
                <CurrentPassword has_password form=Form::Address />
                <label class="field">
                    <span>{tr("address-new")}</span>
                    <input
                        type="email"
                        name="email"
                        autocomplete="email"
                        maxlength=Email::MAX_CHARS
                        required
                        aria-invalid=move || outcome.is_invalid(Form::Address, "email").to_string()
                    />
                </label>
                <p class="hint">{tr("address-hint")}</p>
                <button class="button" disabled=action.pending()>
                    {tr("address-mail")}
                </button>
            </ActionForm>
        </details>
    }
    .into_any()
}

#[component]
fn ConfirmAddress(email: String) -> impl IntoView {
    let outcome = Outcome::current();
    let action = ServerAction::<ConfirmEmailChange>::new();
    on_action_result(action.value(), move |result| outcome.record(Form::Code, result));
    let address = view! { <strong class="address">{email.clone()}</strong> }.into_any();
    view! {
        <ActionForm action>
            <p>{tr_view("code-sent", [("address", address)])}</p>
            <input type="hidden" name="email" value=email />
            <CodeField is_invalid=Signal::derive(move || outcome.is_invalid(Form::Code, "code")) />
            <button class="button primary" disabled=action.pending()>
                {tr("confirm-code")}
            </button>
        </ActionForm>
    }
    .into_any()
}

/// Asked for again before anything that a thief of the session would like to do.
#[component]
pub fn CurrentPassword(has_password: Memo<bool>, form: Form) -> impl IntoView {
    let outcome = Outcome::current();
    move || {
        has_password.get().then(|| {
            view! {
                <PasswordField
                    label=tr("password-now")
                    name="current_password"
                    autocomplete="current-password"
                    is_invalid=Signal::derive(move || outcome.is_invalid(form, "current_password"))
                />
            }
        })
    }
}
