//! Pixels of a canvas.

use js_sys::{Function, Promise};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
pub use web_sys::HtmlCanvasElement as Canvas;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlImageElement, ImageData};

use super::object;

/// Pixels of a picture.
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// Four bytes for each pixel, row by row.
    pub rgba: Vec<u8>,
}

/// Draws the picture at `address` on white and returns its pixels. The canvas gets the size that
/// `size_of` returns for the picture's own width and height.
///
/// # Errors
/// When the picture cannot be loaded.
pub async fn draw_picture(
    canvas: &Canvas,
    address: &str,
    size_of: impl FnOnce(u32, u32) -> (u32, u32),
) -> Result<Pixels, JsValue> {
    let picture = HtmlImageElement::new()?;
    picture.set_src(address);
    JsFuture::from(picture.decode()).await?;
    let (width, height) = size_of(picture.natural_width(), picture.natural_height());
    canvas.set_width(width);
    canvas.set_height(height);
    let context = context_of(canvas)?;
    let (w, h) = (f64::from(width), f64::from(height));
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, w, h);
    context.draw_image_with_html_image_element_and_dw_and_dh(&picture, 0.0, 0.0, w, h)?;
    let rgba = context.get_image_data(0.0, 0.0, w, h)?.data().0;
    Ok(Pixels { width, height, rgba })
}

/// Replaces a rectangle of the canvas, whose left upper corner is at `left` and `top`.
pub fn put_pixels(canvas: &Canvas, left: usize, top: usize, pixels: &Pixels) {
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels.rgba), pixels.width, pixels.height);
    if let (Ok(context), Ok(data)) = (context_of(canvas), data) {
        let _ = context.put_image_data(&data, left as f64, top as f64);
    }
}

/// Encodes the canvas as a PNG file; `None` if the browser cannot.
pub async fn to_png(canvas: &Canvas) -> Option<Blob> {
    let encoded = Promise::new(&mut |done: Function, failed: Function| {
        if let Err(error) = canvas.to_blob(&done) {
            let _ = failed.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(encoded).await.ok()?.dyn_into().ok()
}

fn context_of(canvas: &Canvas) -> Result<CanvasRenderingContext2d, JsValue> {
    // Its pixels are read: they had better not be in the memory of the graphics card.
    let options = object(&[("willReadFrequently", &true.into())]);
    let context = canvas.get_context_with_context_options("2d", &options)?.ok_or(JsValue::UNDEFINED)?;
    Ok(context.unchecked_into())
}
