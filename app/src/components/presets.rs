//! The choice among the presets, as it stands in every form that draws.

use leptos::prelude::*;
use model::Preset;

use crate::words::t;

/// One of them is always chosen: at first `chosen`.
#[component]
pub fn Presets(legend: String, chosen: Preset) -> impl IntoView {
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
    let name = format!("preset-{}", preset.as_str());
    view! {
        <label class="preset">
            <input type="radio" name="preset" value=preset.as_str() checked=chosen />
            <span>
                <b>{t(&name)}</b>
                <small>{t(&format!("{name}.words"))}</small>
            </span>
        </label>
    }
    .into_any()
}
