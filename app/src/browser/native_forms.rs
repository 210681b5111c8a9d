//! Forms of the document: none is posted without a connection, and the browser sends none twice.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, HtmlElement, HtmlFormElement};

use super::window::listen;

/// A form that is answered by a file leaves its document in place; after this time, in
/// milliseconds, it can be sent again.
const BUSY_MS: i32 = 8000;

/// Watches every form of the document. `refuse` is called when one cannot be posted for want of a
/// connection.
pub fn watch(refuse: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    // Before any component: a form that is posted could only fail. The studio waits by itself.
    let on_offline_submit = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let is_posted =
            form_of(&event).is_some_and(|form| form.method() == "post" && !form.action().ends_with("/create"));
        if is_posted && !super::connection::is_online() {
            event.prevent_default();
            event.stop_immediate_propagation();
            refuse();
        }
    });
    let listener = on_offline_submit.as_ref().unchecked_ref();
    let _ = window.add_event_listener_with_callback_and_bool("submit", listener, true);
    on_offline_submit.forget();
    listen(&window, "submit", move |event| {
        let form = form_of(&event);
        let Some(form) = form.filter(|form| !event.default_prevented() && form.method() != "dialog") else { return };
        if form.has_attribute("aria-busy") {
            event.prevent_default();
        } else {
            let _ = form.set_attribute("aria-busy", "true");
            let ready = Closure::once_into_js(move || set_ready(&form));
            if let Some(window) = web_sys::window() {
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(ready.unchecked_ref(), BUSY_MS);
            }
        }
    });
    // The browser may show the document again as it was left.
    listen(&window, "pageshow", |_| set_all_ready());
}

fn form_of(event: &Event) -> Option<HtmlFormElement> {
    event.target()?.dyn_into().ok()
}

fn set_ready(form: &HtmlElement) {
    let _ = form.remove_attribute("aria-busy");
}

fn set_all_ready() {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(forms) = document.and_then(|document| document.query_selector_all("form[aria-busy]").ok()) else { return };
    for index in 0..forms.length() {
        if let Some(form) = forms.get(index).and_then(|form| form.dyn_into::<HtmlElement>().ok()) {
            set_ready(&form);
        }
    }
}
