//! WebAssembly entry points. The page calls [`tab::hydrate`]; the web worker `public/worker.js`
//! calls the functions of [`worker`], which need no DOM.

#[cfg(feature = "hydrate")]
pub mod tab {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Hydrates the document. `catalog` is the JSON of the messages in its language.
    #[wasm_bindgen]
    pub fn hydrate(catalog: &str) {
        console_error_panic_hook::set_once();
        app::hydrate(catalog);
    }

    /// Attaches behaviour to a screen that is not yet part of the Leptos application.
    #[wasm_bindgen]
    pub fn attach_legacy() {
        console_error_panic_hook::set_once();
        app::legacy::attach();
    }
}

#[cfg(feature = "hydrate")]
pub mod worker {
    use std::cell::RefCell;

    use lineart::{Background, Drawing, Edits, Photo, Preset, Sketch, Style};
    use model::{Problem, ProblemCode};
    use wasm_bindgen::prelude::wasm_bindgen;

    struct LoadedPhoto {
        photo: Photo,
        sketch: Sketch,
        edits: Edits,
    }

    thread_local! {
        static LOADED: RefCell<Option<LoadedPhoto>> = const { RefCell::new(None) };
    }

    /// The result of reading a file's header without decoding the file.
    #[wasm_bindgen]
    pub struct PhotoHeader {
        /// Size to decode at, in pixels before the EXIF rotation; `None` for the full size.
        pub width: Option<u32>,
        pub height: Option<u32>,
        problem: Option<ProblemCode>,
    }

    #[wasm_bindgen]
    impl PhotoHeader {
        /// Code of the problem for which the engine cannot decode the file.
        #[wasm_bindgen(getter)]
        pub fn problem(&self) -> Option<String> {
            self.problem.map(|code| code.as_str().to_owned())
        }
    }

    /// Reads the header of a photo file.
    #[wasm_bindgen]
    pub fn inspect_photo(file: &[u8]) -> PhotoHeader {
        match lineart::decode::validate_file(file) {
            Ok(header) => {
                let (width, height) = header.reduced_size();
                let if_reduced = |side: u32| (width < header.width).then_some(side);
                PhotoHeader { width: if_reduced(width), height: if_reduced(height), problem: None }
            }
            Err(error) => PhotoHeader { width: None, height: None, problem: Some(Problem::from(error).code) },
        }
    }

    /// Loads a photo and computes the style-independent part of its drawing. `rgba` holds `width` x
    /// `height` pixels of four bytes. Returns false, with no photo loaded, when the size is invalid
    /// or does not match.
    #[wasm_bindgen]
    pub fn load_photo(width: u32, height: u32, rgba: &[u8]) -> bool {
        let photo = Photo::from_rgba(width, height, rgba).map(Photo::into_working_size).ok();
        let loaded = photo.map(|photo| LoadedPhoto { sketch: Sketch::new(&photo), photo, edits: Edits::default() });
        LOADED.set(loaded);
        LOADED.with_borrow(Option::is_some)
    }

    /// Returns the opaque RGBA pixels of the loaded photo at working size, `None` without a photo.
    /// Drawing them elsewhere gives the same result.
    #[wasm_bindgen]
    pub fn photo_pixels() -> Option<Vec<u8>> {
        LOADED.with_borrow(|loaded| loaded.as_ref().map(|loaded| loaded.photo.to_rgba()))
    }

    /// Returns the width of [`photo_pixels`] in pixels, 0 without a photo.
    #[wasm_bindgen]
    pub fn photo_width() -> u32 {
        LOADED.with_borrow(|loaded| loaded.as_ref().map_or(0, |loaded| loaded.photo.width()))
    }

    /// Sets the manual edits, which apply to all styles: numbers of strokes to omit, and lines to
    /// add. `coordinates` holds the x and y of all points, `points` the number of points of each
    /// line.
    #[wasm_bindgen]
    pub fn set_edits(erased: Vec<u32>, coordinates: &[f32], points: &[u32]) {
        let mut rest = coordinates.as_chunks::<2>().0;
        let mut line = |points: &u32| {
            let (line, others) = rest.split_at_checked(*points as usize).unwrap_or_default();
            rest = others;
            line.to_vec()
        };
        let added = points.iter().map(&mut line).collect();
        LOADED.with_borrow_mut(|loaded| {
            if let Some(loaded) = loaded {
                loaded.edits = Edits { erased, added };
            }
        });
    }

    /// A drawing for a canvas, in units of the drawing: `path` is for a `Path2D`, stroked
    /// `line_width` wide on an area of `width` x `height`.
    #[wasm_bindgen]
    pub struct CanvasDrawing {
        pub width: f64,
        pub height: f64,
        pub line_width: f64,
        drawing: Drawing,
        numbers: Vec<u32>,
    }

    #[wasm_bindgen]
    impl CanvasDrawing {
        #[wasm_bindgen(getter)]
        pub fn path(&self) -> String {
            self.drawing.path_data()
        }

        /// Returns one line of text for each stroke that comes from the photo: its number and its
        /// path. Takes the strokes: a second call returns nothing.
        pub fn strokes(&mut self) -> String {
            let mut text = String::new();
            for (number, stroke) in self.numbers.iter().zip(std::mem::take(&mut self.drawing.strokes)) {
                let single = Drawing { strokes: vec![stroke], ..self.drawing };
                text += &format!("{number} {}\n", single.path_data());
            }
            text
        }
    }

    /// Draws the loaded photo; `None` without a photo. An unknown preset or background is replaced
    /// by the default.
    #[wasm_bindgen]
    pub fn draw_photo(
        preset: &str,
        detail: Option<f32>,
        line_mm: Option<f32>,
        background: Option<String>,
        smoothing: Option<f32>,
        frame: bool,
    ) -> Option<CanvasDrawing> {
        let preset: Preset = preset.parse().unwrap_or_default();
        let background: Background = background.and_then(|background| background.parse().ok()).unwrap_or_default();
        LOADED.with_borrow(|loaded| {
            let loaded = loaded.as_ref()?;
            let style = Style { preset, detail, line_mm, background, smoothing, frame };
            let (drawing, numbers) = loaded.sketch.retouched(&style, &loaded.edits);
            let Drawing { width, height, line_width, .. } = drawing;
            Some(CanvasDrawing { width, height, line_width, drawing, numbers })
        })
    }
}
