//! `/auth/reset-password`: asking for a link and, with the link, choosing a new password.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::Email;

use super::callback::InvalidLink;
use crate::{
    api::accounts::{MailedLink, RequestPasswordReset, ResetPassword, find_reset_link},
    components::{Loaded, Notice, PasswordField, form_problem},
    i18n::{tr, tr_view},
    state::session::Session,
};

#[component]
pub fn ResetPasswordScreen() -> impl IntoView {
    let token = use_query_map().read_untracked().get("token").unwrap_or_default();
    let view = if token.is_empty() { view! { <Ask /> }.into_any() } else { view! { <Choose token /> }.into_any() };
    view! { <div class="narrow">{view}</div> }.into_any()
}

#[component]
fn Ask() -> impl IntoView {
    let action = ServerAction::<RequestPasswordReset>::new();
    let problem = form_problem(action.value());
    let typed = RwSignal::new(String::new());
    let is_mailed = move || matches!(action.value().get(), Some(Ok(_)));
    let address = view! { <strong class="address">{typed}</strong> };
    view! {
        <Title text=tr("forgot") />
        <h1>{tr("forgot")}</h1>
        <p>{tr("forgot-words")}</p>
        <Notice problem />
        <p role="status" hidden=move || !is_mailed()>
            {tr_view("link-sent", [("address", address.into_any())])}
        </p>
        <div hidden=is_mailed aria-busy=move || action.pending().get().to_string()>
            <ActionForm action>
                <label class="field">
                    <span>{tr("email")}</span>
                    <input
                        type="email"
                        name="email"
                        autocomplete="username"
                        maxlength=Email::MAX_CHARS
                        required
                        autofocus
                        aria-invalid=move || problem.with(Option::is_some).to_string()
                        on:change=move |event| typed.set(event_target_value(&event))
                    />
                </label>
                <button class="button primary wide">{tr("mail-me-a-link")}</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

#[component]
fn Choose(token: String) -> impl IntoView {
    let asked = token.clone();
    let link = Resource::new(|| (), move |()| find_reset_link(asked.clone()));
    view! {
        <Loaded resource=link let:link>
            {match link {
                MailedLink::Valid { email } => view! { <PasswordForm email token=token.clone() /> }.into_any(),
                MailedLink::Invalid => view! { <InvalidLink again="/auth/reset-password" /> }.into_any(),
            }}
        </Loaded>
    }
    .into_any()
}

#[component]
fn PasswordForm(email: String, token: String) -> impl IntoView {
    let action = ServerAction::<ResetPassword>::new();
    let problem = form_problem(action.value());
    let (session, navigate) = (Session::current(), use_navigate());
    Effect::new(move || {
        if let Some(Ok(user)) = action.value().get() {
            session.user.set(Some(user));
            navigate("/gallery", Default::default());
        }
    });
    let is_invalid = move || {
        problem.with(|problem| problem.as_ref().and_then(|problem| problem.field.as_deref()) == Some("password"))
    };
    let address = view! { <strong class="address">{email.clone()}</strong> };
    view! {
        <Title text=tr("choose-password") />
        <h1>{tr("choose-password")}</h1>
        <p>{tr_view("choose-password-words", [("address", address.into_any())])}</p>
        <Notice problem />
        <div aria-busy=move || action.pending().get().to_string()>
            <ActionForm action>
                <input type="hidden" name="token" value=token />
                // Tells a password manager whose password this is.
                <input type="email" autocomplete="username" value=email readonly hidden />
                <PasswordField
                    label=tr("new-password")
                    name="password"
                    autocomplete="new-password"
                    is_invalid=Signal::derive(is_invalid)
                    autofocus=true
                    described_by="password-hint"
                />
                <p class="hint" id="password-hint">
                    {tr("password-hint")}
                </p>
                <label class="check">
                    <input type="checkbox" name="stay" value="true" checked />
                    {tr("stay")}
                </label>
                <button class="button primary wide">{tr("save-and-sign-in")}</button>
            </ActionForm>
        </div>
    }
    .into_any()
}
