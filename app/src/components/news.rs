//! What a screen has to say when its script finds it to be so: no connection, a new version, that the site can be installed.

use leptos::prelude::*;

#[component]
pub fn News() -> impl IntoView {
    let refuse = || {
        view! {
            <button class="link" type="button" data-refuse>
                "No, thank you"
            </button>
        }
    };
    view! {
        <aside class="news" aria-label="News" role="status">
            <p data-news="offline" tabindex="-1" hidden>
                "There is no connection. Drawing works all the same; what you keep waits until there is one."
            </p>
            <p data-news="waits" hidden>
                "Your page waits, and is kept as soon as there is a connection. Please leave this screen open."
            </p>
            <p data-news="version" hidden>
                "A new version is ready. "
                <button class="link" type="button">
                    "Reload"
                </button>
            </p>
            <p data-news="install" hidden>
                "Would you like Scribble Machine among your apps? "
                <button class="link" type="button" data-accept>
                    "Install"
                </button>
                {refuse()}
            </p>
            <p data-news="install-by-hand" hidden>
                "To have Scribble Machine among your apps, tap the share button of the browser and then “Add to Home Screen”. "
                {refuse()}
            </p>
        </aside>
    }
    .into_any()
}
