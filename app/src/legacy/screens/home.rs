//! `/`: the thing itself, the first step, and three promises with a way to check them. `public/home.js` adds what moves.

use axum::extract::Query;
use leptos::prelude::*;
use serde::Deserialize;

use crate::legacy::{
    desk::{Answer, Desk},
    i18n::tr,
    shell::Head,
};

/// What has just been done elsewhere.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

pub async fn show(desk: Desk, Query(done): Query<Done>) -> Answer {
    let head = Head { script: Some("/home.js"), late: true, ..Head::default() };
    // Whoever is still signed in has deleted nothing.
    let deleted = done.done == "delete" && desk.identity.account.is_none();
    desk.screen(head, move || view! { <Home deleted /> }).await
}

#[component]
fn Home(deleted: bool) -> impl IntoView {
    view! {
        {deleted.then(|| view! { <p class="done" role="status">{tr("done-delete")}</p> })}
        <section class="hero">
            <div class="hero-words">
                <h1>{tr("home-title")}</h1>
                <p class="lead">
                    {tr("home-lead")}
                </p>
                <p class="actions">
                    <a class="button primary large" href="/create" data-accept=crate::components::studio::PHOTO_TYPES>
                        {tr("choose-a-photo")}
                    </a>
                </p>
                <p class="hint">{tr("home-free")}</p>
            </div>
            <BeforeAndAfter />
        </section>
        <section class="promises" aria-label=tr("promises")>
            <div>
                <h2>{tr("promise-device")}</h2>
                <p>{tr("promise-device-more")}</p>
            </div>
            <div>
                <h2>{tr("promise-upload")}</h2>
                <p>{tr("promise-upload-more")}</p>
            </div>
            <div>
                <h2>{tr("promise-delete")}</h2>
                <p>{tr("promise-delete-more")} " " <a href="/privacy">{tr("privacy-title")}</a></p>
            </div>
            <SeeForYourself />
        </section>
        <section class="steps" aria-labelledby="how">
            <h2 id="how">{tr("how")}</h2>
            <ol>
                <li>
                    <h3>{tr("how-choose")}</h3>
                    <p>{tr("how-choose-more")}</p>
                </li>
                <li>
                    <h3>{tr("how-adjust")}</h3>
                    <p>{tr("how-adjust-more")}</p>
                </li>
                <li>
                    <h3>{tr("how-print")}</h3>
                    <p>{tr("how-print-more")}</p>
                </li>
            </ol>
        </section>
        <section class="more" aria-label=tr("examples")>
            {[("cat", "example-cat", 451, 300), ("coffee", "example-coffee", 600, 400), ("rocket", "example-rocket", 640, 427)]
                .map(|(file, name, width, height)| {
                    view! {
                        <img src=format!("/samples/{file}.svg") alt=tr(name) width=width height=height loading="lazy" />
                    }
                })
                .collect_view()}
        </section>
    }
    .into_any()
}

/// Photo and drawing, one over the other. Without a script the divider stays in the middle.
#[component]
fn BeforeAndAfter() -> impl IntoView {
    view! {
        <figure class="compare">
            <img src="/samples/astronaut.svg" alt=tr("home-page") width="512" height="512" fetchpriority="high" />
            <picture class="compare-photo">
                // Small enough for the first handful of packets that a connection begins with.
                <source type="image/avif" srcset="/samples/astronaut.avif" />
                <img src="/samples/astronaut.webp" alt=tr("home-photo") width="512" height="512" fetchpriority="high" />
            </picture>
            <span class="sheet-divider" aria-hidden="true"></span>
            <input
                class="sheet-compare needs-script"
                type="range"
                min="0"
                max="100"
                value="50"
                aria-label=tr("compare")
            />
        </figure>
    }
    .into_any()
}

/// A promise about what does not happen is worth what can be checked.
#[component]
fn SeeForYourself() -> impl IntoView {
    view! {
        <details class="see-for-yourself">
            <summary>{tr("see-for-yourself")}</summary>
            <ul>
                <li>{tr("see-flight")}</li>
                <li>
                    {tr("see-network")}
                </li>
            </ul>
        </details>
    }
    .into_any()
}
