//! The way on from where there is nothing: to a photo.

use leptos::prelude::*;

use crate::legacy::i18n::tr;

#[component]
pub fn ChooseAPhoto() -> impl IntoView {
    view! {
        <p>
            <a class="button primary" href="/create">
                {tr("choose-a-photo")}
            </a>
        </p>
    }
    .into_any()
}
