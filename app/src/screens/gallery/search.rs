//! Search of pages by title. Without JavaScript it is a plain form.

use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{
    hooks::{use_navigate, use_query_map},
    location::Url,
};

use crate::i18n::tr;

/// The field shows what the address asks for. Results that arrive late leave alone what somebody
/// types meanwhile.
#[component]
pub fn SearchForm() -> impl IntoView {
    let params = use_query_map();
    let search = Memo::new(move |_| params.read().get("q").unwrap_or_default());
    let input = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        let path = match text.trim() {
            "" => "/gallery".to_owned(),
            text => format!("/gallery?q={}", Url::escape(text)),
        };
        navigate(&path, Default::default());
    };
    // The attribute does not change the text of a field that somebody has typed into.
    Effect::new(move |is_later: Option<bool>| {
        let search = search.get();
        if let (Some(true), Some(input)) = (is_later, input.get_untracked()) {
            input.set_value(&search);
        }
        true
    });
    view! {
        <form class="search" role="search" action="/gallery" on:submit=submit>
            <input
                node_ref=input
                type="search"
                name="q"
                value=search.get_untracked()
                aria-label=tr("search-title")
                placeholder=tr("search-title")
                autocomplete="off"
            />
            <button class="button">{tr("search")}</button>
        </form>
    }
    .into_any()
}
