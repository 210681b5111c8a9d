//! Reading the pixels of a decoded picture, with a check that the browser does not falsify them.

use model::ProblemCode;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{ImageBitmap, ImageData, OffscreenCanvas};

use super::{
    image_decoder::{self, VideoFrame},
    painting::context_2d,
    picture::Picture,
};

/// Pixels of a test picture with colours that no browser returns by chance, as RGBA.
const TEST_PIXELS: [u8; 16] = [200, 30, 90, 255, 20, 160, 70, 255, 250, 240, 10, 255, 60, 50, 220, 255];
/// Side of the test picture in pixels.
const TEST_SIDE: u32 = 2;
/// Largest deviation of a colour that does not matter. Brave and private windows of Firefox add
/// noise of one step.
const MAX_DEVIATION: u8 = 3;

/// The pixels of a picture, scaled to `width` x `height`, as RGBA.
///
/// # Errors
///
/// `photo_broken` if the browser fails, `pixels_hidden` if its canvases return false pixels, as in
/// Firefox with the setting `privacy.resistFingerprinting`, which has no WebCodecs either.
pub(super) async fn read(picture: &Picture, width: u32, height: u32) -> Result<Vec<u8>, ProblemCode> {
    if let Picture::Frame(frame) = picture
        && is_final(frame, width, height)
        && let Ok(rgba) = image_decoder::read_rgba(frame, width, height).await
    {
        return Ok(rgba);
    }
    let broken = |_: JsValue| ProblemCode::PhotoBroken;
    if !canvas_is_readable().map_err(broken)? {
        return Err(ProblemCode::PixelsHidden);
    }
    read_by_canvas(picture, width, height).map_err(broken)
}

/// True if the frame has this size and needs no rotation.
fn is_final(frame: &VideoFrame, width: u32, height: u32) -> bool {
    frame.rotation() == Some(0.0)
        && frame.flip() != Some(true)
        && (frame.coded_width(), frame.coded_height()) == (width, height)
}

fn read_by_canvas(picture: &Picture, width: u32, height: u32) -> Result<Vec<u8>, JsValue> {
    let canvas = OffscreenCanvas::new(width, height)?;
    let context = context_2d(&canvas, "willReadFrequently", true)?;
    let (across, down) = (f64::from(width), f64::from(height));
    // Transparent pixels become white.
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, across, down);
    // web-sys has no method for it; where it cannot be set, scaling is only a little rougher.
    let _ = js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    let image: &ImageBitmap = match picture {
        Picture::Bitmap(bitmap) => bitmap,
        // `drawImage` takes frames too.
        Picture::Frame(frame) => frame.unchecked_ref(),
    };
    context.draw_image_with_image_bitmap_and_dw_and_dh(image, 0.0, 0.0, across, down)?;
    Ok(context.get_image_data(0.0, 0.0, across, down)?.data().0)
}

fn test_picture() -> Result<ImageData, JsValue> {
    ImageData::new_with_u8_clamped_array_and_sh(Clamped(&TEST_PIXELS), TEST_SIDE, TEST_SIDE)
}

/// Whether a canvas returns the pixels that were put on it.
pub(super) fn canvas_is_readable() -> Result<bool, JsValue> {
    let canvas = OffscreenCanvas::new(TEST_SIDE, TEST_SIDE)?;
    let context = context_2d(&canvas, "willReadFrequently", true)?;
    context.put_image_data(&test_picture()?, 0.0, 0.0)?;
    let side = f64::from(TEST_SIDE);
    Ok(is_test_picture(&context.get_image_data(0.0, 0.0, side, side)?.data()))
}

fn is_test_picture(rgba: &[u8]) -> bool {
    rgba.len() == TEST_PIXELS.len()
        && rgba.iter().zip(TEST_PIXELS).all(|(&value, expected)| value.abs_diff(expected) <= MAX_DEVIATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_of_one_step_is_tolerated() {
        assert!(is_test_picture(&TEST_PIXELS.map(|value| value.saturating_sub(1))));
    }

    #[test]
    fn false_pixels_are_recognised() {
        assert!(!is_test_picture(&[255; 16]), "white");
        assert!(!is_test_picture(&[7, 200, 13, 255, 90, 12, 255, 3, 64, 65, 66, 67, 1, 2, 3, 4]), "noise");
        assert!(!is_test_picture(&TEST_PIXELS[..12]), "too few");
    }
}
