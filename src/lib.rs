//! WebAssembly entry points: [`browser::hydrate`] of the page and [`browser::start_worker`] of its
//! web workers.

// The compiler follows nested futures and views this deep when it optimises.
#![recursion_limit = "512"]

#[cfg(feature = "hydrate")]
pub mod browser {
    use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

    /// Hydrates the document. `catalog` is the JSON of the messages in its language.
    #[wasm_bindgen]
    pub fn hydrate(catalog: &str) {
        console_error_panic_hook::set_once();
        app::hydrate(catalog);
    }

    /// Starts a web worker with its first message. `public/worker.js` calls it.
    #[wasm_bindgen]
    pub fn start_worker(message: &JsValue) {
        console_error_panic_hook::set_once();
        app::worker::start(message);
    }
}
