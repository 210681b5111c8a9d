//! The browser's entry points. One WebAssembly module serves the tab, which calls [`tab::hydrate`], and the
//! worker, which calls the functions of [`worker`]; those need no DOM and run anywhere.

#[cfg(feature = "hydrate")]
pub mod tab {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Makes the islands ready; the loader then wakes each by its name.
    #[wasm_bindgen]
    pub fn hydrate() {
        console_error_panic_hook::set_once();
        app::hydrate();
    }
}

#[cfg(feature = "hydrate")]
pub mod worker {
    use std::cell::RefCell;

    use lineart::{Background, Drawing, Edits, Photo, Preset, Sketch, Style};
    use model::{Problem, ProblemCode};
    use wasm_bindgen::prelude::wasm_bindgen;

    thread_local! {
        static AT_HAND: RefCell<Option<(Photo, Sketch, Edits)>> = const { RefCell::new(None) };
    }

    /// What the bytes of a file say without being decoded.
    #[wasm_bindgen]
    pub struct Look {
        /// How large it should be decoded, in pixels before it is turned upright; only where that is less than all.
        pub width: Option<u32>,
        pub height: Option<u32>,
        problem: Option<ProblemCode>,
    }

    #[wasm_bindgen]
    impl Look {
        /// Why it is no photo that we read.
        #[wasm_bindgen(getter)]
        pub fn problem(&self) -> Option<String> {
            self.problem.map(|code| code.as_str().to_owned())
        }
    }

    #[wasm_bindgen]
    pub fn inspect(file: &[u8]) -> Look {
        match lineart::decode::validate_file(file) {
            Ok(header) => {
                let (width, height) = header.reduced_size();
                let less = |side: u32| (width < header.width).then_some(side);
                Look { width: less(width), height: less(height), problem: None }
            }
            Err(refused) => Look { width: None, height: None, problem: Some(Problem::from(refused).code) },
        }
    }

    /// Takes a photo in: `rgba` holds `width` x `height` pixels of four bytes. False if that is not so.
    #[wasm_bindgen]
    pub fn sketch(width: u32, height: u32, rgba: &[u8]) -> bool {
        let photo = Photo::from_rgba(width, height, rgba).map(Photo::into_working_size).ok();
        let sketched = photo.map(|photo| {
            let sketch = Sketch::new(&photo);
            (photo, sketch, Edits::default())
        });
        AT_HAND.with_borrow_mut(|at_hand| *at_hand = sketched);
        AT_HAND.with_borrow(Option::is_some)
    }

    /// The pixels that are drawn from, four bytes each and none of them transparent: whoever has them draws the same.
    /// Nothing if no photo was taken in.
    #[wasm_bindgen]
    pub fn pixels() -> Option<Vec<u8>> {
        AT_HAND.with_borrow(|at_hand| at_hand.as_ref().map(|(photo, ..)| photo.to_rgba()))
    }

    /// How many of them make a row.
    #[wasm_bindgen]
    pub fn pixels_across() -> u32 {
        AT_HAND.with_borrow(|at_hand| at_hand.as_ref().map_or(0, |(photo, ..)| photo.width()))
    }

    /// What was changed by hand, from now on and in every style: numbers of strokes to leave out, and lines to add,
    /// their coordinates one after the other; `points` says how many points each has.
    #[wasm_bindgen]
    pub fn retouch(erased: Vec<u32>, coordinates: &[f32], points: &[u32]) {
        let mut rest = coordinates.as_chunks::<2>().0;
        let mut line = |points: &u32| {
            let (line, others) = rest.split_at_checked(*points as usize).unwrap_or_default();
            rest = others;
            line.to_vec()
        };
        let added = points.iter().map(&mut line).collect();
        AT_HAND.with_borrow_mut(|at_hand| {
            if let Some((_, _, edits)) = at_hand {
                *edits = Edits { erased, added };
            }
        });
    }

    /// A drawing for a canvas: `path` is a `Path2D`, its lines `line_width` wide, on a sheet of `width` x `height`.
    #[wasm_bindgen]
    pub struct Picture {
        pub width: f64,
        pub height: f64,
        pub line_width: f64,
        drawing: Drawing,
        numbers: Vec<u32>,
    }

    #[wasm_bindgen]
    impl Picture {
        #[wasm_bindgen(getter)]
        pub fn path(&self) -> String {
            self.drawing.path_data()
        }

        /// A line of text for each of the photo's own strokes: its number and its path.
        pub fn strokes(&mut self) -> String {
            let mut text = String::new();
            for (number, stroke) in self.numbers.iter().zip(std::mem::take(&mut self.drawing.strokes)) {
                let alone = Drawing { strokes: vec![stroke], ..self.drawing };
                text += &format!("{number} {}\n", alone.path_data());
            }
            text
        }
    }

    /// Draws the photo taken in last; nothing if there is none. An unknown preset is the standard one, and an unknown
    /// background stays.
    #[wasm_bindgen]
    pub fn draw(
        preset: &str,
        detail: Option<f32>,
        line_mm: Option<f32>,
        background: Option<String>,
        smoothing: Option<f32>,
        frame: bool,
    ) -> Option<Picture> {
        let preset: Preset = preset.parse().unwrap_or_default();
        let background: Background = background.and_then(|background| background.parse().ok()).unwrap_or_default();
        AT_HAND.with_borrow(|at_hand| {
            let (_, sketch, edits) = at_hand.as_ref()?;
            let style = Style { preset, detail, line_mm, background, smoothing, frame };
            let (drawing, numbers) = sketch.retouched(&style, edits);
            let Drawing { width, height, line_width, .. } = drawing;
            Some(Picture { width, height, line_width, drawing, numbers })
        })
    }
}
