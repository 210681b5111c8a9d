//! Radio buttons of the paper sizes.

use leptos::prelude::*;
use model::Paper;

use crate::i18n::tr;

#[component]
pub fn PaperChoice(chosen: Paper) -> impl IntoView {
    let choice = |paper: Paper| {
        let name = match paper {
            Paper::A4 => "A4",
            Paper::Letter => "Letter",
        };
        view! {
            <label class="check">
                <input type="radio" name="paper" value=paper.as_str() checked=paper == chosen />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="checks">
            <legend>{tr("paper")}</legend>
            {Paper::ALL.map(choice)}
        </fieldset>
    }
    .into_any()
}
