//! What a parent can do with photo and drawing besides drawing it: look closer, crop, turn. Behaviour is fetched when it
//! is wanted: `public/studio/zoom.js`, `public/studio/crop.js`.

use leptos::prelude::*;

#[component]
pub fn SheetTools() -> impl IntoView {
    view! {
        <div class="sheet-tools needs-script" role="group" aria-label="Photo and drawing">
            <button type="button" class="button" data-zoom="out" aria-label="Smaller">
                "−"
            </button>
            <output class="zoom-shown"></output>
            <button type="button" class="button" data-zoom="in" aria-label="Larger">
                "+"
            </button>
            <button type="button" class="button" data-crop>
                "Crop or turn"
            </button>
        </div>
    }
    .into_any()
}

/// The corners of a crop: where they are, and what they are called.
const CORNERS: [(&str, &str); 4] = [
    ("top-left", "Top left corner"),
    ("top-right", "Top right corner"),
    ("bottom-left", "Bottom left corner"),
    ("bottom-right", "Bottom right corner"),
];

#[component]
pub fn CropDialog() -> impl IntoView {
    let handle = |(handle, name): (&'static str, &'static str)| {
        view! { <button type="button" data-handle=handle aria-label=name></button> }
    };
    view! {
        <dialog class="crop-dialog" aria-labelledby="crop-title">
            <button type="button" class="close" data-close aria-label="Close">
                "×"
            </button>
            <h2 id="crop-title">"Crop or turn"</h2>
            <div class="crop-sheet">
                <div class="crop-area">{handle(("middle", "The part that is drawn"))} {CORNERS.map(handle).collect_view()}</div>
            </div>
            <p class="hint">
                "Drag the corners, or move them with the arrow keys. Pixels: " <span class="crop-size" role="status"></span>
            </p>
            <div class="actions">
                <button type="button" class="button" data-turn="left">
                    "Turn left"
                </button>
                <button type="button" class="button" data-turn="right">
                    "Turn right"
                </button>
                <button type="button" class="button" data-whole>
                    "Whole photo"
                </button>
                <button type="button" class="button primary" data-use>
                    "Draw this part"
                </button>
            </div>
        </dialog>
    }
    .into_any()
}
