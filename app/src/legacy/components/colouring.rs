//! The sheet on which a page is coloured in, on the device alone. `public/colour.js` gives it its behaviour.

use leptos::prelude::*;

use crate::legacy::i18n::{tr, tr_args};

/// Name and value of each paint; the last takes paint away.
const PAINTS: [(&str, &str); 13] = [
    ("paint-red", "#d8432e"),
    ("paint-orange", "#f08a2c"),
    ("paint-yellow", "#f6cf45"),
    ("paint-lime", "#a5d152"),
    ("paint-green", "#3f9a54"),
    ("paint-sky", "#86cdea"),
    ("paint-blue", "#3d6fc4"),
    ("paint-purple", "#8c5fb0"),
    ("paint-pink", "#f09bb5"),
    ("paint-skin", "#f5c7a2"),
    ("paint-brown", "#8f5f3a"),
    ("paint-grey", "#a3a3a3"),
    ("paint-none", "#ffffff"),
];

/// `picture` is the address of the drawing.
#[component]
pub fn Colouring(picture: String, title: String) -> impl IntoView {
    // The script puts its numbers where these stand.
    let area = tr_args("colour-area", &[("number", "{number}".into()), ("count", "{count}".into())]);
    let done = tr_args("colour-done", &[("paint", "{paint}".into())]);
    let paint = |(index, (name, value)): (usize, (&'static str, &'static str))| {
        view! {
            <label class="paint">
                <input class="unseen" type="radio" name="paint" value=value checked=index == 0 />
                <span class="unseen">{tr(name)}</span>
            </label>
        }
    };
    let button = |what: &'static str, sign: &'static str, name: &'static str| {
        view! {
            <button class="button" type="button" data-do=what aria-label=tr(name) disabled>
                {sign}
            </button>
        }
    };
    view! {
        <dialog class="colouring" aria-labelledby="colouring" data-picture=picture data-title=title data-area=area data-done=done>
            <h2 id="colouring">{tr("colour-here")}</h2>
            <button type="button" class="close" data-do="close" aria-label=tr("close")>
                "×"
            </button>
            <div class="colouring-sheet">
                <canvas tabindex="0" role="application" aria-label=tr("colour-sheet") aria-describedby="colouring-hint"></canvas>
                <span class="colouring-here" aria-hidden="true" hidden></span>
            </div>
            <p class="unseen" role="status"></p>
            <fieldset class="paints">
                <legend class="unseen">{tr("paints")}</legend>
                {PAINTS.into_iter().enumerate().map(paint).collect_view()}
            </fieldset>
            <div class="actions">
                {button("undo", "↶", "undo")} {button("redo", "↷", "redo")}
                <button class="button primary" type="button" data-do="save">
                    {tr("save-picture")}
                </button>
            </div>
            <p class="hint" id="colouring-hint">
                {tr("colour-hint")}
            </p>
        </dialog>
    }
    .into_any()
}
