//! The canvas that shows the drawing of a photo.

use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, ImageBitmap, ImageBitmapRenderingContext};

/// In device pixels: phones have no memory for a larger canvas.
const MAX_WIDTH: f64 = 3072.0;
/// More device pixels than these to a CSS pixel look no sharper.
const MAX_PIXEL_RATIO: f64 = 3.0;

/// A canvas in the document.
pub struct DrawingCanvas(HtmlCanvasElement);

impl DrawingCanvas {
    pub fn new(element: HtmlCanvasElement) -> Self {
        Self(element)
    }

    /// Width on the screen in device pixels; `None` while the canvas is not displayed.
    pub fn device_width(&self) -> Option<u32> {
        let width = self.0.client_width();
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, MAX_PIXEL_RATIO);
        (width > 0).then(|| (f64::from(width) * ratio).min(MAX_WIDTH) as u32)
    }

    /// Shows a finished picture. It is handed over, not copied.
    pub fn show(&self, picture: &ImageBitmap) {
        self.0.set_width(picture.width());
        self.0.set_height(picture.height());
        if let Ok(Some(context)) = self.0.get_context("bitmaprenderer") {
            context.unchecked_into::<ImageBitmapRenderingContext>().transfer_from_image_bitmap(picture);
        }
    }
}
