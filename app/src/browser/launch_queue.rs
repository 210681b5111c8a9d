//! Photos that the system opens with the installed application: the browser's launch queue.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{photo::Photo, property, window::window};

/// Calls `open` with the photos of every launch, also of one before this call. Nothing happens in
/// browsers without a launch queue.
pub fn on_launch(open: impl Fn(Vec<Photo>) + Clone + 'static) {
    let Ok(window) = window() else { return };
    let queue = property(&window, "launchQueue");
    let Ok(set_consumer) = property(&queue, "setConsumer").dyn_into::<Function>() else { return };
    let consumer = Closure::<dyn Fn(JsValue)>::new(move |launch: JsValue| {
        let open = open.clone();
        spawn_local(async move { open(photos_of(&launch).await) });
    });
    let _ = set_consumer.call1(&queue, consumer.as_ref());
    // The queue lives as long as the document.
    consumer.forget();
}

async fn photos_of(launch: &JsValue) -> Vec<Photo> {
    let mut photos = Vec::new();
    for handle in property(launch, "files").dyn_into::<Array>().unwrap_or_default() {
        let file = property(&handle, "getFile").dyn_into::<Function>().and_then(|get_file| get_file.call0(&handle));
        let Some(file) = file.ok().and_then(|file| file.dyn_into::<Promise>().ok()) else { continue };
        if let Some(file) = JsFuture::from(file).await.ok().and_then(|file| file.dyn_into().ok()) {
            photos.push(Photo::new(file));
        }
    }
    photos
}
