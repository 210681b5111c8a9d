//! The window and what stands in it: dialogs, canvases, going elsewhere.

use model::Problem;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlDialogElement, HtmlElement, ImageBitmap, ImageBitmapRenderingContext, Window};

pub(super) fn window() -> Result<Window, Problem> {
    web_sys::window().ok_or_else(Problem::internal)
}

/// Leaves for another screen.
pub fn go(path: &str) {
    if let Ok(window) = window() {
        let _ = window.location().assign(path);
    }
}

pub fn reload() {
    if let Ok(window) = window() {
        let _ = window.location().reload();
    }
}

pub fn print() {
    if let Ok(window) = window() {
        let _ = window.print();
    }
}

pub fn open_dialog(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        let _ = dialog.show_modal();
    }
}

/// Moves the keyboard, and with it a screen reader, to what matters now.
pub fn focus(element: &HtmlElement) {
    let _ = element.focus();
}

/// A number for the style sheet. Set here rather than in the markup, where a strict policy forbids styles.
pub fn set_style(element: &HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

/// How many device pixels a picture of this shape covers where `frame` stands.
pub fn device_pixels(frame: &HtmlElement, width: u32, height: u32) -> (u32, u32) {
    let ratio = window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 3.0);
    let across = f64::from(frame.client_width().max(1)) * ratio;
    (across as u32, (across * f64::from(height) / f64::from(width.max(1))).round() as u32)
}

/// Shows a finished picture. It is handed over, not copied.
pub fn show(canvas: &HtmlCanvasElement, picture: &ImageBitmap) {
    canvas.set_width(picture.width());
    canvas.set_height(picture.height());
    if let Ok(Some(context)) = canvas.get_context("bitmaprenderer") {
        context.unchecked_into::<ImageBitmapRenderingContext>().transfer_from_image_bitmap(picture);
    }
}

/// 128 random bits in hexadecimal.
pub fn random_key() -> String {
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().and_then(|window| window.crypto().map_err(|_| Problem::internal())) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
