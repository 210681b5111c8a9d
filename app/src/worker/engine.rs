//! State of the drawing engine: the loaded photo, its sketches and its manual edits.
//!
//! [`load_photo`] and [`draw_photo`] are exported to JavaScript for programs that have pixels
//! already, such as the tests that compare drawings with golden files.

use std::cell::RefCell;

use lineart::{Analysis, Drawing, Hints, Photo, Sketch};
use model::{Edits, HINTS_VERSION, Style};
use wasm_bindgen::prelude::wasm_bindgen;

struct LoadedPhoto {
    photo: Photo,
    /// Until the hints are known.
    analysis: Option<Analysis>,
    sketch: Sketch,
    /// With faces and persons, once they are known.
    hinted_sketch: Option<Sketch>,
    /// The drawings are those of the hinted sketch.
    uses_hints: bool,
    /// They apply to all styles of one sketch.
    edits: Edits,
}

impl LoadedPhoto {
    fn new(photo: Photo) -> Self {
        let analysis = Analysis::new(&photo);
        let sketch = analysis.sketch(&Hints::default());
        Self {
            photo,
            analysis: Some(analysis),
            sketch,
            hinted_sketch: None,
            uses_hints: false,
            edits: Edits::default(),
        }
    }

    fn sketch(&self) -> &Sketch {
        self.hinted_sketch.as_ref().filter(|_| self.uses_hints).unwrap_or(&self.sketch)
    }
}

thread_local! {
    static LOADED: RefCell<Option<LoadedPhoto>> = const { RefCell::new(None) };
}

/// Scales a photo to the working size and computes the part of its drawings that does not depend on
/// the style. The photo has no manual edits at first.
pub(super) fn load(photo: Photo) {
    LOADED.set(Some(LoadedPhoto::new(photo.into_working_size())));
}

pub(super) fn unload() {
    LOADED.set(None);
}

/// Prepares drawings of the loaded photo with hints, and uses them.
pub(super) fn set_hints(hints: &Hints) {
    LOADED.with_borrow_mut(|loaded| {
        if let Some(loaded) = loaded
            && let Some(analysis) = loaded.analysis.take()
        {
            loaded.hinted_sketch = Some(analysis.sketch(hints));
            loaded.uses_hints = true;
        }
    });
}

/// Whether the hints of the loaded photo are known.
pub(super) fn has_hints() -> bool {
    LOADED.with_borrow(|loaded| loaded.as_ref().is_some_and(|loaded| loaded.hinted_sketch.is_some()))
}

/// Whether the drawings of the loaded photo have hints.
pub(super) fn uses_hints() -> bool {
    has_hints() && LOADED.with_borrow(|loaded| loaded.as_ref().is_some_and(|loaded| loaded.uses_hints))
}

/// Replaces the manual edits of the loaded photo, which were made with a version of the hints, or 0
/// without. Without that version they do not apply.
pub(super) fn set_edits(edits: Edits, hints_version: u32) {
    LOADED.with_borrow_mut(|loaded| {
        if let Some(loaded) = loaded {
            let is_available = match hints_version {
                0 => true,
                HINTS_VERSION => loaded.hinted_sketch.is_some(),
                _ => false,
            };
            loaded.uses_hints = hints_version != 0;
            loaded.edits = if is_available { edits } else { Edits::default() };
        }
    });
}

/// The drawing of the loaded photo with its edits, and the numbers of the strokes that come from
/// the photo (its first strokes); `None` without a photo.
pub(super) fn draw(style: &Style) -> Option<(Drawing, Vec<u32>)> {
    LOADED.with_borrow(|loaded| loaded.as_ref().map(|loaded| loaded.sketch().retouched(style, &loaded.edits)))
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

/// SVG path data of the loaded photo's drawing with its edits and hints; `None` without a photo. An
/// unknown preset or background is replaced by the default.
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
    let style = Style { preset, detail, line_mm, background, smoothing, frame, without_people: true };
    draw(&style).map(|(drawing, _)| drawing.path_data())
}
