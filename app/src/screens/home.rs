//! `/`: a photo beside its page, the first step, and three promises with a way to check them.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::{
    browser::{element, photo::Photo, slider::ignore_vertical_swipes},
    components::studio::PHOTO_TYPES,
    i18n::tr,
    state::{session::Session, studio::Studio},
};

#[component]
pub fn Home() -> impl IntoView {
    view! {
        <Title text="" />
        <AccountDeleted />
        <section class="hero">
            <div class="hero-words">
                <h1>{tr("home-title")}</h1>
                <p class="lead">{tr("home-lead")}</p>
                <p class="actions">
                    <ChoosePhoto />
                </p>
                <p class="hint">{tr("home-free")}</p>
            </div>
            <BeforeAndAfter />
        </section>
        <Promises />
        <Steps />
        <Examples />
    }
    .into_any()
}

/// Said once to somebody who has deleted their account. Whoever is signed in has not.
#[component]
fn AccountDeleted() -> impl IntoView {
    let session = Session::current();
    let query = use_query_map();
    let is_deleted =
        query.read_untracked().get_str("done") == Some("delete") && session.user.with_untracked(Option::is_none);
    is_deleted.then(|| {
        view! {
            <p class="done" role="status">
                {tr("done-delete")}
            </p>
        }
    })
}

/// Opens the chosen photos in the studio. Without JavaScript it is a link to the studio.
#[component]
fn ChoosePhoto() -> impl IntoView {
    let studio = Studio::current();
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    let open = move |()| {
        let Some(input) = input.get_untracked() else { return };
        let photos = Photo::take_chosen(&input);
        if !photos.is_empty() {
            studio.open_files(photos);
            navigate("/create", Default::default());
        }
    };
    // What was chosen before the hydration.
    let open_early = open.clone();
    Effect::new(move || open_early(()));
    let link = format!(r#"<a class="button primary large" href="/create">{}</a>"#, tr("choose-a-photo"));
    view! {
        <label class="button primary large needs-script">
            {tr("choose-a-photo")}
            <input class="unseen" type="file" accept=PHOTO_TYPES multiple node_ref=input on:change=move |_| open(()) />
        </label>
        <noscript inner_html=link></noscript>
    }
}

/// Photo and drawing, one over the other. Without JavaScript the divider stays in the middle.
#[component]
fn BeforeAndAfter() -> impl IntoView {
    let figure = NodeRef::<html::Figure>::new();
    let slider = NodeRef::<html::Input>::new();
    let split = move || {
        if let (Some(figure), Some(slider)) = (figure.get_untracked(), slider.get_untracked()) {
            element::set_style(&figure, "--split", &format!("{}%", slider.value()));
        }
    };
    Effect::new(move || {
        if let Some(slider) = slider.get() {
            ignore_vertical_swipes(&slider);
            // It may have been moved before the hydration.
            split();
        }
    });
    view! {
        <figure class="compare" node_ref=figure>
            <img src="/samples/astronaut.svg" alt=tr("home-page") width="512" height="512" fetchpriority="high" />
            <picture class="compare-photo">
                // Small enough for the first handful of packets of a connection.
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
                node_ref=slider
                on:input=move |_| split()
            />
        </figure>
    }
    .into_any()
}

#[component]
fn Promises() -> impl IntoView {
    view! {
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
            <details class="see-for-yourself">
                <summary>{tr("see-for-yourself")}</summary>
                <ul>
                    <li>{tr("see-flight")}</li>
                    <li>{tr("see-network")}</li>
                </ul>
            </details>
        </section>
    }
    .into_any()
}

#[component]
fn Steps() -> impl IntoView {
    let step = |name: &str| {
        view! {
            <li>
                <h3>{tr(name)}</h3>
                <p>{tr(&format!("{name}-more"))}</p>
            </li>
        }
    };
    view! {
        <section class="steps" aria-labelledby="how">
            <h2 id="how">{tr("how")}</h2>
            <ol>{["how-choose", "how-adjust", "how-print"].map(step)}</ol>
        </section>
    }
    .into_any()
}

/// File, message and size of each example.
const EXAMPLES: [(&str, &str, u32, u32); 3] =
    [("cat", "example-cat", 451, 300), ("coffee", "example-coffee", 600, 400), ("rocket", "example-rocket", 640, 427)];

#[component]
fn Examples() -> impl IntoView {
    let picture = |(file, name, width, height): (&'static str, &'static str, u32, u32)| {
        let address = format!("/samples/{file}.svg");
        view! { <img src=address alt=tr(name) width=width height=height loading="lazy" /> }
    };
    view! {
        <section class="more" aria-label=tr("examples")>
            {EXAMPLES.map(picture)}
        </section>
    }
    .into_any()
}
