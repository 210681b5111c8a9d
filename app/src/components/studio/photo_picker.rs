//! Ways to choose a photo: the device's files, its camera, the site's samples. A photo can also be
//! dropped or pasted anywhere (`screens::create`).

use leptos::{html, prelude::*};

use super::PHOTO_TYPES;
use crate::{
    browser::photo::Photo,
    i18n::tr,
    state::studio::{Stage, Studio},
};

/// The sample photos; each is named by the message `sample-` and its file.
const SAMPLES: [&str; 2] = ["coffee", "astronaut"];

#[component]
pub fn PhotoPicker() -> impl IntoView {
    view! {
        <div class="picker">
            <div class="picker-ways">
                <label class="button primary large">
                    {tr("choose-a-photo")} <PhotoInput name="file" accept=PHOTO_TYPES />
                </label>
                <label class="button camera needs-script">
                    {tr("take-a-photo")} <PhotoInput accept="image/*" capture="environment" />
                </label>
            </div>
            <p class="hint needs-script">
                <span class="mouse-only">{tr("drop-or-paste")} " "</span>
                {tr("stays-here")}
            </p>
            <div class="samples needs-script">
                <p>{tr("no-photo")}</p>
                {SAMPLES.map(|file| view! { <Sample file /> }).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Sample(file: &'static str) -> impl IntoView {
    let studio = Studio::current();
    let open = move |_| studio.open_sample(format!("/samples/{file}.jpg"));
    view! {
        <button type="button" class="sample" data-sample=format!("/samples/{file}.jpg") on:click=open>
            <img src=format!("/samples/{file}-small.webp") alt="" width="96" height="72" />
            {tr(&format!("sample-{file}"))}
        </button>
    }
}

/// A file input that opens what is chosen in it, also what was chosen before it was hydrated.
/// Several photos can be chosen, except from the camera.
#[component]
pub fn PhotoInput(
    #[prop(optional)] name: Option<&'static str>,
    accept: &'static str,
    #[prop(optional)] capture: Option<&'static str>,
) -> impl IntoView {
    let studio = Studio::current();
    let input = NodeRef::<html::Input>::new();
    let open_chosen = move || {
        if let Some(input) = input.get_untracked() {
            let photos = Photo::take_chosen(&input);
            if !photos.is_empty() {
                studio.open_files(photos);
            }
        }
    };
    Effect::new(move || {
        // Not before the screen is ready for it.
        if studio.stage.get() != Stage::Loading {
            open_chosen();
        }
    });
    view! {
        <input
            node_ref=input
            class="unseen"
            type="file"
            autocomplete="off"
            name=name
            accept=accept
            capture=capture
            // The form that works without scripts takes one.
            multiple=move || capture.is_none() && studio.stage.get() != Stage::Loading
            on:change=move |_| open_chosen()
        />
    }
}
