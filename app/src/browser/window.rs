//! The window: its handle, listeners, waiting, random keys.

use model::Problem;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget, Window};

/// The window of this document.
///
/// # Errors
/// `internal` in a worker, which has none.
pub(super) fn window() -> Result<Window, Problem> {
    web_sys::window().ok_or_else(Problem::internal)
}

/// Listens for as long as the document lives.
pub(super) fn listen(target: &EventTarget, event: &str, handle: impl Fn(Event) + 'static) {
    let handle = Closure::<dyn Fn(Event)>::new(handle);
    let _ = target.add_event_listener_with_callback(event, handle.as_ref().unchecked_ref());
    handle.forget();
}

pub async fn wait(milliseconds: u32) {
    let waited = js_sys::Promise::new(&mut |resolve, _| {
        if let Ok(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds.cast_signed());
        }
    });
    let _ = JsFuture::from(waited).await;
}

/// A random key of 128 bits in hexadecimal digits.
pub fn random_key() -> String {
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().and_then(|window| window.crypto().map_err(|_| Problem::internal())) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}
