//! The frame of the canvas: zoom by wheel, pinch and keys, pan by drag, and retouching by pointer.

use std::time::Duration;

use leptos::{ev, html, prelude::*, svg};

use super::{
    CanvasTools,
    canvas_frame::{Frame, is_shortcut},
    stroke_svg::StrokeSvg,
    viewport::{Dragged, Pointers, Viewport, Wheel},
};
use crate::browser::{element, pointer};

/// Time without a change of the zoom after which the drawing is drawn anew in its new size.
const SHARPEN_DELAY: Duration = Duration::from_millis(120);

/// The frame around photo, drawing and divider, which are its children. `split` is the position of
/// the divider in percent. `on_zoom` is called when the drawing has another size on the screen.
#[component]
pub fn CanvasViewport(
    node_ref: NodeRef<html::Div>,
    split: RwSignal<f64>,
    #[prop(into)] on_zoom: Callback<()>,
    children: Children,
) -> impl IntoView {
    let CanvasTools { viewport, retouch, .. } = CanvasTools::current();
    let frame = Frame { element: node_ref, viewport };
    let pointers = StoredValue::new(Pointers::default());
    let layer = NodeRef::<svg::Svg>::new();
    show_viewport(frame);
    call_after_zoom(viewport, on_zoom);
    release_pointers(frame, pointers);

    let on_pointer_down = move |event: ev::PointerEvent| {
        let (id, at, divider) = (event.pointer_id(), frame.position(&event), split.get_untracked());
        let press = |pointers: &mut Pointers| pointers.press(id, at, frame.size(), divider);
        if let Some(before) = pointers.try_update_value(press).flatten() {
            split.set(before);
        }
        let is_retouching = retouch.is_active_untracked();
        if let Some(element) = frame.element.get_untracked()
            && (is_retouching || viewport.get_untracked().is_zoomed())
        {
            pointer::capture(&element, &event);
        }
        if is_retouching {
            event.prevent_default();
            if let Some(layer) = layer.get_untracked() {
                element::focus_without_scrolling(&layer);
            }
            retouch.press(frame.touch(&event));
        }
    };
    let on_pointer_move = move |event: ev::PointerEvent| {
        let is_retouching = retouch.is_active_untracked();
        if is_retouching {
            retouch.drag(frame.touch(&event));
        }
        let (id, at, view) = (event.pointer_id(), frame.position(&event), viewport.get_untracked());
        let drag = |pointers: &mut Pointers| pointers.drag(id, at, frame.size(), view, is_retouching);
        match pointers.try_update_value(drag).flatten() {
            Some(Dragged::View(view)) => viewport.set(view),
            Some(Dragged::Divider(percent)) => split.set(percent),
            None => {}
        }
    };
    let on_wheel = move |event: ev::WheelEvent| {
        let in_lines = event.delta_mode() != 0;
        let wheel = Wheel { delta_y: event.delta_y(), in_lines, with_control: event.ctrl_key() };
        if let Some(view) = viewport.get_untracked().after_wheel(wheel, frame.position(&event)) {
            event.prevent_default();
            viewport.set(view);
        }
    };
    let on_key_down = move |event: ev::KeyboardEvent| {
        let view = viewport.get_untracked().after_key(&event.key(), event.shift_key());
        if let Some(view) = view.filter(|_| !is_shortcut(&event)) {
            event.prevent_default();
            viewport.set(view);
        }
    };
    // A pinch neither scrolls the window nor moves the divider.
    let on_touch = move |event: ev::TouchEvent| {
        if event.touches().length() > 1 {
            event.prevent_default();
        }
    };
    let on_input = move |event: ev::Event| {
        if let Some(before) = pointers.with_value(|pointers| pointers.is_pinch().then(|| pointers.divider_before())) {
            pointer::discard_input(&event, before);
        }
    };
    view! {
        <div
            class="sheet"
            node_ref=node_ref
            // What nobody sees is not decoded: a phone's photo of 48 megapixels takes 250 MB.
            data-compared=move || (split.get() > 0.0).then_some("")
            data-zoomed=move || viewport.get().is_zoomed().then_some("")
            data-touching=move || retouch.is_active().then_some("")
            on:pointerdown=on_pointer_down
            on:pointermove=on_pointer_move
            on:wheel=on_wheel
            on:keydown=on_key_down
            on:touchstart=on_touch
            on:touchmove=on_touch
            on:input:capture=on_input
        >
            {children()}
            {move || retouch.is_active().then(|| view! { <StrokeSvg frame layer /> })}
        </div>
    }
    .into_any()
}

/// Tells the style sheet what part of the drawing is shown.
fn show_viewport(frame: Frame) {
    Effect::new(move || {
        if let Some(element) = frame.element.get() {
            let view = frame.viewport.get();
            element::set_style(&element, "--zoom", &view.zoom().to_string());
            element::set_style(&element, "--x", &format!("{}%", view.x() * 100.0));
            element::set_style(&element, "--y", &format!("{}%", view.y() * 100.0));
        }
    });
}

fn call_after_zoom(viewport: RwSignal<Viewport>, on_zoom: Callback<()>) {
    let zoom = Memo::new(move |_| viewport.get().zoom());
    Effect::new(move |previous: Option<f64>| {
        let zoom = zoom.get();
        if previous.is_some_and(|previous| previous != zoom) {
            let timer = set_timeout_with_handle(move || on_zoom.run(()), SHARPEN_DELAY);
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        }
        zoom
    });
}

/// Listens in the window: a pointer may be lifted outside of the frame.
fn release_pointers(frame: Frame, pointers: StoredValue<Pointers>) {
    let retouch = CanvasTools::current().retouch;
    Effect::new(move || {
        let up = window_event_listener(ev::pointerup, move |event| {
            pointers.update_value(|pointers| pointers.release(event.pointer_id()));
            retouch.release(event.pointer_id(), frame.shown_width());
        });
        let cancel = window_event_listener(ev::pointercancel, move |event| {
            pointers.update_value(|pointers| pointers.release(event.pointer_id()));
            retouch.cancel();
        });
        on_cleanup(move || {
            up.remove();
            cancel.remove();
        });
    });
}
