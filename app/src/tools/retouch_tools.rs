//! Tools for retouching: erase or draw, undo, redo, done.

use leptos::{ev, prelude::*};

use super::{CanvasTools, retouching::Tool};
use crate::{browser::element, i18n::tr};

/// Shown while somebody retouches. Its status says which stroke is chosen.
#[component]
pub fn RetouchTools() -> impl IntoView {
    let retouch = CanvasTools::current().retouch;
    undo_by_keyboard();
    let choice = |tool: Tool, value: &'static str, name: &'static str| {
        view! {
            <label class="choice-of">
                <input
                    class="unseen"
                    type="radio"
                    name="hand"
                    value=value
                    checked=tool == Tool::default()
                    prop:checked=move || retouch.tool.get() == tool
                    on:change=move |_| retouch.tool.set(tool)
                />
                {tr(name)}
            </label>
        }
    };
    view! {
        <div class="touch-tools" role="group" aria-label=tr("touch-up")>
            <div class="choices-row">
                {choice(Tool::Erase, "erase", "touch-erase")} {choice(Tool::Draw, "draw", "touch-draw")}
            </div>
            <button
                type="button"
                class="button"
                data-undo
                disabled=move || !retouch.can_undo()
                on:click=move |_| retouch.undo()
            >
                {tr("undo")}
            </button>
            <button
                type="button"
                class="button"
                data-redo
                disabled=move || !retouch.can_redo()
                on:click=move |_| retouch.redo()
            >
                {tr("redo")}
            </button>
            <button type="button" class="button" data-done on:click=move |_| retouch.stop()>
                {tr("touch-done")}
            </button>
            <p class="touch-says" role="status">
                {move || retouch.status()}
            </p>
        </div>
    }
    .into_any()
}

/// Control and Z undo, with Shift they redo, except in a field for text.
fn undo_by_keyboard() {
    let retouch = CanvasTools::current().retouch;
    Effect::new(move || {
        let listener = window_event_listener(ev::keydown, move |event| {
            let is_undo = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("z");
            if !is_undo || element::is_from_text_field(&event) {
                return;
            }
            event.prevent_default();
            if event.shift_key() {
                retouch.redo();
            } else {
                retouch.undo();
            }
        });
        on_cleanup(move || listener.remove());
    });
}
