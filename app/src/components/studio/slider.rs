//! A slider with its label and its value in words.

use leptos::{html, prelude::*};

use crate::browser::slider::ignore_vertical_swipes;

/// Follows the signal `value` and calls `set` with what is chosen.
#[component]
pub fn Slider(
    class: &'static str,
    name: &'static str,
    label: String,
    /// Lowest and highest value and step.
    range: (f32, f32, f32),
    #[prop(into)] value: Signal<f32>,
    #[prop(into)] shown: Signal<String>,
    set: impl Fn(f32) + 'static,
    /// Keeps the slider out of a form that is sent without scripts.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            ignore_vertical_swipes(&input);
        }
    });
    let (min, max, step) = range;
    // A label names the first control inside it, and an output counts as one: it stands last.
    view! {
        <label class=class>
            <span>{label}</span>
            <input
                node_ref=input
                type="range"
                name=name
                min=min
                max=max
                step=step
                value=value.get_untracked()
                prop:value=move || value.get().to_string()
                disabled=move || disabled.get()
                on:input=move |event| {
                    if let Ok(value) = event_target_value(&event).parse() {
                        set(value);
                    }
                }
            />
            <output>{move || shown.get()}</output>
        </label>
    }
    .into_any()
}
