//! What a screen has to say when its script finds it to be so: no connection, a new version, that the site can be installed.

use leptos::prelude::*;

use crate::legacy::i18n::tr;

#[component]
pub fn News() -> impl IntoView {
    let refuse = || {
        view! {
            <button class="link" type="button" data-refuse>
                {tr("no-thank-you")}
            </button>
        }
    };
    view! {
        <div class="news" aria-label=tr("news") role="status">
            <p data-news="offline" tabindex="-1" hidden>
                {tr("news-offline")}
            </p>
            <p data-news="waits" hidden>
                {tr("news-waits")}
            </p>
            <p data-news="version" hidden>
                {tr("news-version")} " "
                <button class="link" type="button">
                    {tr("reload")}
                </button>
            </p>
            <p data-news="install" hidden>
                {tr("news-install")} " "
                <button class="link" type="button" data-accept>
                    {tr("install")}
                </button>
                {refuse()}
            </p>
            <p data-news="install-by-hand" hidden>
                {tr("news-install-by-hand")} " "
                {refuse()}
            </p>
        </div>
    }
    .into_any()
}
