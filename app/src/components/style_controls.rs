//! The settings of a style beside its preset, in a form: background, smoothing, frame, people.

use leptos::prelude::*;
use model::{Background, Style};

use crate::i18n::tr;

/// Fields named `background`, `smoothing`, `frame` and `without_people`, with the values of
/// `chosen` at first.
#[component]
pub fn StyleControls(chosen: Style) -> impl IntoView {
    let choice = |background: Background| {
        view! { <BackgroundChoice background is_chosen=background == chosen.background /> }
    };
    view! {
        <details class="more-knobs">
            <summary>{tr("more-settings")}</summary>
            <fieldset class="choices">
                <legend>{tr("background")}</legend>
                <div class="choices-row">{Background::ALL.map(choice)}</div>
            </fieldset>
            <label class="slider smoothing">
                <span>{tr("smoothing")}</span>
                <input
                    type="range"
                    name="smoothing"
                    min="0"
                    max="1"
                    step="0.05"
                    value=chosen.smoothing.unwrap_or(Style::DEFAULT_SMOOTHING).to_string()
                />
            </label>
            <label class="check">
                <input type="checkbox" name="frame" checked=chosen.frame />
                {tr("frame")}
            </label>
            <label class="check">
                <input type="checkbox" name="without_people" checked=chosen.without_people />
                {tr("without-people")}
            </label>
        </details>
    }
    .into_any()
}

#[component]
fn BackgroundChoice(background: Background, is_chosen: bool) -> impl IntoView {
    view! {
        <label class="choice-of">
            <input class="unseen" type="radio" name="background" value=background.as_str() checked=is_chosen />
            {tr(&format!("background-{}", background.as_str()))}
        </label>
    }
    .into_any()
}
