//! The knobs of a page: who it is for, how much it shows, how thick its lines are, what it is called.

use leptos::prelude::*;
use model::{Preset, Title};

use super::{Stage, Studio};
use crate::browser::photo::Photo;

/// What a preset is called, and for whom it is.
pub fn preset_words(preset: Preset) -> (&'static str, &'static str) {
    match preset {
        Preset::Toddler => ("Toddler", "a few bold shapes"),
        Preset::Simple => ("Simple", "big shapes, thick lines"),
        Preset::Standard => ("Standard", "the photo as you know it"),
        Preset::Detailed => ("Detailed", "fine lines for patient hands"),
    }
}

#[component]
pub(super) fn Controls(
    studio: Studio,
    /// True once the sliders can do something; before that a form sends the preset alone.
    awake: RwSignal<bool>,
) -> impl IntoView {
    let choose = move |preset: Preset| {
        let (detail, line_mm) = preset.defaults();
        studio.preset.set(preset);
        studio.detail.set(detail);
        studio.line_mm.set(line_mm);
        studio.restyle();
    };
    let waiting = move || studio.keeping.get().is_busy() || (awake.get() && studio.stage.get() != Stage::Drawn);
    view! {
        <div class="controls">
            <fieldset class="presets">
                <legend>"Who will colour it?"</legend>
                {Preset::ALL
                    .map(|preset| {
                        let (name, words) = preset_words(preset);
                        view! {
                            <label class="preset">
                                <input
                                    type="radio"
                                    name="preset"
                                    value=preset.as_str()
                                    checked=preset == Preset::default()
                                    on:change=move |_| choose(preset)
                                />
                                <span>
                                    <b>{name}</b>
                                    <small>{words}</small>
                                </span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <Slider studio awake value=studio.detail name="detail" label="Detail" min="0" max="1" step="0.01" />
            <Slider studio awake value=studio.line_mm name="line_mm" label="Line width" min="0.3" max="2" step="0.05" />
            <label class="field">
                <span>"Title " <small>"(optional)"</small></span>
                <input
                    name="title"
                    maxlength=Title::MAX_CHARS
                    placeholder="My colouring page"
                    autocomplete="off"
                    on:input=move |event| studio.title.set(event_target_value(&event))
                />
            </label>
            <super::keep::Progress studio />
            <button class="button primary wide" disabled=waiting>
                "Keep this page"
            </button>
            <p class="hint">"Kept pages are drawn at print size and wait in your gallery as PDF, PNG and SVG."</p>
            <label class="button quiet another needs-script">
                "Choose another photo"
                <input
                    class="unseen"
                    type="file"
                    accept="image/*"
                    on:change=move |event| {
                        if let Some(photo) = Photo::chosen(&event) {
                            studio.bring(Ok(photo));
                        }
                    }
                />
            </label>
        </div>
    }
}

#[component]
fn Slider(
    studio: Studio,
    awake: RwSignal<bool>,
    value: RwSignal<f32>,
    name: &'static str,
    label: &'static str,
    min: &'static str,
    max: &'static str,
    step: &'static str,
) -> impl IntoView {
    let shown = move || match name {
        "line_mm" => format!("{:.1} mm", value.get()),
        _ => format!("{:.0} %", value.get() * 100.0),
    };
    view! {
        <label class="slider needs-script">
            <span>{label}</span>
            <output>{shown}</output>
            <input
                type="range"
                name=name
                min=min
                max=max
                step=step
                prop:value=value
                disabled=move || !awake.get()
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse() {
                        value.set(number);
                        studio.restyle();
                    }
                }
            />
        </label>
    }
}
