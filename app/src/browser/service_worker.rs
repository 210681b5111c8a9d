//! The service worker: registration, and the offer of a new version that waits to take over.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

use super::{document, property, window::listen};

/// `None` where the browser has no service workers, as over plain HTTP.
fn container() -> Option<ServiceWorkerContainer> {
    property(&web_sys::window()?.navigator(), "serviceWorker").dyn_into().ok()
}

/// Registers the service worker. `on_waiting` is called when a new version waits to take over from
/// the one that controls this tab.
pub async fn register(on_waiting: impl Fn() + Clone + 'static) {
    let Some(container) = container() else { return };
    let Ok(registration) = JsFuture::from(container.register("/service-worker.js")).await else { return };
    // Some browsers resolve the promise without one where service workers are blocked.
    let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else { return };
    let offer = {
        let registration = registration.clone();
        move || {
            // A first version waits for a moment too before it is active; Safari may tell so late.
            let (waiting, active) = (registration.waiting(), registration.active());
            if waiting.is_some() && active.is_some() && waiting != active && container.controller().is_some() {
                on_waiting();
            }
        }
    };
    offer();
    let found = registration.clone();
    listen(&registration, "updatefound", move |_| {
        if let Some(installing) = found.installing() {
            let offer = offer.clone();
            listen(&installing, "statechange", move |_| offer());
        }
    });
}

/// Lets the waiting version take over and loads the document again.
pub async fn take_over() {
    let Some(container) = container() else { return };
    listen(&container, "controllerchange", |_| document::reload());
    if let Ok(registration) = JsFuture::from(container.get_registration()).await
        && let Some(waiting) = registration.dyn_into::<ServiceWorkerRegistration>().ok().and_then(|r| r.waiting())
    {
        let _ = waiting.post_message(&JsValue::from_str("take over"));
    }
}
