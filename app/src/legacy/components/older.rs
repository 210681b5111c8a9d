//! The way to the next part of a longer list.

use leptos::prelude::*;

/// `next` is the address of the part, if there is one.
#[component]
pub fn Older(next: Option<String>, words: String) -> impl IntoView {
    next.map(|next| {
        view! {
            <p class="more-pages">
                <a class="button" rel="next" href=next>
                    {words}
                </a>
            </p>
        }
    })
}
