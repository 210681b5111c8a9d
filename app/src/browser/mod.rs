//! What only a browser can do. The one place that knows the DOM; it compiles on the server too and is never called there.
//!
//! - [`connection`], [`native_forms`], [`installation`], [`service_worker`]: what the banners tell
//! - [`document`]: the document, its state and focus
//! - [`engine`]: the worker that draws
//! - [`element`]: styles, focus and dialogs of elements; [`pointer`]: positions of pointers in them
//! - [`picture`]: decoded pictures, to paint parts of them
//! - [`photo`]: photos as files: chosen, dropped, pasted, fetched
//! - [`draft`]: a photo that waits on this device until it is kept
//! - [`net`]: forms, JSON and uploads, with refusals as `Problem`
//! - [`page`]: the page and its elements
//! - [`notice`]: saying what went wrong
//! - [`words`]: in which words

pub mod connection;
pub mod document;
pub mod draft;
pub mod element;
pub mod engine;
pub mod installation;
pub mod native_forms;
pub mod net;
pub mod notice;
pub mod page;
pub mod photo;
pub mod picture;
pub mod plural_rules;
pub mod pointer;
pub mod service_worker;
pub mod words;

use wasm_bindgen::JsValue;

/// A property of a JavaScript object, `undefined` when there is none.
fn property(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A JavaScript object of these properties.
fn object(properties: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
