//! The photo in the crop dialog, with the handles of the crop area.

use std::rc::Rc;

use leptos::{ev, html, prelude::*};
use send_wrapper::SendWrapper;

use super::crop_area::{Crop, Handle, Painting, Size, key_step};
use crate::{
    browser::{element, picture::Picture, pointer},
    i18n::tr,
};

#[component]
pub(super) fn CropSheet(picture: SendWrapper<Rc<Picture>>, size: Size, crop: RwSignal<Crop>) -> impl IntoView {
    let sheet = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    // The whole photo, which changes by turns alone.
    let shown = Memo::new(move |_| crop.get().shown(size));
    Effect::new(move || {
        let (Some(sheet), Some(canvas)) = (sheet.get(), canvas.get()) else { return };
        let Painting { canvas: Size { width, height }, transform } = shown.get();
        picture.paint(&canvas, (width, height), transform);
        element::set_style(&sheet, "--across", &width.to_string());
        element::set_style(&sheet, "--down", &height.to_string());
    });
    let area = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(area) = area.get() {
            let edges = crop.get().area;
            let (right, bottom) = (1.0 - edges.right, 1.0 - edges.bottom);
            for (side, value) in [("left", edges.left), ("top", edges.top), ("right", right), ("bottom", bottom)] {
                element::set_style(&area, side, &format!("{}%", value * 100.0));
            }
        }
    });
    view! {
        <div class="crop-sheet" node_ref=sheet>
            <canvas aria-hidden="true" node_ref=canvas></canvas>
            <div class="crop-area" node_ref=area>
                {Handle::ALL.map(|handle| view! { <CropHandle handle crop canvas /> })}
            </div>
        </div>
    }
    .into_any()
}

/// A pointer that drags a handle: its identifier and last position, as fractions of the photo.
type Drag = Option<(i32, [f64; 2])>;

#[component]
fn CropHandle(handle: Handle, crop: RwSignal<Crop>, canvas: NodeRef<html::Canvas>) -> impl IntoView {
    let drag = StoredValue::new(Drag::None);
    let position =
        move |event: &ev::PointerEvent| canvas.get_untracked().map(|canvas| pointer::position_in(&canvas, event));
    let shift = move |by: [f64; 2]| crop.update(|crop| crop.area = crop.area.dragged(handle, by));
    let button = NodeRef::<html::Button>::new();
    let on_pointer_down = move |event: ev::PointerEvent| {
        if let Some(button) = button.get_untracked() {
            pointer::capture(&button, &event);
        }
        drag.set_value(position(&event).map(|at| (event.pointer_id(), at)));
    };
    let on_pointer_move = move |event: ev::PointerEvent| {
        let held = drag.get_value().filter(|&(pointer, _)| pointer == event.pointer_id());
        if let (Some((pointer, before)), Some(at)) = (held, position(&event)) {
            shift([at[0] - before[0], at[1] - before[1]]);
            drag.set_value(Some((pointer, at)));
        }
    };
    let on_key_down = move |event: ev::KeyboardEvent| {
        if let Some(step) = key_step(&event.key(), event.shift_key()) {
            event.prevent_default();
            shift(step);
        }
    };
    view! {
        <button
            type="button"
            node_ref=button
            data-handle=handle.as_str()
            aria-label=tr(label(handle))
            on:pointerdown=on_pointer_down
            on:pointermove=on_pointer_move
            on:lostpointercapture=move |_| drag.set_value(None)
            on:keydown=on_key_down
        ></button>
    }
}

/// Name of the message that names a handle.
fn label(handle: Handle) -> &'static str {
    match handle {
        Handle::Middle => "crop-middle",
        Handle::TopLeft => "corner-top-left",
        Handle::TopRight => "corner-top-right",
        Handle::BottomLeft => "corner-bottom-left",
        Handle::BottomRight => "corner-bottom-right",
    }
}
