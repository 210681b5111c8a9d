//! Files that the browser saves on the device.

use leptos::prelude::set_timeout;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Blob, HtmlAnchorElement, RequestInit, Response, Url};

/// A connection that has not brought the file by then is none.
const TIMEOUT_MS: u32 = 20_000;
/// By then the browser has read the file.
const REVOKE_AFTER: Duration = Duration::from_secs(60);

/// Why there is no file.
pub enum DownloadError {
    NoConnection,
    /// The server gave another answer, which the browser can show: perhaps somebody signed out.
    Rejected,
}

/// Fetches a file.
///
/// # Errors
/// [`DownloadError`].
pub async fn fetch_file(path: &str) -> Result<Blob, DownloadError> {
    let lost = |_: JsValue| DownloadError::NoConnection;
    let window = web_sys::window().ok_or(DownloadError::NoConnection)?;
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let response = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await.map_err(lost)?;
    let response: Response = response.unchecked_into();
    if !response.ok() || response.redirected() {
        return Err(DownloadError::Rejected);
    }
    Ok(JsFuture::from(response.blob().map_err(lost)?).await.map_err(lost)?.unchecked_into())
}

/// Saves a file under a name.
pub fn save_file(file: &Blob, name: &str) {
    let Ok(url) = Url::create_object_url_with_blob(file) else { return };
    let link = web_sys::window().and_then(|window| window.document()?.create_element("a").ok());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    set_timeout(move || drop(Url::revoke_object_url(&url)), REVOKE_AFTER);
}
