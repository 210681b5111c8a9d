//! What a screen has to say when its script finds it to be so: no connection, a new version, that the site can be installed.

use leptos::prelude::*;

use crate::words::t;

#[component]
pub fn News() -> impl IntoView {
    let refuse = || {
        view! {
            <button class="link" type="button" data-refuse>
                {t("no-thank-you")}
            </button>
        }
    };
    view! {
        <div class="news" aria-label=t("news") role="status">
            <p data-news="offline" tabindex="-1" hidden>
                {t("news-offline")}
            </p>
            <p data-news="waits" hidden>
                {t("news-waits")}
            </p>
            <p data-news="version" hidden>
                {t("news-version")} " "
                <button class="link" type="button">
                    {t("reload")}
                </button>
            </p>
            <p data-news="install" hidden>
                {t("news-install")} " "
                <button class="link" type="button" data-accept>
                    {t("install")}
                </button>
                {refuse()}
            </p>
            <p data-news="install-by-hand" hidden>
                {t("news-install-by-hand")} " "
                {refuse()}
            </p>
        </div>
    }
    .into_any()
}
