//! Positions of pointers in elements, and their capture.

use web_sys::{Element, Event, HtmlInputElement, MouseEvent, PointerEvent};

/// Position of a pointer, as fractions of an element's width and height from its left top corner.
pub fn position_in(element: &Element, event: &MouseEvent) -> [f64; 2] {
    let bounds = element.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    [(x - bounds.left()) / bounds.width(), (y - bounds.top()) / bounds.height()]
}

/// Width and height of an element on the screen in CSS pixels.
pub fn size_of(element: &Element) -> [f64; 2] {
    let bounds = element.get_bounding_client_rect();
    [bounds.width(), bounds.height()]
}

/// Sends all further events of a pointer to an element, also those outside of it.
pub fn capture(element: &Element, event: &PointerEvent) {
    // Fails if the pointer was lifted meanwhile.
    let _ = element.set_pointer_capture(event.pointer_id());
}

/// Discards an input of a slider before the slider's own listeners see it, and moves the slider
/// back. An event that a script made is left alone.
pub fn discard_input(event: &Event, value: f64) {
    if let Some(slider) = event.target().as_ref().and_then(wasm_bindgen::JsCast::dyn_ref::<HtmlInputElement>)
        && event.is_trusted()
    {
        slider.set_value_as_number(value);
        event.stop_immediate_propagation();
    }
}
