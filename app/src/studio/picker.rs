//! Ways to bring a photo in: a button, the camera, dropping, pasting, and two samples for those without one.

use leptos::{prelude::*, task::spawn_local};

use super::Studio;
use crate::browser::photo::Photo;

const TYPES: &str = "image/jpeg,image/png,image/webp,image/heic,image/*";

/// Address and name of the sample photos.
const SAMPLES: [(&str, &str); 2] = [("cat", "A cat"), ("rocket", "A rocket")];

#[component]
pub(super) fn Picker(studio: Studio) -> impl IntoView {
    let over = RwSignal::new(false);
    let chosen = move |event| {
        if let Some(photo) = Photo::chosen(&event) {
            studio.bring(Ok(photo));
        }
    };
    view! {
        <div
            class="picker"
            class:over=over
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                if let Some(photo) = Photo::dropped(&event) {
                    studio.bring(Ok(photo));
                }
            }
        >
            <div class="picker-ways">
                <label class="button primary">
                    "Choose a photo" <input class="unseen" type="file" name="file" accept=TYPES on:change=chosen />
                </label>
                <label class="button camera needs-script">
                    "Take a photo"
                    <input class="unseen" type="file" accept="image/*" capture="environment" on:change=chosen />
                </label>
            </div>
            <p class="hint needs-script picker-more">
                <span class="mouse-only">"or drop it here, or paste it. "</span>
                "Your photo stays on this device until you keep the page."
            </p>
            <div class="samples needs-script">
                <p>"No photo at hand? Try one of ours:"</p>
                {SAMPLES
                    .map(|(file, name)| {
                        let address = format!("/samples/{file}.jpg");
                        let small = format!("/samples/{file}-small.jpg");
                        view! {
                            <button
                                type="button"
                                class="sample"
                                on:click=move |_| {
                                    let address = address.clone();
                                    spawn_local(async move { studio.bring(Photo::fetched(&address).await) });
                                }
                            >
                                <img src=small alt="" width="96" height="72" />
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
}
