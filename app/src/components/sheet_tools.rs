//! What a parent can do with photo and drawing besides drawing it: look closer, crop, turn. Behaviour is fetched when it
//! is wanted: `public/studio/zoom.js`, `public/studio/crop.js`.

use leptos::prelude::*;

use crate::words::t;

#[component]
pub fn SheetTools() -> impl IntoView {
    view! {
        <div class="sheet-tools needs-script" role="group" aria-label=t("sheet-tools")>
            <button type="button" class="button" data-zoom="out" aria-label=t("smaller")>
                "−"
            </button>
            <output class="zoom-shown"></output>
            <button type="button" class="button" data-zoom="in" aria-label=t("larger")>
                "+"
            </button>
            <button type="button" class="button" data-crop>
                {t("crop")}
            </button>
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
        view! { <button type="button" data-handle=handle aria-label=t(name)></button> }
    };
    view! {
        <dialog class="crop-dialog" aria-labelledby="crop-title">
            <button type="button" class="close" data-close aria-label=t("close")>
                "×"
            </button>
            <h2 id="crop-title">{t("crop")}</h2>
            <div class="crop-sheet">
                <div class="crop-area">{handle(("middle", "crop-middle"))} {CORNERS.map(handle).collect_view()}</div>
            </div>
            <p class="hint">
                {t("crop-hint")} " " <span class="crop-size" role="status"></span>
            </p>
            <div class="actions">
                <button type="button" class="button" data-turn="left">
                    {t("turn-left")}
                </button>
                <button type="button" class="button" data-turn="right">
                    {t("turn-right")}
                </button>
                <button type="button" class="button" data-whole>
                    {t("crop-whole")}
                </button>
                <button type="button" class="button primary" data-use>
                    {t("crop-use")}
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
