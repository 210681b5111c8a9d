//! Google's reCAPTCHA v3. Its script is loaded only on a site that is configured for it.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::HtmlScriptElement;

use super::{
    object,
    window::{wait, window},
};

/// How long a token is waited for, in milliseconds. The proof of work is sent if Google is blocked.
const PATIENCE: u32 = 5000;
const ACTION: &str = "signup";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = grecaptcha, catch)]
    fn ready(then: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = grecaptcha, catch)]
    fn execute(site_key: &str, options: &Object) -> Result<Promise, JsValue>;
}

thread_local! {
    static LOADING: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Loads the script once for this document. The promise is rejected if it cannot be loaded.
pub(super) fn load(site_key: &str) -> Promise {
    if let Some(loading) = LOADING.with_borrow(Clone::clone) {
        return loading;
    }
    let site_key = site_key.to_owned();
    let loading = future_to_promise(async move {
        let script = append_script(&format!("https://www.google.com/recaptcha/api.js?render={site_key}"))?;
        let loaded = Promise::new(&mut |resolve, reject| {
            script.set_onload(Some(&resolve));
            script.set_onerror(Some(&reject));
        });
        JsFuture::from(loaded).await?;
        let mut result = Ok(());
        let is_ready = Promise::new(&mut |resolve, _| result = ready(&resolve));
        result?;
        JsFuture::from(is_ready).await
    });
    LOADING.set(Some(loading.clone()));
    loading
}

fn append_script(url: &str) -> Result<HtmlScriptElement, JsValue> {
    let document = window().ok().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let script: HtmlScriptElement = document.create_element("script")?.unchecked_into();
    script.set_src(url);
    document.head().ok_or(JsValue::NULL)?.append_child(&script)?;
    Ok(script)
}

/// A token for a sign-up, valid for two minutes: to be asked for when the form is sent. Empty if
/// Google cannot be reached.
pub(super) async fn token(site_key: &str) -> String {
    let site_key = site_key.to_owned();
    let token = future_to_promise(async move {
        JsFuture::from(load(&site_key)).await?;
        JsFuture::from(execute(&site_key, &object(&[("action", &ACTION.into())]))?).await
    });
    let pause = future_to_promise(async {
        wait(PATIENCE).await;
        Ok(JsValue::UNDEFINED)
    });
    let first = JsFuture::from(Promise::race(&Array::of2(&token, &pause))).await;
    first.unwrap_or_default().as_string().unwrap_or_default()
}
