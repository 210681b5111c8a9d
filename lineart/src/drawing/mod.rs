//! The drawing: strokes as centre lines on a page of the photo's shape. One value, many writers.

use kurbo::{BezPath, PathEl, Point};

#[cfg(feature = "pdf")]
pub mod pdf;
#[cfg(feature = "png")]
mod png;
pub mod svg;
#[cfg(feature = "pdf")]
mod title;

/// A finished page: black lines of one width on white.
///
/// Drawings made by this crate have coordinates in whole tenths of a unit, so that writing and
/// reading them loses nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Page units across; the longer side is [`Drawing::LONG_EDGE`].
    pub width: f64,
    /// Page units down.
    pub height: f64,
    /// Width of every line in page units.
    pub line_width: f64,
    /// Centre lines to be stroked with round caps and joins; each holds one subpath, open or closed.
    pub strokes: Vec<BezPath>,
}

impl Drawing {
    /// Page units on the longer side: about a quarter of a millimetre each on A4.
    pub const LONG_EDGE: f64 = 1024.0;

    /// Pixels across and down of the page at `long_edge` pixels, in the photo's shape, at least 1 x 1.
    #[cfg(feature = "png")]
    fn pixels(&self, long_edge: u32) -> (u32, u32) {
        let scale = f64::from(long_edge.max(1)) / self.width.max(self.height);
        let side = |units: f64| (units * scale).round().max(1.0) as u32;
        (side(self.width), side(self.height))
    }
}

/// `path` with every coordinate on the nearest tenth of a unit, which is what a file holds.
pub(crate) fn on_tenths(path: &BezPath) -> BezPath {
    let snap = |p: Point| Point::new(tenths(p.x) as f64 / 10.0, tenths(p.y) as f64 / 10.0);
    path.elements()
        .iter()
        .map(|element| match *element {
            PathEl::MoveTo(p) => PathEl::MoveTo(snap(p)),
            PathEl::LineTo(p) => PathEl::LineTo(snap(p)),
            PathEl::QuadTo(a, p) => PathEl::QuadTo(snap(a), snap(p)),
            PathEl::CurveTo(a, b, p) => PathEl::CurveTo(snap(a), snap(b), snap(p)),
            PathEl::ClosePath => PathEl::ClosePath,
        })
        .collect()
}

fn tenths(units: f64) -> i64 {
    (units * 10.0).round() as i64
}
