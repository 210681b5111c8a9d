//! The account in the header: a link to sign in, or a menu button (the pattern of the ARIA
//! Authoring Practices). The menu is a popover, which opens without JavaScript, too.

use leptos::{ev, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::hooks::use_location;
use model::{Problem, User};

use crate::{
    api::accounts::{SignOut, auth_path, sign_out},
    browser::{document, menu_focus},
    components::{Notice, leave_account, path_with_query},
    error::AppError,
    i18n::{tr, tr_args},
    state::{
        auth::{AuthDialog, AuthStep, SignInRequest},
        session::Session,
        studio::Studio,
    },
};

/// The account, or the link to sign in.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let session = Session::current();
    let is_signed_in = Memo::new(move |_| session.is_signed_in());
    // The element that had the focus is gone with the sign-in.
    Effect::new(move |was_signed_in: Option<bool>| {
        let is_signed_in = is_signed_in.get();
        if was_signed_in.is_some_and(|was| was != is_signed_in) {
            request_animation_frame(|| document::focus_if_lost(".account-button"));
        }
        is_signed_in
    });
    move || {
        if is_signed_in.get() {
            view! { <Menu session /> }.into_any()
        } else {
            view! { <AuthLink step=AuthStep::SignIn text=tr("sign-in") /> }.into_any()
        }
    }
}

/// Opens the sign-in dialog; without JavaScript, the screen.
#[component]
fn AuthLink(step: AuthStep, text: String, #[prop(optional)] is_menu_item: Option<Signal<bool>>) -> impl IntoView {
    let location = use_location();
    let pathname = location.pathname;
    let dialog = AuthDialog::current();
    let is_current = move || pathname.get() == "/auth/login";
    let path = move || {
        let return_to = path_with_query(&location);
        // That screen leads to the gallery.
        if return_to.starts_with("/auth/") { auth_path(step, "/gallery") } else { auth_path(step, &return_to) }
    };
    let is_item = move || is_menu_item.is_some_and(|is_item| is_item.get());
    view! {
        <a
            href=path
            aria-current=move || is_current().then_some("page")
            role=move || is_item().then_some("menuitem")
            tabindex=move || is_item().then_some("-1")
            on:click=move |event| {
                let opens_tab = event.ctrl_key() || event.meta_key() || event.shift_key();
                if !opens_tab && !pathname.get_untracked().starts_with("/auth/") {
                    event.prevent_default();
                    dialog
                        .open_for(SignInRequest {
                            step,
                            ..SignInRequest::new(None, || ())
                        });
                }
            }
        >
            {text}
        </a>
    }
    .into_any()
}

/// Roles and key handling come with hydration; before it, the items are links in a popover.
#[component]
fn Menu(session: Session) -> impl IntoView {
    let (button, popover) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let is_hydrated = RwSignal::new(false);
    Effect::new(move || is_hydrated.set(true));
    let is_item = Signal::from(is_hydrated);
    let is_open = RwSignal::new(false);
    let is_guest = Memo::new(move |_| session.user.with(|user| user.as_ref().is_some_and(|user| user.is_guest)));
    let role = move |role: &'static str| move || is_hydrated.get().then_some(role);
    let tabindex = move || is_hydrated.get().then_some("-1");
    // Whether it is open or not: a key may come before the event `toggle`.
    let close = move || {
        if let Some(popover) = popover.get_untracked() {
            let _ = popover.hide_popover();
        }
    };
    let on_button_key = move |event: ev::KeyboardEvent| {
        if let ("ArrowDown" | "ArrowUp", Some(popover)) = (event.key().as_str(), popover.get_untracked()) {
            event.prevent_default();
            let _ = popover.show_popover();
            // At once: a second key may come before the event `toggle`.
            menu_focus::move_focus(&popover, if event.key() == "ArrowUp" { "End" } else { "Home" });
        }
    };
    let on_menu_key = move |event: ev::KeyboardEvent| {
        let key = event.key();
        if key == "Tab" {
            return close();
        }
        if let Some(popover) = popover.get_untracked()
            && menu_focus::move_focus(&popover, &key)
        {
            event.prevent_default();
        }
    };
    let on_toggle = move |_| {
        let Some(popover) = popover.get_untracked() else { return };
        is_open.set(menu_focus::is_open(&popover));
        if is_open.get_untracked() && !menu_focus::has_focus(&popover) {
            menu_focus::move_focus(&popover, "Home");
        }
    };
    view! {
        <button
            type="button"
            class="account-button"
            node_ref=button
            popovertarget="account-menu"
            aria-haspopup="menu"
            aria-expanded=move || is_hydrated.get().then(|| is_open.get().to_string())
            aria-label=move || session.user.with(|user| user.as_ref().map(button_label))
            on:keydown=on_button_key
        >
            {move || match session
                .user
                .with(|user| user.as_ref().and_then(|user| user.email.as_ref().map(ToString::to_string)))
            {
                Some(email) => initials(&email).into_any(),
                None => view! { <PersonIcon /> }.into_any(),
            }}
        </button>
        <div
            id="account-menu"
            class="account-menu"
            popover="auto"
            node_ref=popover
            on:toggle=on_toggle
            on:keydown=on_menu_key
            on:click=move |_| close()
        >
            <p class="account-name">{move || session.user.with(|user| user.as_ref().map(account_name))}</p>
            <p class="hint">
                {move || {
                    session
                        .user
                        .with(|user| user.as_ref().map(|user| tr_args("credits", &[("count", user.credits.into())])))
                }}
            </p>
            <div role=role("menu") aria-label=tr("nav-account")>
                {move || {
                    is_guest
                        .get()
                        .then(|| {
                            view! { <AuthLink step=AuthStep::SignUp text=tr("make-account") is_menu_item=is_item /> }
                        })
                }}
                <a href="/gallery" role=role("menuitem") tabindex=tabindex>
                    {tr("gallery")}
                </a>
                <a href="/account" role=role("menuitem") tabindex=tabindex>
                    {tr("settings")}
                </a>
                <SignOutForm is_item />
            </div>
        </div>
    }
    .into_any()
}

/// Ends with a new document, so that nothing of the account stays in the memory of the tab.
#[component]
fn SignOutForm(is_item: Signal<bool>) -> impl IntoView {
    let problem = RwSignal::new(None::<Problem>);
    let is_busy = RwSignal::new(false);
    let studio = Studio::current();
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            match sign_out().await {
                Ok(()) => {
                    leave_account(studio, "/").await;
                }
                Err(AppError(error)) => {
                    is_busy.set(false);
                    problem.set(Some(error));
                }
            }
        });
    };
    view! {
        <form
            method="post"
            action=SignOut::url()
            role=move || is_item.get().then_some("none")
            aria-busy=move || is_busy.get().to_string()
            on:submit=on_submit
            // The menu stays open until the outcome is known.
            on:click=|event| event.stop_propagation()
        >
            <button role=move || is_item.get().then_some("menuitem") tabindex=move || is_item.get().then_some("-1")>
                {tr("sign-out")}
            </button>
        </form>
        <Notice problem />
    }
    .into_any()
}

#[component]
fn PersonIcon() -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
            <path
                fill="none"
                stroke="currentColor"
                stroke-width="2"
                stroke-linecap="round"
                d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c1-3.5 4-5 7.5-5s6.500 1.500 7.500 5"
            />
        </svg>
    }
}

fn account_name(user: &User) -> String {
    user.email.as_ref().map_or_else(|| tr("guest"), ToString::to_string)
}

/// Begins with the text on the button, so that speech input finds it (WCAG 2.5.3).
fn button_label(user: &User) -> String {
    match &user.email {
        Some(email) => {
            let account = tr_args("account-of", &[("address", email.as_str().into())]);
            format!("{}, {account}", initials(email.as_str()))
        }
        None => tr("nav-account"),
    }
}

/// The first letters of the first two words of an address, in upper case.
fn initials(email: &str) -> String {
    let name = email.split('@').next().unwrap_or_default();
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let letters: String = words.filter_map(|word| word.chars().next()).take(2).collect();
    letters.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_two_words() {
        for (email, expected) in [
            ("mia@example.org", "M"),
            ("mia.de-boer@example.org", "MD"),
            ("_mia_@example.org", "M"),
            ("7dwarfs@example.org", "7"),
        ] {
            assert_eq!(initials(email), expected, "{email}");
        }
    }
}
