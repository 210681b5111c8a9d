//! PNG out: black lines on white, smooth edges, one grey byte a pixel.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use tiny_skia::{FillRule, LineCap, LineJoin, Mask, PathBuilder, Stroke, Transform};

use super::Drawing;

/// From this size on, px, a page is meant for the printer, which turns grey into a screen of dots: edges are drawn
/// six times as steep as smooth ones. Below, smooth edges look better on a screen.
const PRINT_EDGE: u32 = 2000;
const STEEPNESS: i32 = 6;

impl Drawing {
    /// The longest side of a PNG, px; A3 at 480 dpi, and 64 MB of grey.
    pub const MAX_PNG_EDGE: u32 = 8000;

    /// The page as an 8-bit greyscale PNG of the photo's shape, `long_edge` pixels (1 to
    /// [`Drawing::MAX_PNG_EDGE`]) on its longer side.
    pub fn to_png(&self, long_edge: u32) -> Vec<u8> {
        let (width, height) = self.pixels(long_edge.min(Drawing::MAX_PNG_EDGE));
        let grey = self.to_grey(width, height);
        let mut png = Vec::new();
        // Rows of a line drawing repeat; the plain filter lets deflate see that, and is quick.
        PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::NoFilter)
            .write_image(&grey, width, height, ExtendedColorType::L8)
            .expect("writing to memory does not fail");
        png
    }

    fn to_grey(&self, width: u32, height: u32) -> Vec<u8> {
        let mut mask = Mask::new(width, height).expect("the size is at least 1 x 1 and below 2^13");
        let scale = (f64::from(width) / self.width) as f32;
        let stroke = Stroke {
            width: self.line_width as f32,
            line_cap: LineCap::Round,
            line_join: LineJoin::Round,
            ..Stroke::default()
        };
        for outline in self.strokes.iter().filter_map(skia_path).filter_map(|path| path.stroke(&stroke, scale)) {
            mask.fill_path(&outline, FillRule::Winding, true, Transform::from_scale(scale, scale));
        }
        mask.invert();
        let mut grey = mask.take();
        if width.max(height) >= PRINT_EDGE {
            grey.iter_mut().for_each(|value| *value = crisp(*value));
        }
        grey
    }
}

/// A steep ramp through middle grey.
fn crisp(grey: u8) -> u8 {
    ((i32::from(grey) - 128) * STEEPNESS + 128).clamp(0, 255) as u8
}

fn skia_path(stroke: &kurbo::BezPath) -> Option<tiny_skia::Path> {
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
    fn the_png_has_the_photos_shape_black_lines_and_white_ground() {
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
    fn no_size_is_too_small_or_too_large() {
        let thin = Drawing { width: 1024.0, height: 1.0, line_width: 2.0, strokes: vec![] };
        for edge in [0, 1, 3, u32::MAX] {
            assert!(!thin.to_png(edge).is_empty());
        }
    }
}
