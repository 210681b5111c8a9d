//! The choice among the presets, as it stands in every form that draws.

use leptos::prelude::*;
use model::Preset;

/// What a preset is called, and for whom it is.
fn words(preset: Preset) -> (&'static str, &'static str) {
    match preset {
        Preset::Toddler => ("Toddler", "a few bold shapes"),
        Preset::Simple => ("Simple", "big shapes, thick lines"),
        Preset::Standard => ("Standard", "everything that matters"),
        Preset::Detailed => ("Detailed", "fine lines, patient hands"),
    }
}

/// One of them is always chosen: at first `chosen`.
#[component]
pub fn Presets(legend: &'static str, chosen: Preset) -> impl IntoView {
    view! {
        <fieldset class="presets">
            <legend>{legend}</legend>
            {Preset::ALL.map(|preset| view! { <PresetChoice preset chosen=preset == chosen /> }).collect_view()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn PresetChoice(preset: Preset, chosen: bool) -> impl IntoView {
    let (name, words) = words(preset);
    view! {
        <label class="preset">
            <input type="radio" name="preset" value=preset.as_str() checked=chosen />
            <span>
                <b>{name}</b>
                <small>{words}</small>
            </span>
        </label>
    }
    .into_any()
}
