//! Sliders under a finger that scrolls. Browsers move a slider as soon as it is touched, before it
//! is known where the finger goes.

use std::{cell::Cell, rc::Rc};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, Event, HtmlInputElement, TouchEvent};

/// A finger on a slider.
#[derive(Clone, Copy, PartialEq)]
struct Swipe {
    from: (i32, i32),
    value: f64,
    /// `None` until it has moved.
    is_horizontal: Option<bool>,
}

/// Lets a finger move the slider sideways only: after a vertical swipe it has the value that it had
/// before. Register it before any other listener for `input`.
pub fn ignore_vertical_swipes(slider: &HtmlInputElement) {
    let swipe = Rc::new(Cell::new(None::<Swipe>));
    let (started, moved, ended, changed) = (swipe.clone(), swipe.clone(), swipe.clone(), swipe);
    let touched = slider.clone();
    listen(slider, &["touchstart"], move |event| {
        let value = touched.value_as_number();
        started.set(position(event).map(|from| Swipe { from, value, is_horizontal: None }));
    });
    listen(slider, &["touchmove"], move |event| {
        if let (Some(swipe), Some(at)) = (moved.get(), position(event))
            && swipe.is_horizontal.is_none()
            && at != swipe.from
        {
            let distance = |from: i32, to: i32| (to - from).abs();
            let is_horizontal = Some(distance(swipe.from.0, at.0) > distance(swipe.from.1, at.1));
            moved.set(Some(Swipe { is_horizontal, ..swipe }));
        }
    });
    listen(slider, &["touchend", "touchcancel"], move |_| ended.set(None));
    let reset = slider.clone();
    listen(slider, &["input"], move |event| {
        if let Some(swipe) = changed.get()
            && event.is_trusted()
            && swipe.is_horizontal != Some(true)
        {
            reset.set_value_as_number(swipe.value);
            event.stop_immediate_propagation();
        }
    });
}

/// Position of the first finger in CSS pixels.
fn position(event: &Event) -> Option<(i32, i32)> {
    let touch = event.dyn_ref::<TouchEvent>()?.touches().get(0)?;
    Some((touch.client_x(), touch.client_y()))
}

fn listen(slider: &HtmlInputElement, names: &[&str], handle: impl Fn(&Event) + 'static) {
    let options = AddEventListenerOptions::new();
    options.set_passive(true);
    options.set_capture(true);
    let handle = Closure::<dyn Fn(Event)>::new(move |event: Event| handle(&event));
    for name in names {
        let listener = handle.as_ref().unchecked_ref();
        let _ = slider.add_event_listener_with_callback_and_add_event_listener_options(name, listener, &options);
    }
    // Freed with the element, which is its only owner.
    handle.into_js_value();
}
