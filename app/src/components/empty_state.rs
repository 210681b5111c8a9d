//! Shown instead of an empty list: why it is empty, and the way to a first page.

use leptos::prelude::*;

use crate::i18n::tr;

#[component]
pub fn EmptyState(lead: String, text: String) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="lead">{lead}</p>
            <p>{text}</p>
            <p>
                <a class="button primary" href="/create">
                    {tr("choose-a-photo")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
