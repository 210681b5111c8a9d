//! The step with address and password, for somebody new and for somebody known.

use leptos::{prelude::*, server_fn::ServerFn};
use model::{Email, Password};

use crate::{
    api::accounts::{AuthFormStart, RequestPasswordReset, RequestSignInLink, SignIn, SignUp},
    i18n::tr,
    state::{
        auth::AuthStep,
        auth_form::{AuthFormState, Submission},
    },
};

#[component]
pub fn Credentials(state: AuthFormState, start: AuthFormStart) -> impl IntoView {
    let is_sign_up = move || state.step.get().tab() == AuthStep::SignUp;
    let is_first_step = state.step.with_untracked(|step| *step == step.tab());
    let invalid = move |field: &'static str| move || state.is_invalid(field).to_string();
    // Something was typed before hydration.
    Effect::new(move || {
        if state.email_field.get().is_some_and(|field| !field.value().is_empty()) {
            state.prepare_sign_up();
        }
    });
    view! {
        <form
            class="credentials"
            method="post"
            action=move || if is_sign_up() { SignUp::url() } else { SignIn::url() }
            on:input=move |_| state.prepare_sign_up()
            on:submit=move |event| {
                event.prevent_default();
                state.send(if is_sign_up() { Submission::SignUp } else { Submission::SignIn });
            }
        >
            <input type="hidden" name="return_to" value=start.return_to />
            <Ticket ticket=start.ticket />
            <label class="field">
                <span>{tr("email")}</span>
                <input
                    type="email"
                    name="email"
                    autocomplete="username"
                    maxlength=Email::MAX_CHARS
                    required
                    autofocus=is_first_step
                    value=start.email
                    aria-invalid=invalid("email")
                    node_ref=state.email_field
                />
            </label>
            <PasswordField state />
            <p class="hint signup-only" id="password-hint">
                {tr("password-hint")}
            </p>
            <label class="check">
                <input type="checkbox" name="stay" value="true" checked=start.stay node_ref=state.stay_field />
                {tr("stay")}
            </label>
            <button class="button primary wide">
                {move || if is_sign_up() { tr("sign-up") } else { tr("sign-in") }}
            </button>
            <ul class="value signup-only">
                <li>{tr("value-free")}</li>
                <li>{tr("value-yours")}</li>
                <li>{tr("value-address")}</li>
            </ul>
            <div class="other-ways signin-only">
                <MailButton state submission=Submission::MailLink path=RequestSignInLink::url() text=tr("mail-link") />
                <MailButton state submission=Submission::MailReset path=RequestPasswordReset::url() text=tr("forgot") />
            </div>
        </form>
    }
    .into_any()
}

/// In `noscript`, whose content is text to a browser with scripts.
#[component]
fn Ticket(ticket: Option<String>) -> impl IntoView {
    let html = ticket.map(|ticket| format!(r#"<input type="hidden" name="ticket" value="{ticket}">"#));
    html.map(|html| view! { <noscript inner_html=html></noscript> })
}

/// The password with its strength, which is shown only to somebody new.
#[component]
fn PasswordField(state: AuthFormState) -> impl IntoView {
    let strength = RwSignal::new(0);
    let is_shown = RwSignal::new(false);
    let measure = move || {
        if let Some(field) = state.password_field.get() {
            strength.set(Password::strength(&field.value()));
        }
    };
    // What was typed before hydration.
    Effect::new(measure);
    view! {
        <label class="field">
            <span>{tr("password")}</span>
            <input
                type=move || if is_shown.get() { "text" } else { "password" }
                name="password"
                autocomplete=move || match state.step.get().tab() {
                    AuthStep::SignUp => "new-password",
                    _ => "current-password",
                }
                maxlength=Password::MAX_CHARS
                required
                aria-invalid=move || state.is_invalid("password").to_string()
                aria-describedby="password-hint"
                node_ref=state.password_field
                on:input=move |_| measure()
            />
        </label>
        <meter
            class="strength signup-only needs-script"
            min="0"
            max="4"
            low="2"
            high="3"
            optimum="4"
            aria-label=tr("password-strength")
            prop:value=move || strength.get()
        ></meter>
        <label class="check needs-script">
            <input type="checkbox" on:change=move |event| is_shown.set(event_target_checked(&event)) />
            {tr("show-password")}
        </label>
    }
    .into_any()
}

/// Sends the address to another path than its form does, without a password.
#[component]
fn MailButton(state: AuthFormState, submission: Submission, path: &'static str, text: String) -> impl IntoView {
    view! {
        <button
            class="button quiet"
            formaction=path
            formnovalidate
            on:click=move |event| {
                event.prevent_default();
                state.send(submission);
            }
        >
            {text}
        </button>
    }
}
