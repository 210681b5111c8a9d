//! Whether the browser has a connection.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

use super::window::listen;

pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Calls `then` whenever the connection is lost or comes back.
pub fn watch(then: impl Fn(bool) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    for (event, is_online) in [("online", true), ("offline", false)] {
        let then = then.clone();
        listen(&window, event, move |_| then(is_online));
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
