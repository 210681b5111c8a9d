//! What a parent can do with photo and drawing besides drawing it: look closer, crop, turn, touch
//! up. Behaviour is fetched when it is wanted: `zoom.js`, `crop.js` and `retouch.js` in `public/studio`.

use leptos::prelude::*;

use crate::legacy::i18n::{tr, tr_args};

#[component]
pub fn SheetTools() -> impl IntoView {
    view! {
        <div class="sheet-tools needs-script" role="group" aria-label=tr("sheet-tools")>
            <button type="button" class="button" data-zoom="out" aria-label=tr("smaller")>
                "−"
            </button>
            <output class="zoom-shown">"100 %"</output>
            <button type="button" class="button" data-zoom="in" aria-label=tr("larger")>
                "+"
            </button>
            <button type="button" class="button" data-crop>
                {tr("crop")}
            </button>
            <button type="button" class="button" data-touch-up aria-pressed="false">
                {tr("touch-up")}
            </button>
            // A form without a script leaves it out.
            <input type="hidden" name="edits" disabled />
        </div>
        <TouchTools />
    }
    .into_any()
}

/// Erasing strokes and drawing lines, once somebody wants to. Hidden until then.
#[component]
fn TouchTools() -> impl IntoView {
    // The script puts its numbers where these stand.
    let stroke = tr_args("touch-stroke", &[("number", "{number}".into()), ("count", "{count}".into())]);
    view! {
        <div
            class="touch-tools needs-script"
            role="group"
            aria-label=tr("touch-up")
            data-layer=tr("touch-lines")
            data-stroke=stroke
            data-most=tr("touch-most")
            hidden
        >
            <div class="choices-row">
                <label class="choice-of">
                    <input class="unseen" type="radio" name="hand" value="erase" checked />
                    {tr("touch-erase")}
                </label>
                <label class="choice-of">
                    <input class="unseen" type="radio" name="hand" value="draw" />
                    {tr("touch-draw")}
                </label>
            </div>
            <button type="button" class="button" data-undo>
                {tr("undo")}
            </button>
            <button type="button" class="button" data-redo>
                {tr("redo")}
            </button>
            <button type="button" class="button" data-done>
                {tr("touch-done")}
            </button>
            <p class="touch-says" role="status"></p>
        </div>
    }
    .into_any()
}

/// The corners of a crop: where they are, and what they are called.
const CORNERS: [(&str, &str); 4] = [
    ("top-left", "corner-top-left"),
    ("top-right", "corner-top-right"),
    ("bottom-left", "corner-bottom-left"),
    ("bottom-right", "corner-bottom-right"),
];

#[component]
pub fn CropDialog() -> impl IntoView {
    let handle = |(handle, name): (&'static str, &'static str)| {
        view! { <button type="button" data-handle=handle aria-label=tr(name)></button> }
    };
    view! {
        <dialog class="crop-dialog" aria-labelledby="crop-title" data-untouched=tr("touch-gone")>
            <button type="button" class="close" data-close aria-label=tr("close")>
                "×"
            </button>
            <h2 id="crop-title">{tr("crop")}</h2>
            <div class="crop-sheet">
                <div class="crop-area">{handle(("middle", "crop-middle"))} {CORNERS.map(handle).collect_view()}</div>
            </div>
            <p class="hint">
                {tr("crop-hint")} " " <span class="crop-size" role="status"></span>
            </p>
            <div class="actions">
                <button type="button" class="button" data-turn="left">
                    {tr("turn-left")}
                </button>
                <button type="button" class="button" data-turn="right">
                    {tr("turn-right")}
                </button>
                <button type="button" class="button" data-whole>
                    {tr("crop-whole")}
                </button>
                <button type="button" class="button primary" data-use>
                    {tr("crop-use")}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
