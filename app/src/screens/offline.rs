//! `/offline`: shown by the service worker where there is no connection and the screen was not seen
//! before. It is stored for everybody, so it names nobody.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::tr;

#[component]
pub fn Offline() -> impl IntoView {
    view! {
        <Title text=tr("offline") />
        <div class="narrow refused">
            <h1>{tr("offline-title")}</h1>
            <p class="lead">{tr("offline-words")}</p>
            <p class="actions">
                <a class="button primary" href="/create">
                    {tr("make-page")}
                </a>
                <a class="button" href="/gallery">
                    {tr("your-pages")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
