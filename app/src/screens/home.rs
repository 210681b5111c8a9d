//! `/`: the thing itself, the first step, and three promises with a way to check them. `public/home.js` adds what moves.

use leptos::prelude::*;

use crate::{
    components::studio::TYPES,
    desk::{Answer, Desk},
    shell::Head,
};

pub async fn show(desk: Desk) -> Answer {
    let head = Head { script: Some("/home.js"), ..Head::default() };
    desk.screen(head, || view! { <Home /> }).await
}

#[component]
fn Home() -> impl IntoView {
    view! {
        <section class="hero">
            <div class="hero-words">
                <h1>"Your photo, ready to colour in"</h1>
                <p class="lead">
                    "Choose a photo of the cat, the car or the whole family. A colouring page appears at once, drawn on your own device. "
                    "Print it, and hand over the crayons."
                </p>
                <p class="actions">
                    <a class="button primary large" href="/create" data-accept=TYPES>
                        "Choose a photo"
                    </a>
                </p>
                <p class="hint">"Three pages are free. No account needed to try."</p>
            </div>
            <BeforeAndAfter />
        </section>
        <section class="promises" aria-label="What we promise">
            <div>
                <h2>"Drawn on your device"</h2>
                <p>"The drawing is made by your own phone or computer, while you watch."</p>
            </div>
            <div>
                <h2>"Nothing uploaded until you keep it"</h2>
                <p>"Only a page you decide to keep sends its photo to us, to be drawn at print size."</p>
            </div>
            <div>
                <h2>"Delete any time"</h2>
                <p>"One button removes a page and its photo for good. "<a href="/privacy">"How we treat photos"</a></p>
            </div>
            <SeeForYourself />
        </section>
        <section class="steps" aria-labelledby="how">
            <h2 id="how">"How it works"</h2>
            <ol>
                <li>
                    <h3>"Choose"</h3>
                    <p>"Any photo: from your phone, your camera, or one of our samples."</p>
                </li>
                <li>
                    <h3>"Adjust"</h3>
                    <p>"Bold shapes for a toddler, fine lines for patient hands. The page follows as you slide."</p>
                </li>
                <li>
                    <h3>"Print"</h3>
                    <p>"Keep the page as a crisp PDF for A4 or Letter, with lines that stay sharp at any size."</p>
                </li>
            </ol>
        </section>
        <section class="more" aria-label="More examples">
            {[("cat", "A cat", 451, 300), ("coffee", "A cup of coffee", 600, 400), ("rocket", "A rocket taking off", 640, 427)]
                .map(|(file, name, width, height)| {
                    view! {
                        <img src=format!("/samples/{file}.svg") alt=format!("{name} as a colouring page") width=width height=height loading="lazy" />
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
            <img src="/samples/astronaut.svg" alt="The same astronaut as a colouring page" width="512" height="512" />
            <img
                class="compare-photo"
                src="/samples/astronaut.jpg"
                alt="A photo of an astronaut"
                width="512"
                height="512"
                fetchpriority="high"
            />
            <span class="sheet-divider" aria-hidden="true"></span>
            <input
                class="sheet-compare needs-script"
                type="range"
                min="0"
                max="100"
                value="50"
                aria-label="Compare photo and drawing"
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
            <summary>"See for yourself"</summary>
            <ul>
                <li>"Open “Create”, then switch your device to flight mode. Choose a photo: it is drawn all the same."</li>
                <li>
                    "Or watch the wires: on a computer press F12, open “Network”, and choose a photo. "
                    "Nothing is sent before you press “Keep this page”."
                </li>
            </ul>
        </details>
    }
    .into_any()
}
