//! A photo as a file on this device, wherever it came from.

use model::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ClipboardEvent, DataTransfer, DragEvent, HtmlInputElement, Response, Url};

use super::page::window;

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

    /// What was chosen in a file field. The field forgets it, so that the same photo can be chosen again.
    pub fn chosen(event: &web_sys::Event) -> Option<Self> {
        let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
        let file = field.files()?.get(0)?;
        field.set_value("");
        Some(Self::new(file.into()))
    }

    pub fn dropped(event: &web_sys::Event) -> Option<Self> {
        Self::first(&event.dyn_ref::<DragEvent>()?.data_transfer()?)
    }

    pub fn pasted(event: &web_sys::Event) -> Option<Self> {
        Self::first(&event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?)
    }

    fn first(data: &DataTransfer) -> Option<Self> {
        Some(Self::new(data.files()?.get(0)?.into()))
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
