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

    use lineart::{Photo, Preset, Sketch, Style};
    use model::Problem;
    use wasm_bindgen::prelude::wasm_bindgen;

    thread_local! {
        static SKETCH: RefCell<Option<Sketch>> = const { RefCell::new(None) };
    }

    /// Looks at the bytes of a file without decoding it: nothing if it is a photo we read, else the code of the problem.
    #[wasm_bindgen]
    pub fn inspect(file: &[u8]) -> Option<String> {
        let refused = lineart::decode::check(file).err()?;
        Some(Problem::from(refused).code.as_str().to_owned())
    }

    /// Takes a photo in: `rgba` holds `width` x `height` pixels of four bytes. False if that is not so.
    #[wasm_bindgen]
    pub fn sketch(width: u32, height: u32, rgba: &[u8]) -> bool {
        let sketch = Photo::from_rgba(width, height, rgba).map(|photo| Sketch::new(&photo)).ok();
        SKETCH.with_borrow_mut(|kept| *kept = sketch);
        SKETCH.with_borrow(Option::is_some)
    }

    /// A drawing for a canvas: `path` is a `Path2D`, its lines `line_width` wide, on a sheet of `width` x `height`.
    #[wasm_bindgen]
    pub struct Picture {
        pub width: f64,
        pub height: f64,
        pub line_width: f64,
        path: String,
    }

    #[wasm_bindgen]
    impl Picture {
        #[wasm_bindgen(getter)]
        pub fn path(&self) -> String {
            self.path.clone()
        }
    }

    /// Draws the photo taken in last; nothing if there is none. An unknown preset is the standard one.
    #[wasm_bindgen]
    pub fn draw(preset: &str, detail: Option<f32>, line_mm: Option<f32>) -> Option<Picture> {
        let preset: Preset = preset.parse().unwrap_or_default();
        SKETCH.with_borrow(|kept| {
            let drawing = kept.as_ref()?.draw(&Style { detail, line_mm, ..Style::of(preset) });
            Some(Picture {
                width: drawing.width,
                height: drawing.height,
                line_width: drawing.line_width,
                path: drawing.path_data(),
            })
        })
    }
}
