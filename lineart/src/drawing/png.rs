//! PNG writer: rasterizes a drawing with anti-aliasing to 8-bit greyscale.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use tiny_skia::{FillRule, LineCap, LineJoin, Mask, PathBuilder, Stroke, Transform};

use super::Drawing;

/// Images with a long edge of at least this many pixels are meant for print. Printers halftone grey
/// pixels, so the contrast of anti-aliased edges is raised. Smaller images keep the smooth edges,
/// which look better on a screen.
const MIN_PRINT_EDGE: u32 = 2000;

/// Factor by which the contrast of edges is raised for print.
const PRINT_CONTRAST: i32 = 6;

impl Drawing {
    /// Largest long edge of a PNG in pixels: A3 at 480 dpi, 64 MB of greyscale pixels.
    pub const MAX_PNG_EDGE: u32 = 8000;

    /// Encodes the drawing as an 8-bit greyscale PNG. `long_edge` is the longer side in pixels,
    /// clamped to 1 to [`Drawing::MAX_PNG_EDGE`].
    pub fn to_png(&self, long_edge: u32) -> Vec<u8> {
        let (width, height) = self.size_in_pixels(long_edge.min(Drawing::MAX_PNG_EDGE));
        let grey = self.rasterize(width, height);
        let mut png = Vec::new();
        // Rows of a line drawing repeat. Without a PNG filter deflate finds the repeats, and
        // encoding is faster.
        PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::NoFilter)
            .write_image(&grey, width, height, ExtendedColorType::L8)
            .expect("writing to memory does not fail");
        png
    }

    /// One grey byte per pixel, row by row.
    fn rasterize(&self, width: u32, height: u32) -> Vec<u8> {
        let mut mask = Mask::new(width, height).expect("the size is at least 1 x 1 and at most 8000 x 8000");
        let scale = (f64::from(width) / self.width) as f32;
        let stroke = Stroke {
            width: self.line_width as f32,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        for outline in self.strokes.iter().filter_map(to_skia_path).filter_map(|path| path.stroke(&stroke, scale)) {
            mask.fill_path(&outline, FillRule::Winding, true, Transform::from_scale(scale, scale));
        }
        mask.invert();
        let mut grey = mask.take();
        if width.max(height) >= MIN_PRINT_EDGE {
            grey.iter_mut().for_each(|value| *value = raise_contrast(*value));
        }
        grey
    }
}

/// Scales the distance from middle grey by [`PRINT_CONTRAST`].
fn raise_contrast(grey: u8) -> u8 {
    ((i32::from(grey) - 128) * PRINT_CONTRAST + 128).clamp(0, 255) as u8
}

fn to_skia_path(stroke: &kurbo::BezPath) -> Option<tiny_skia::Path> {
    let mut out = PathBuilder::new();
    for element in stroke.elements() {
        match *element {
            kurbo::PathEl::MoveTo(p) => out.move_to(p.x as f32, p.y as f32),
            kurbo::PathEl::LineTo(p) => out.line_to(p.x as f32, p.y as f32),
            kurbo::PathEl::QuadTo(a, p) => {
                out.quad_to(a.x as f32, a.y as f32, p.x as f32, p.y as f32);
            }
            kurbo::PathEl::CurveTo(a, b, p) => {
                out.cubic_to(a.x as f32, a.y as f32, b.x as f32, b.y as f32, p.x as f32, p.y as f32)
            }
            kurbo::PathEl::ClosePath => out.close(),
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_is_greyscale_with_black_lines_on_white() {
        let mut stroke = kurbo::BezPath::new();
        stroke.move_to((0.0, 25.0));
        stroke.line_to((100.0, 25.0));
        let drawing = Drawing { width: 100.0, height: 50.0, line_width: 10.0, strokes: vec![stroke.clone(), stroke] };
        let png = image::load_from_memory(&drawing.to_png(40)).unwrap();
        assert_eq!(png.color(), image::ColorType::L8);
        let grey = png.into_luma8();
        assert_eq!(grey.dimensions(), (40, 20));
        assert_eq!((grey.get_pixel(20, 10).0, grey.get_pixel(20, 2).0), ([0], [255]));
    }

    #[test]
    fn long_edge_is_clamped() {
        let thin = Drawing { width: 1024.0, height: 1.0, line_width: 2.0, strokes: vec![] };
        for (edge, size) in [(0, (1, 1)), (1, (1, 1)), (3, (3, 1)), (u32::MAX, (Drawing::MAX_PNG_EDGE, 8))] {
            let png = image::load_from_memory(&thin.to_png(edge)).unwrap();
            assert_eq!((png.width(), png.height()), size, "{edge}");
        }
    }
}
