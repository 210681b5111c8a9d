//! What a sign-up form sends against robots: the answer to the site's CAPTCHA challenge, and a
//! coarse fingerprint of the device.

use js_sys::{Array, Object, Promise};
use model::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::Response;

use super::{
    engine::start_worker,
    object, property, recaptcha,
    window::{wait, window},
};

/// How long a form with a reCAPTCHA token waits for the proof of work, in milliseconds. The server
/// needs it only if it cannot reach Google.
const WORK_PATIENCE: u32 = 2000;

/// A challenge that is being solved. Good for one sign-up, for half an hour.
pub struct Begun(Promise);

/// Fetches a challenge and solves it in a web worker. To be called when somebody begins to fill in
/// a sign-up form, so that the work is done before they finish.
pub fn begin() -> Begun {
    Begun(future_to_promise(async { Ok(prepare().await.unwrap_or_default()) }))
}

/// The value of the form's field `captcha`: a reCAPTCHA token where the site has reCAPTCHA, and a
/// proof of work, separated by a space. Empty if there is neither; the server then says so.
pub async fn answer(begun: Begun) -> String {
    let prepared = JsFuture::from(begun.0).await.unwrap_or_default();
    let work = property(&prepared, "work");
    let token = match property(&prepared, "site_key").as_string() {
        Some(site_key) => recaptcha::token(&site_key).await,
        None => String::new(),
    };
    let work = if token.is_empty() {
        JsFuture::from(Promise::resolve(&work)).await
    } else {
        JsFuture::from(Promise::race(&Array::of2(&work, &pause(WORK_PATIENCE)))).await
    };
    let work = work.unwrap_or_default().as_string().unwrap_or_default();
    [token, work].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What a whole class of devices has in common, on purpose coarse. The server stores a keyed hash.
pub fn device_fingerprint() -> String {
    try_device_fingerprint().unwrap_or_default()
}

fn try_device_fingerprint() -> Result<String, Problem> {
    let window = window()?;
    let (screen, navigator) = (property(&window, "screen"), window.navigator());
    let format = js_sys::Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    let size = [property(&screen, "width"), property(&screen, "height")];
    let parts = [
        size.iter().collect::<Array>().join("x").into(),
        property(&window, "devicePixelRatio"),
        property(&screen, "colorDepth"),
        property(&navigator, "hardwareConcurrency"),
        property(&navigator, "maxTouchPoints"),
        property(&navigator, "language"),
        property(&format.resolved_options(), "timeZone"),
    ];
    Ok(parts.iter().collect::<Array>().join(" ").into())
}

/// The site key of reCAPTCHA, if any, and a promise of the proof of work.
async fn prepare() -> Result<JsValue, JsValue> {
    let window = window().map_err(|_| JsValue::NULL)?;
    let response = JsFuture::from(window.fetch_with_str("/api/v1/auth/challenge")).await?;
    let body = JsFuture::from(response.unchecked_into::<Response>().json()?).await?;
    let site_key = property(&body, "site_key");
    if let Some(site_key) = site_key.as_string() {
        // reCAPTCHA judges how the form is filled in, so its script is loaded now.
        spawn_local(async move {
            let _ = JsFuture::from(recaptcha::load(&site_key)).await;
        });
    }
    let challenge = property(&body, "challenge");
    let work = future_to_promise(async move { Ok(solve(&challenge).await.unwrap_or_default()) });
    Ok(object(&[("site_key", &site_key), ("work", &work)]).into())
}

/// The proof of work as an ALTCHA payload: Base64 of JSON.
async fn solve(challenge: &JsValue) -> Result<JsValue, JsValue> {
    let parameters = property(challenge, "parameters");
    if !parameters.is_object() {
        return Ok(JsValue::UNDEFINED);
    }
    let worker = start_worker(&[("solve", &parameters)]).ok_or(JsValue::NULL)?;
    let event = Promise::new(&mut |resolve, _| {
        worker.set_onmessage(Some(&resolve));
        worker.set_onerror(Some(&resolve));
    });
    let solution = property(&JsFuture::from(event).await?, "data");
    worker.terminate();
    if !solution.is_object() {
        return Ok(JsValue::UNDEFINED);
    }
    let payload = js_sys::JSON::stringify(&object(&[("challenge", challenge), ("solution", &solution)]))?;
    let window = window().map_err(|_| JsValue::NULL)?;
    Ok(window.btoa(&String::from(payload))?.into())
}

fn pause(milliseconds: u32) -> Promise {
    future_to_promise(async move {
        wait(milliseconds).await;
        Ok(JsValue::UNDEFINED)
    })
}
