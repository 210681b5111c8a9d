//! Deletion of the account.

use leptos::{form::ActionForm, prelude::*};

use super::{
    outcome::{Form, Outcome},
    security::CurrentPassword,
};
use crate::{
    api::profile::DeleteAccount as DeleteAccountAction,
    components::{on_action_result, on_signed_out},
    i18n::tr,
};

#[component]
pub fn DeleteAccount(has_password: Memo<bool>) -> impl IntoView {
    let outcome = Outcome::current();
    let action = ServerAction::<DeleteAccountAction>::new();
    on_action_result(action.value(), move |result| {
        if result.is_err() {
            outcome.record(Form::Delete, result);
        }
    });
    on_signed_out(action.value(), "/?done=delete");
    view! {
        <details class="danger" open=move || outcome.has_failed(Form::Delete)>
            <summary>{tr("delete-account")}</summary>
            <p>{tr("delete-account-words")}</p>
            <ActionForm action>
                <CurrentPassword has_password form=Form::Delete />
                <button class="button danger" disabled=action.pending()>
                    {tr("delete-account-button")}
                </button>
            </ActionForm>
        </details>
    }
    .into_any()
}
