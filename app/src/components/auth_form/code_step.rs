//! The step in which the mailed code is typed.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::accounts::{AuthFormStart, ResendCode, VerifyCode, auth_path},
    components::CodeField,
    i18n::{tr, tr_args},
    state::{
        auth::AuthStep,
        auth_form::{AuthFormState, Submission},
    },
};

#[component]
pub fn CodeStep(state: AuthFormState, start: AuthFormStart) -> impl IntoView {
    let is_first_step = state.step.get_untracked() == AuthStep::Code;
    let AuthFormStart { email, stay, return_to, .. } = start;
    let sign_up_path = auth_path(AuthStep::SignUp, &return_to);
    // For a form without JavaScript; a script knows them.
    let known = move || {
        view! {
            <input type="hidden" name="email" value=email.clone() />
            <input type="hidden" name="stay" value=if stay { "true" } else { "" } />
            <input type="hidden" name="return_to" value=return_to.clone() />
        }
    };
    let is_invalid = Signal::derive(move || state.is_invalid("code"));
    let resend_text = move || match state.resend_wait.get() {
        0 => tr("send-code"),
        seconds => tr_args("send-code-in", &[("seconds", i64::from(seconds).into())]),
    };
    view! {
        <form
            class="code-form"
            method="post"
            action=VerifyCode::url()
            on:submit=move |event| {
                event.prevent_default();
                state.send(Submission::VerifyCode);
            }
        >
            {known()}
            <CodeField is_invalid autofocus=is_first_step node_ref=state.code_field />
            <button class="button primary wide">{tr("confirm-code")}</button>
        </form>
        <form
            class="resend"
            method="post"
            action=ResendCode::url()
            on:submit=move |event| {
                event.prevent_default();
                state.send(Submission::ResendCode);
            }
        >
            {known()}
            <button class="button quiet" aria-describedby="resend-hint" disabled=move || state.resend_wait.get() != 0>
                {resend_text}
            </button>
            <a
                class="button quiet back"
                href=sign_up_path
                on:click=move |event| {
                    event.prevent_default();
                    state.go_to(AuthStep::SignUp);
                }
            >
                {tr("wrong-address")}
            </a>
            <p class="hint" id="resend-hint">
                {tr("resend-hint")}
            </p>
        </form>
    }
    .into_any()
}
