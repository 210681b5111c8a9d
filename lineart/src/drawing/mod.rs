//! A vector drawing of stroked Bézier paths, with writers for SVG, PNG and PDF.

use kurbo::{BezPath, PathEl, Point};

#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "png")]
mod png;
pub mod svg;
#[cfg(feature = "pdf")]
mod text_layout;

/// A line drawing: black lines of one width on white, with the photo's aspect ratio.
///
/// Drawings made by this crate have coordinates in whole tenths of a unit, so writing them to SVG
/// and reading them back is lossless.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Width in page units; the longer side has [`Drawing::LONG_EDGE`].
    pub width: f64,
    /// Height in page units.
    pub height: f64,
    /// Width of all lines in page units.
    pub line_width: f64,
    /// Centre lines, stroked with round caps and joins. Each path has one subpath, open or closed.
    pub strokes: Vec<BezPath>,
}

impl Drawing {
    /// Page units on the longer side. One unit is about a quarter of a millimetre on A4.
    pub const LONG_EDGE: f64 = 1024.0;

    /// Width and height in pixels when the longer side has `long_edge` pixels; at least 1 x 1.
    #[cfg(feature = "png")]
    fn size_in_pixels(&self, long_edge: u32) -> (u32, u32) {
        let scale = f64::from(long_edge.max(1)) / self.width.max(self.height);
        let side = |units: f64| (units * scale).round().max(1.0) as u32;
        (side(self.width), side(self.height))
    }
}

/// Rounds every coordinate of `path` to a tenth of a page unit, the resolution of the SVG file.
pub(crate) fn quantize_path(path: &BezPath) -> BezPath {
    let quantize = |p: Point| Point::new(to_tenths(p.x) as f64 / 10.0, to_tenths(p.y) as f64 / 10.0);
    path.elements()
        .iter()
        .map(|element| match *element {
            PathEl::MoveTo(p) => PathEl::MoveTo(quantize(p)),
            PathEl::LineTo(p) => PathEl::LineTo(quantize(p)),
            PathEl::QuadTo(a, p) => PathEl::QuadTo(quantize(a), quantize(p)),
            PathEl::CurveTo(a, b, p) => PathEl::CurveTo(quantize(a), quantize(b), quantize(p)),
            PathEl::ClosePath => PathEl::ClosePath,
        })
        .collect()
}

/// A coordinate in whole tenths of a unit, rounded.
fn to_tenths(units: f64) -> i64 {
    (units * 10.0).round() as i64
}
