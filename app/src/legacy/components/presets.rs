//! The choice among the presets, as it stands in every form that draws.

use leptos::prelude::*;
use model::Preset;

use crate::legacy::i18n::tr;

/// One of them is always chosen: at first `chosen`. `pictured`, each has a place for a small drawing.
#[component]
pub fn Presets(legend: String, chosen: Preset, #[prop(optional)] pictured: bool) -> impl IntoView {
    view! {
        <fieldset class=if pictured { "presets pictured" } else { "presets" }>
            <legend>{legend}</legend>
            {Preset::ALL.map(|preset| view! { <PresetChoice preset chosen=preset == chosen pictured /> }).collect_view()}
        </fieldset>
    }
    .into_any()
}

#[component]
fn PresetChoice(preset: Preset, chosen: bool, pictured: bool) -> impl IntoView {
    let name = format!("preset-{}", preset.as_str());
    view! {
        <label class="preset">
            <input type="radio" name="preset" value=preset.as_str() checked=chosen />
            {pictured.then(|| view! { <img class="preset-picture needs-script" alt="" width="160" height="120" /> })}
            <span>
                <b>{tr(&name)}</b>
                <small>{tr(&format!("{name}.words"))}</small>
            </span>
        </label>
    }
    .into_any()
}
