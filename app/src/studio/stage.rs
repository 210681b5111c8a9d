//! The photo and its drawing, one over the other, with a divider to compare them.

use leptos::{html::Div, prelude::*};

use super::{Stage, Studio};
use crate::browser::page;

#[component]
pub(super) fn Sheet(studio: Studio) -> impl IntoView {
    // Percent of the photo that shows, from the left.
    let split = RwSignal::new(0.0_f32);
    let frame = NodeRef::<Div>::new();
    Effect::new(move || {
        if let Some(frame) = frame.get() {
            page::set_style(&frame, "--split", &format!("{}%", split.get()));
            if let Some((_, width, height)) = studio.photo.get() {
                page::set_style(&frame, "--shape", &format!("{width} / {height}"));
                page::set_style(&frame, "--ratio", &format!("{}", width as f32 / height as f32));
            }
        }
    });
    // A sheet of another size wants a picture of another size.
    let resized = window_event_listener(leptos::ev::resize, move |_| studio.restyle());
    on_cleanup(move || resized.remove());
    let says = move || match studio.stage.get() {
        Stage::Empty => "",
        Stage::Opening => "Drawing…",
        Stage::Drawn => "Your colouring page is drawn.",
    };
    view! {
        <div class="sheet" node_ref=frame>
            {move || studio.photo.get().map(|(url, ..)| view! { <img class="sheet-photo" src=url alt="Your photo" /> })}
            <canvas node_ref=studio.sheet role="img" aria-label="Your colouring page"></canvas>
            <span class="sheet-divider" aria-hidden="true"></span>
            <input
                class="sheet-compare"
                type="range"
                min="0"
                max="100"
                step="1"
                prop:value=split
                aria-label="Compare photo and drawing"
                on:input=move |event| split.set(event_target_value(&event).parse().unwrap_or(0.0))
            />
        </div>
        <p class="sheet-says" role="status">
            {says}
        </p>
    }
}
