//! State of the drawing engine: the loaded photo, its sketch and its manual edits.
//!
//! [`load_photo`] and [`draw_photo`] are exported to JavaScript for programs that have pixels
//! already, such as the tests that compare drawings with golden files.

use std::cell::RefCell;

use lineart::{Drawing, Photo, Sketch};
use model::{Edits, Style};
use wasm_bindgen::prelude::wasm_bindgen;

struct LoadedPhoto {
    photo: Photo,
    sketch: Sketch,
    /// They apply to all styles.
    edits: Edits,
}

thread_local! {
    static LOADED: RefCell<Option<LoadedPhoto>> = const { RefCell::new(None) };
}

/// Scales a photo to the working size and computes the part of its drawings that does not depend on
/// the style. The photo has no manual edits at first.
pub(super) fn load(photo: Photo) {
    let photo = photo.into_working_size();
    LOADED.set(Some(LoadedPhoto { sketch: Sketch::new(&photo), photo, edits: Edits::default() }));
}

pub(super) fn unload() {
    LOADED.set(None);
}

/// Replaces the manual edits of the loaded photo.
pub(super) fn set_edits(edits: Edits) {
    LOADED.with_borrow_mut(|loaded| {
        if let Some(loaded) = loaded {
            loaded.edits = edits;
        }
    });
}

/// The drawing of the loaded photo with its edits, and the numbers of the strokes that come from
/// the photo (its first strokes); `None` without a photo.
pub(super) fn draw(style: &Style) -> Option<(Drawing, Vec<u32>)> {
    LOADED.with_borrow(|loaded| loaded.as_ref().map(|loaded| loaded.sketch.retouched(style, &loaded.edits)))
}

/// The loaded photo at working size. Drawing its pixels elsewhere gives the same result.
pub(super) fn working_photo() -> Option<Photo> {
    LOADED.with_borrow(|loaded| loaded.as_ref().map(|loaded| loaded.photo.clone()))
}

/// Loads a photo of `width` x `height` RGBA pixels. Returns false, with no photo loaded, if the
/// size is invalid or does not match.
#[wasm_bindgen]
pub fn load_photo(width: u32, height: u32, rgba: &[u8]) -> bool {
    unload();
    Photo::from_rgba(width, height, rgba).map(load).is_ok()
}

/// SVG path data of the loaded photo's drawing with its edits; `None` without a photo. An unknown
/// preset or background is replaced by the default.
#[wasm_bindgen]
pub fn draw_photo(
    preset: &str,
    detail: Option<f32>,
    line_mm: Option<f32>,
    background: Option<String>,
    smoothing: Option<f32>,
    frame: bool,
) -> Option<String> {
    let preset = preset.parse().unwrap_or_default();
    let background = background.and_then(|background| background.parse().ok()).unwrap_or_default();
    let style = Style { preset, detail, line_mm, background, smoothing, frame };
    draw(&style).map(|(drawing, _)| drawing.path_data())
}
