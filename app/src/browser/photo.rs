//! A photo as a file on this device: where it came from, and the JPEG that goes up when its page is kept.

use model::{Problem, photo};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ClipboardEvent, DataTransfer, DragEvent, HtmlInputElement, ImageBitmap, ImageEncodeOptions, OffscreenCanvas,
    OffscreenCanvasRenderingContext2d, Response, Url,
};

use super::page::window;

/// A photo that was chosen, and an address under which this page can show it.
pub struct Photo {
    blob: Blob,
    url: String,
}

impl Photo {
    fn new(blob: Blob) -> Self {
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

    /// The photo as it goes up: an upright JPEG within the limits for size, and not a word beside the pixels.
    pub async fn for_upload(&self) -> Result<Blob, Problem> {
        let bitmap = self.decode().await.ok_or_else(Problem::photo_broken)?;
        let longest = bitmap.width().max(bitmap.height());
        let mut edge = longest.min(photo::MAX_EDGE);
        for quality in [0.92, 0.85, 0.75, 0.75] {
            let jpeg = encode(&bitmap, f64::from(edge) / f64::from(longest), quality).await;
            let jpeg = jpeg.ok_or_else(Problem::photo_broken)?;
            if jpeg.size() <= photo::MAX_BYTES as f64 {
                bitmap.close();
                return Ok(jpeg);
            }
            // Only noise is this large at 4096 pixels; the last try has half the edge as well.
            if quality < 0.8 {
                edge /= 2;
            }
        }
        Err(Problem::photo_too_large())
    }

    async fn decode(&self) -> Option<ImageBitmap> {
        // Upright by what its EXIF says, which is what browsers do unasked.
        let decoding = window().ok()?.create_image_bitmap_with_blob(&self.blob).ok()?;
        JsFuture::from(decoding).await.ok()?.dyn_into().ok()
    }
}

impl Drop for Photo {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.url);
    }
}

async fn encode(bitmap: &ImageBitmap, scale: f64, quality: f64) -> Option<Blob> {
    let side = |pixels: u32| (f64::from(pixels) * scale).round().max(1.0);
    let (width, height) = (side(bitmap.width()), side(bitmap.height()));
    let canvas = OffscreenCanvas::new(width as u32, height as u32).ok()?;
    let brush: OffscreenCanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    // JPEG has no transparency; without a ground it would come out black.
    brush.set_fill_style_str("#fff");
    brush.fill_rect(0.0, 0.0, width, height);
    brush.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height).ok()?;
    let options = ImageEncodeOptions::new();
    options.set_type("image/jpeg");
    options.set_quality(quality);
    let encoding = canvas.convert_to_blob_with_options(&options).ok()?;
    JsFuture::from(encoding).await.ok()?.dyn_into().ok()
}
