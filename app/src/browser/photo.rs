//! A photo as a file on this device, wherever it came from.

use model::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ClipboardEvent, DragEvent, FileList, HtmlInputElement, Response, Url};

use super::window::window;

/// A photo that was chosen, and an address under which this page can show it.
pub struct Photo {
    blob: Blob,
    url: String,
}

impl Photo {
    pub(super) fn new(blob: Blob) -> Self {
        let url = Url::create_object_url_with_blob(&blob).unwrap_or_default();
        Self { blob, url }
    }

    /// Photos that are chosen in a file input, which then forgets them, so that the same can be
    /// chosen again.
    pub fn take_chosen(input: &HtmlInputElement) -> Vec<Self> {
        let photos = input.files().map(|files| Self::all(&files)).unwrap_or_default();
        if !photos.is_empty() {
            input.set_value("");
        }
        photos
    }

    pub fn dropped(event: &DragEvent) -> Vec<Self> {
        event.data_transfer().and_then(|data| data.files()).map(|files| Self::all(&files)).unwrap_or_default()
    }

    pub fn pasted(event: &ClipboardEvent) -> Vec<Self> {
        event.clipboard_data().and_then(|data| data.files()).map(|files| Self::all(&files)).unwrap_or_default()
    }

    fn all(files: &FileList) -> Vec<Self> {
        (0..files.length()).filter_map(|index| files.get(index)).map(|file| Self::new(file.into())).collect()
    }

    /// One of our own sample photos.
    pub async fn fetched(address: &str) -> Result<Self, Problem> {
        let offline = |_: JsValue| Problem::offline();
        let answer = JsFuture::from(window()?.fetch_with_str(address)).await.map_err(offline)?;
        let answer: Response = answer.unchecked_into();
        let blob = JsFuture::from(answer.blob().map_err(offline)?).await.map_err(offline)?;
        if answer.ok() { Ok(Self::new(blob.unchecked_into())) } else { Err(Problem::offline()) }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn blob(&self) -> &Blob {
        &self.blob
    }
}

impl Drop for Photo {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.url);
    }
}
