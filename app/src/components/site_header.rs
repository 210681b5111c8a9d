//! The header of every screen: the brand, the navigation, the account.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{components::account_menu::AccountMenu, i18n::tr};

#[component]
pub fn SiteHeader() -> impl IntoView {
    view! {
        <header class="site-header">
            <a class="brand" href="/">
                <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
                    <path class="brand-paper" d="M6 3h15l5 5v21H6z" />
                    <path class="brand-line" d="M10 21c2-6 4-9 6-8s-2 6 0 7 4-5 6-4" />
                </svg>
                <span>{tr("product")}</span>
            </a>
            <nav aria-label=tr("nav-main")>
                <NavLink path="/create" text=tr("create") />
                <NavLink path="/gallery" text=tr("gallery") />
                <AccountMenu />
            </nav>
        </header>
    }
    .into_any()
}

#[component]
fn NavLink(path: &'static str, text: String) -> impl IntoView {
    let location = use_location();
    let is_current = move || (location.pathname.get() == path).then_some("page");
    view! {
        <a href=path aria-current=is_current>
            {text}
        </a>
    }
}
