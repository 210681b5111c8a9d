//! Invisible copies of a drawing's strokes over the canvas: hover, touch feedback, and the choice
//! of a stroke by keyboard.

use leptos::{ev, prelude::*, svg};

use super::{
    CanvasTools,
    canvas_frame::{Frame, is_shortcut},
};
use crate::i18n::tr;

#[component]
pub(super) fn StrokeSvg(frame: Frame, layer: NodeRef<svg::Svg>) -> impl IntoView {
    let retouch = CanvasTools::current().retouch;
    let on_key_down = move |event: ev::KeyboardEvent| {
        // Shift and an arrow key move the drawing.
        let is_pan = event.shift_key() && event.key().starts_with("Arrow");
        if !is_pan && !is_shortcut(&event) && retouch.press_key(&event.key(), frame.shown_width()) {
            event.prevent_default();
        }
    };
    view! {
        <svg
            class="strokes"
            node_ref=layer
            viewBox=move || retouch.view_box()
            tabindex="0"
            role="application"
            aria-label=tr("touch-lines")
            on:keydown=on_key_down
        >
            <g inner_html=move || retouch.stroke_elements()></g>
            <path class="gone" d=move || retouch.erased_paths()></path>
            <path class="chosen" d=move || retouch.chosen_path()></path>
            <path class="fresh" d=move || retouch.drawn_path()></path>
        </svg>
    }
    .into_any()
}
