//! The footer of every screen: the promise, the privacy page, the languages.

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use model::Language;

use crate::{
    browser::document,
    components::path_with_query,
    i18n::{current_language, tr},
    state::studio::Studio,
};

#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>{tr("footer-promise")}</p>
            <nav aria-label=tr("footer-nav")>
                <a href="/privacy">{tr("privacy")}</a>
            </nav>
            <LanguageSwitch />
        </footer>
    }
    .into_any()
}

/// One button for each language, named as its speakers do; a form, so that it works without
/// JavaScript.
#[component]
fn LanguageSwitch() -> impl IntoView {
    let location = use_location();
    let path = move || path_with_query(&location);
    let studio = Studio::current();
    // Another language is another document: the photo goes there by the draft.
    let write_draft_first = move |event: ev::SubmitEvent| {
        if studio.has_unwritten_draft() {
            event.prevent_default();
            spawn_local(async move {
                studio.write_draft().await;
                document::submit_again(&event);
            });
        }
    };
    let button = |language: Language| {
        let name = language.as_str();
        let is_current = language == current_language();
        view! {
            <button class="link" name="language" value=name lang=name aria-current=is_current.then_some("true")>
                {language.native_name()}
            </button>
        }
    };
    view! {
        <form
            class="languages"
            method="post"
            action="/language"
            aria-label=tr("language-switch")
            on:submit=write_draft_first
        >
            <input type="hidden" name="return_to" value=path />
            {Language::ALL.map(button)}
        </form>
    }
    .into_any()
}
