//! The form of `/create`. Without JavaScript it sends the photo and the server draws; with it, see [`crate::studio`].

use leptos::prelude::*;
use model::{Preset, Problem, Title};

use super::{MoreKnobs, Notice, Presets, SheetTools, login_address};
use crate::step::Step;

/// Photos of all kinds, also those that only some browsers can open.
pub const TYPES: &str = "image/jpeg,image/png,image/webp,image/heic,image/*";

/// File and name of the sample photos.
const SAMPLES: [(&str, &str); 2] = [("cat", "A cat"), ("astronaut", "An astronaut")];

/// `signed_in` spares the dialog. `problem` is why the last try failed, `preset` and `title` what was chosen for it.
#[component]
pub fn StudioForm(signed_in: bool, problem: Option<Problem>, preset: Preset, title: String) -> impl IntoView {
    view! {
        <form
            class="studio"
            action="/create"
            method="post"
            enctype="multipart/form-data"
            data-stage="asleep"
            data-signed-in=signed_in.to_string()
        >
            <div class="studio-sheet">
                <Notice problem />
                {(!signed_in).then_some(SignInFirst)}
                <Picker />
                <Sheet />
            </div>
            <Controls preset title />
        </form>
    }
    .into_any()
}

/// Only a script can ask for an account when it is needed; a form would lose the photo on the way.
#[component]
fn SignInFirst() -> impl IntoView {
    let address = login_address(Step::SignIn, "/create");
    view! {
        <noscript>
            <p>"Your browser runs no scripts, so please "<a href=address>"sign in"</a>" first: then a photo can be kept."</p>
        </noscript>
    }
}

#[component]
fn Picker() -> impl IntoView {
    view! {
        <div class="picker">
            <div class="picker-ways">
                <label class="button primary large">
                    "Choose a photo" <input class="unseen" type="file" name="file" accept=TYPES />
                </label>
                <label class="button camera needs-script">
                    "Take a photo" <input class="unseen" type="file" accept="image/*" capture="environment" />
                </label>
            </div>
            <p class="hint needs-script">
                <span class="mouse-only">"Or drop it here, or paste it. "</span>
                "It stays on this device until you keep the page."
            </p>
            <div class="samples needs-script">
                <p>"No photo at hand? Try one of ours."</p>
                {SAMPLES
                    .map(|(file, name)| {
                        view! {
                            <button type="button" class="sample" data-sample=format!("/samples/{file}.jpg")>
                                <img src=format!("/samples/{file}-small.webp") alt="" width="96" height="72" />
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
    .into_any()
}

/// Photo and drawing, one over the other, with a divider between them.
#[component]
fn Sheet() -> impl IntoView {
    view! {
        <div class="sheet">
            <img class="sheet-photo" alt="Your photo" />
            <canvas role="img" aria-label="Your colouring page"></canvas>
            <span class="sheet-divider" aria-hidden="true"></span>
            <input class="sheet-compare" type="range" min="0" max="100" value="0" aria-label="Compare photo and drawing" />
        </div>
        <SheetTools />
        <p class="sheet-says" role="status"></p>
        <progress class="progress" max="1" value="0" aria-label="Photo sent"></progress>
    }
    .into_any()
}

#[component]
fn Controls(preset: Preset, title: String) -> impl IntoView {
    view! {
        <div class="controls">
            <Presets legend="Who will colour it?" chosen=preset pictured=true />
            // A label names the first control inside it, and an output counts as one: it stands last.
            <label class="slider detail needs-script">
                <span>"Detail"</span>
                <input type="range" name="detail" min="0" max="1" step="0.01" disabled />
                <output></output>
            </label>
            <label class="slider line-mm needs-script">
                <span>"Line width"</span>
                <input type="range" name="line_mm" min="0.3" max="2" step="0.05" disabled />
                <output></output>
            </label>
            <MoreKnobs />
            <label class="field">
                <span>"Title " <small>"(optional)"</small></span>
                <input name="title" value=title maxlength=Title::MAX_CHARS placeholder="My colouring page" autocomplete="off" />
            </label>
            <button class="button primary wide large keep">"Keep this page"</button>
            <p class="hint">"Kept pages are drawn at print size and wait in your gallery as PDF, PNG and SVG. Each costs one credit."</p>
            <label class="button quiet another needs-script">
                "Choose another photo" <input class="unseen" type="file" accept=TYPES />
            </label>
        </div>
    }
    .into_any()
}
