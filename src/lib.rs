//! WebAssembly entry points: [`browser::hydrate`] of the page and [`browser::start_worker`] of its
//! web workers.

// The compiler follows nested futures and views this deep when it optimises.
#![recursion_limit = "512"]

#[cfg(feature = "hydrate")]
pub mod browser {
    use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

    /// Hydrates the document. `catalog` is the JSON of the messages in its language. Rejects if the
    /// code of its screen cannot be fetched.
    #[wasm_bindgen]
    pub async fn hydrate(catalog: String) -> Result<(), JsValue> {
        console_error_panic_hook::set_once();
        app::hydrate(&catalog).await.map_err(|_| JsValue::from_str("a chunk could not be loaded"))
    }

    /// Starts a web worker with its first message. `public/worker.js` calls it.
    #[wasm_bindgen]
    pub fn start_worker(message: &JsValue) {
        console_error_panic_hook::set_once();
        app::worker::start(message);
    }
}
