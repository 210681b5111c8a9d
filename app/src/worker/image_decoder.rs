//! Bindings of WebCodecs: decoding a JPEG at reduced size, and reading the pixels of a frame.
//!
//! Written by hand because web-sys offers them only with its `web_sys_unstable_apis` configuration.

use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::js_object::{object, property};

#[wasm_bindgen]
extern "C" {
    /// <https://www.w3.org/TR/webcodecs/#imagedecoder-interface>
    type ImageDecoder;

    #[wasm_bindgen(constructor, catch)]
    fn new(init: &Object) -> Result<ImageDecoder, JsValue>;

    #[wasm_bindgen(method)]
    fn decode(this: &ImageDecoder) -> Promise;

    #[wasm_bindgen(method)]
    fn close(this: &ImageDecoder);

    /// <https://www.w3.org/TR/webcodecs/#videoframe-interface>
    pub(super) type VideoFrame;

    #[wasm_bindgen(method, getter, js_name = displayWidth)]
    pub(super) fn display_width(this: &VideoFrame) -> u32;

    #[wasm_bindgen(method, getter, js_name = displayHeight)]
    pub(super) fn display_height(this: &VideoFrame) -> u32;

    #[wasm_bindgen(method, getter, js_name = codedWidth)]
    pub(super) fn coded_width(this: &VideoFrame) -> u32;

    #[wasm_bindgen(method, getter, js_name = codedHeight)]
    pub(super) fn coded_height(this: &VideoFrame) -> u32;

    /// Degrees clockwise to the upright picture; `None` in browsers that do not know the property.
    #[wasm_bindgen(method, getter)]
    pub(super) fn rotation(this: &VideoFrame) -> Option<f64>;

    #[wasm_bindgen(method, getter)]
    pub(super) fn flip(this: &VideoFrame) -> Option<bool>;

    #[wasm_bindgen(method, js_name = copyTo)]
    fn copy_to(this: &VideoFrame, destination: &Uint8Array, options: &Object) -> Promise;

    #[wasm_bindgen(method, js_name = close)]
    pub(super) fn close_frame(this: &VideoFrame);
}

fn global_class(name: &str) -> JsValue {
    property(&js_sys::global(), name)
}

/// True if this browser can decode JPEGs at reduced size.
pub(super) fn is_available() -> bool {
    global_class("ImageDecoder").is_function()
}

/// True if frames tell the rotation that their EXIF orientation asks for. Firefox's do not: its
/// decoder rotates first and stretches the result to the size of the stored picture.
pub(super) fn frames_have_rotation() -> bool {
    let prototype = property(&global_class("VideoFrame"), "prototype");
    Reflect::has(&prototype, &"rotation".into()).unwrap_or(false)
}

/// Decodes a JPEG at `width` x `height` pixels, which are those before any EXIF rotation.
///
/// # Errors
///
/// An exception of the browser: the file is damaged, or the decoder does not support it.
pub(super) async fn decode_jpeg(file: &Uint8Array, width: u32, height: u32) -> Result<VideoFrame, JsValue> {
    let decoder = ImageDecoder::new(&object(&[
        ("data", file),
        ("type", &"image/jpeg".into()),
        ("desiredWidth", &width.into()),
        ("desiredHeight", &height.into()),
    ]))?;
    let result = JsFuture::from(decoder.decode()).await;
    decoder.close();
    Ok(property(&result?, "image").unchecked_into())
}

/// The pixels of a frame as RGBA, row by row.
///
/// # Errors
///
/// An exception: the browser cannot convert the frame to RGBA.
pub(super) async fn read_rgba(frame: &VideoFrame, width: u32, height: u32) -> Result<Vec<u8>, JsValue> {
    let pixels = Uint8Array::new_with_length(width * height * 4);
    JsFuture::from(frame.copy_to(&pixels, &object(&[("format", &"RGBA".into())]))).await?;
    Ok(pixels.to_vec())
}
