//! Installing the site as an app: the browser's offer, and what the person said to it before.

use gloo_storage::{LocalStorage, Storage};
use wasm_bindgen::{JsCast, JsValue};

use super::{property, window::listen};

/// Keys in the local storage.
const SAVED_A_PAGE: &str = "saved-a-page";
const REFUSED: &str = "refused-to-install";
/// Property of the window in which `start.js` keeps an offer that comes before the hydration.
const EARLY_OFFER: &str = "installOffer";

/// How this browser can install the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The browser shows a dialog.
    Dialog,
    /// By the share menu of iPhones and iPads.
    ByHand,
}

/// Remembers that a page was saved: only then is the installation offered.
pub fn remember_saved_page() {
    // Some browsers store nothing for a site; then nothing is offered.
    let _ = LocalStorage::set(SAVED_A_PAGE, true);
}

/// The offer is not made again.
pub fn remember_refusal() {
    let _ = LocalStorage::set(REFUSED, true);
}

/// True if the person has saved a page and has not refused before.
pub fn may_be_offered() -> bool {
    let is_set = |key| LocalStorage::get::<bool>(key).unwrap_or_default();
    is_set(SAVED_A_PAGE) && !is_set(REFUSED)
}

/// Calls `then` when the browser can install the site, now or later, and with `None` once it is
/// installed.
pub fn watch(then: impl Fn(Option<Way>) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    // Only iPhones and iPads have this property.
    if property(&window.navigator(), "standalone") == JsValue::FALSE {
        then(Some(Way::ByHand));
    }
    if early_offer().is_truthy() {
        then(Some(Way::Dialog));
    }
    let offered = then.clone();
    listen(&window, "beforeinstallprompt", move |event| {
        event.prevent_default();
        if let Some(window) = web_sys::window() {
            let _ = js_sys::Reflect::set(&window, &EARLY_OFFER.into(), &event);
        }
        offered(Some(Way::Dialog));
    });
    listen(&window, "appinstalled", move |_| then(None));
}

/// Shows the browser's dialog.
pub fn prompt() {
    let offer = early_offer();
    if let Ok(prompt) = property(&offer, "prompt").dyn_into::<js_sys::Function>() {
        let _ = prompt.call0(&offer);
    }
}

fn early_offer() -> JsValue {
    web_sys::window().map_or(JsValue::UNDEFINED, |window| property(&window, EARLY_OFFER))
}
