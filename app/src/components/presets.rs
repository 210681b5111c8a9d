//! The choice of a preset, in a form.

use leptos::prelude::*;
use model::Preset;

use crate::i18n::tr;

/// Radio buttons named `preset`; `chosen` is checked at first.
#[component]
pub fn Presets(legend: String, chosen: Preset, #[prop(optional)] on_choose: Option<Callback<Preset>>) -> impl IntoView {
    view! {
        <fieldset class="presets">
            <legend>{legend}</legend>
            {Preset::ALL.map(|preset| view! { <PresetChoice preset is_chosen=preset == chosen on_choose /> })}
        </fieldset>
    }
    .into_any()
}

#[component]
fn PresetChoice(preset: Preset, is_chosen: bool, on_choose: Option<Callback<Preset>>) -> impl IntoView {
    let name = format!("preset-{}", preset.as_str());
    view! {
        <label class="preset">
            <input
                type="radio"
                name="preset"
                value=preset.as_str()
                checked=is_chosen
                on:change=move |_| {
                    if let Some(on_choose) = on_choose {
                        on_choose.run(preset);
                    }
                }
            />
            <span>
                <b>{tr(&name)}</b>
                <small>{tr(&format!("{name}.words"))}</small>
            </span>
        </label>
    }
    .into_any()
}
