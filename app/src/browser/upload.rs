//! Upload of a photo with its progress.

use model::{Problem, ProblemCode};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData, XmlHttpRequest};

use crate::json;

/// Uploads a photo to `path`; `on_progress` gets the part that was sent, 0 to 1, which `fetch`
/// cannot tell.
///
/// # Errors
/// The problem that the server answers, or `offline`.
pub async fn upload<T: DeserializeOwned>(
    path: &str,
    photo: &Blob,
    on_progress: impl Fn(f64) + 'static,
) -> Result<T, Problem> {
    let broken = |_: JsValue| Problem::internal();
    let form = FormData::new().map_err(broken)?;
    form.append_with_blob_and_filename("file", photo, "photo.png").map_err(broken)?;
    let request = XmlHttpRequest::new().map_err(broken)?;
    request.open("POST", path).map_err(broken)?;
    request.set_request_header("accept", "application/json").map_err(broken)?;
    let on_progress = Closure::<dyn FnMut(_)>::new(move |event: web_sys::ProgressEvent| {
        if event.length_computable() {
            on_progress(event.loaded() / event.total().max(1.0));
        }
    });
    request.upload().map_err(broken)?.set_onprogress(Some(on_progress.as_ref().unchecked_ref()));
    let done = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_form_data(Some(&form)).map_err(broken)?;
    let _ = JsFuture::from(done).await;
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        // Never reached the server, or the connection broke.
        Ok(0) | Err(_) => Err(Problem::offline()),
        Ok(200..300) => json::parse(&text).map_err(|_| Problem::outdated()),
        Ok(status) => Err(json::parse(&text).unwrap_or_else(|_| problem_of_status(status))),
    }
}

/// The problem of an answer that is not the server's own, for example a proxy's.
fn problem_of_status(status: u16) -> Problem {
    Problem::from(match status {
        401 => ProblemCode::SignedOut,
        413 => ProblemCode::BodyTooLarge,
        429 => ProblemCode::TooManyRequests,
        502..=504 => ProblemCode::Offline,
        _ => ProblemCode::Internal,
    })
}
