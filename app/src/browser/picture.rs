//! A picture that the browser has decoded, to paint parts of it.

use js_sys::{Function, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use super::{canvas::to_png, document::document, photo::Photo};

/// A decoded picture, upright.
pub struct Picture(HtmlImageElement);

impl Picture {
    /// Loads a picture; `None` if the browser cannot read it.
    pub async fn load(url: &str) -> Option<Self> {
        let image = HtmlImageElement::new().ok()?;
        // Not `decode()`, which decodes every pixel: painted smaller, a JPEG is decoded smaller.
        let loaded = Promise::new(&mut |loaded: Function, failed: Function| {
            image.set_onload(Some(&loaded));
            image.set_onerror(Some(&failed));
        });
        image.set_src(url);
        JsFuture::from(loaded).await.ok()?;
        Some(Self(image))
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.0.natural_width(), self.0.natural_height())
    }

    /// Paints the picture on a canvas, which gets this size in pixels, with a transform
    /// `a, b, c, d, e, f` as of `CanvasRenderingContext2D.setTransform`. What the picture does not
    /// cover is white.
    pub fn paint(&self, canvas: &HtmlCanvasElement, (width, height): (u32, u32), transform: [f64; 6]) {
        canvas.set_width(width);
        canvas.set_height(height);
        let context = canvas.get_context("2d").ok().flatten();
        let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) else {
            return;
        };
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, width.into(), height.into());
        // Not in web_sys.
        let _ = js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
        let [a, b, c, d, e, f] = transform;
        let _ = context.set_transform(a, b, c, d, e, f);
        let _ = context.draw_image_with_html_image_element(&self.0, 0.0, 0.0);
    }

    /// Paints as [`Self::paint`] does and returns the canvas as a photo, without loss. `None` if
    /// the browser has no memory for it.
    pub async fn cut_out(&self, size: (u32, u32), transform: [f64; 6]) -> Option<Photo> {
        let canvas: HtmlCanvasElement = document()?.create_element("canvas").ok()?.dyn_into().ok()?;
        self.paint(&canvas, size, transform);
        to_png(&canvas).await.map(Photo::new)
    }
}
