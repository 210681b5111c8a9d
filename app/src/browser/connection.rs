//! Whether the browser has a connection.

use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls `then` whenever the connection is lost or comes back.
pub fn watch(then: impl Fn(bool) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    for (event, is_online) in [("online", true), ("offline", false)] {
        let then = then.clone();
        let listener = Closure::<dyn Fn()>::new(move || then(is_online));
        let _ = window.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        listener.forget();
    }
}

/// True if the server answers. A browser knows when it is offline, but not always when it is
/// online.
pub async fn is_server_reachable() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    let answer = JsFuture::from(window.fetch_with_str_and_init("/healthz", &init)).await;
    answer.is_ok_and(|answer| answer.unchecked_into::<Response>().ok())
}
