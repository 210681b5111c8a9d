//! Painting a drawing on a canvas outside of the page.

use lineart::Drawing;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{OffscreenCanvas, OffscreenCanvasRenderingContext2d, Path2d};

use crate::js_object::object;

/// A canvas that is reused as long as the size of the pictures stays the same.
#[derive(Default)]
pub(super) struct Painter {
    canvas: Option<OffscreenCanvas>,
}

impl Painter {
    /// Paints black lines on white, `width` pixels wide; `path` is the path data of the drawing.
    /// Without a height, the canvas has the aspect ratio of the drawing.
    pub(super) fn paint(
        &mut self,
        drawing: &Drawing,
        path: &str,
        width: u32,
        height: Option<u32>,
    ) -> Result<OffscreenCanvas, JsValue> {
        let width = width.max(1);
        let proportional = || (f64::from(width) * drawing.height / drawing.width).round() as u32;
        let height = height.unwrap_or_else(proportional).max(1);
        let reused = self.canvas.take().filter(|canvas| canvas.width() == width && canvas.height() == height);
        let canvas = match reused {
            Some(canvas) => canvas,
            None => OffscreenCanvas::new(width, height)?,
        };
        let context = context_2d(&canvas, "alpha", false)?;
        let (across, down) = (f64::from(width), f64::from(height));
        context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)?;
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, across, down);
        context.scale(across / drawing.width, down / drawing.height)?;
        context.set_line_width(drawing.line_width);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.stroke_with_path(&Path2d::new_with_path_string(path)?);
        self.canvas = Some(canvas.clone());
        Ok(canvas)
    }
}

/// The 2D context of a canvas with one of the settings of `getContext`.
pub(super) fn context_2d(
    canvas: &OffscreenCanvas,
    setting: &str,
    on: bool,
) -> Result<OffscreenCanvasRenderingContext2d, JsValue> {
    let context = canvas.get_context_with_context_options("2d", &object(&[(setting, &on.into())]))?;
    Ok(context.ok_or(JsValue::NULL)?.unchecked_into())
}

/// A line `width height` in page units, then a line `number path` for each stroke that comes from
/// the photo.
pub(super) fn list_strokes(drawing: Drawing, numbers: &[u32]) -> String {
    let Drawing { width, height, line_width, strokes } = drawing;
    let mut text = format!("{} {}\n", in_tenths(width), in_tenths(height));
    for (number, stroke) in numbers.iter().zip(strokes) {
        let single = Drawing { width, height, line_width, strokes: vec![stroke] };
        text += &format!("{number} {}\n", single.path_data());
    }
    text
}

/// Page units with at most one decimal. Formatting an `f64` would add 10 kB to the WebAssembly
/// build.
fn in_tenths(units: f64) -> String {
    let tenths = (units * 10.0).round() as u32;
    match tenths % 10 {
        0 => (tenths / 10).to_string(),
        decimal => format!("{}.{decimal}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use lineart::{Photo, Sketch};
    use model::{Edits, Style};

    use super::*;

    #[test]
    fn strokes_are_listed_with_size_number_and_path() {
        let rgb = (0..64 * 48).flat_map(|i| if i % 64 < 32 { [0, 0, 0] } else { [255, 255, 255] }).collect();
        let sketch = Sketch::new(&Photo::from_rgb(64, 48, rgb).expect("a photo"));
        let (drawing, numbers) = sketch.retouched(&Style::default(), &Edits::default());
        assert!(!numbers.is_empty());
        let text = list_strokes(drawing, &numbers);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("1024 768"));
        for number in numbers {
            let line = lines.next().expect("a line for each stroke");
            assert!(line.starts_with(&format!("{number} m")), "{line}");
        }
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn blank_drawing_lists_its_size_only() {
        let drawing = Drawing { width: 1024.0, height: 512.5, line_width: 3.0, strokes: vec![] };
        assert_eq!(list_strokes(drawing, &[]), "1024 512.5\n");
    }
}
