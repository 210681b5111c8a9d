//! The way on from where there is nothing: to a photo.

use leptos::prelude::*;

#[component]
pub fn ChooseAPhoto() -> impl IntoView {
    view! {
        <p>
            <a class="button primary" href="/create">
                "Choose a photo"
            </a>
        </p>
    }
    .into_any()
}
