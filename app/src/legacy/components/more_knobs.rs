//! The knobs that few need: what becomes of the background, how far lines are evened out, a line around the page.

use leptos::prelude::*;
use model::{Background, Style};

use crate::legacy::i18n::tr;

/// They stand as in `chosen`.
#[component]
pub fn MoreKnobs(chosen: Style) -> impl IntoView {
    view! {
        <details class="more-knobs">
            <summary>{tr("more-settings")}</summary>
            <fieldset class="choices">
                <legend>{tr("background")}</legend>
                <div class="choices-row">{Background::ALL.map(|background| view! { <Choice background chosen=background == chosen.background /> }).collect_view()}</div>
            </fieldset>
            <label class="slider smoothing">
                <span>{tr("smoothing")}</span>
                <input type="range" name="smoothing" min="0" max="1" step="0.05" value=chosen.smoothing.unwrap_or(Style::DEFAULT_SMOOTHING) />
                <output></output>
            </label>
            <label class="check">
                <input type="checkbox" name="frame" checked=chosen.frame />
                {tr("frame")}
            </label>
        </details>
    }
    .into_any()
}

#[component]
fn Choice(background: Background, chosen: bool) -> impl IntoView {
    let words = tr(&format!("background-{}", background.as_str()));
    view! {
        <label class="choice-of">
            <input class="unseen" type="radio" name="background" value=background.as_str() checked=chosen />
            {words}
        </label>
    }
    .into_any()
}
