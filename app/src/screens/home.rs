//! `/`: the thing itself, the first step, and three promises.

use leptos::prelude::*;

use crate::{
    desk::{Answer, Desk},
    shell::Head,
};

pub async fn show(desk: Desk) -> Answer {
    desk.screen(Head::default(), || view! { <Home /> }).await
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
                    <a class="button primary large" href="/create">
                        "Choose a photo"
                    </a>
                </p>
                <p class="hint">"Three pages are free. No account needed to try."</p>
            </div>
            <figure class="pair">
                <img class="pair-photo" src="/samples/astronaut.jpg" alt="A photo of an astronaut" width="512" height="512" fetchpriority="high" />
                <img class="pair-page" src="/samples/astronaut.svg" alt="The same astronaut as a colouring page" width="512" height="512" />
            </figure>
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
