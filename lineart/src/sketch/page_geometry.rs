//! Page geometry: the size of the page in its own units, and the frame around it.

use kurbo::BezPath;

use crate::drawing::{Drawing, quantize_path};

/// Width and height of the page of a photo of `width * height` px: its aspect ratio with
/// [`Drawing::LONG_EDGE`] units on the longer side, in hundredths, at least 1.
pub(super) fn page_size(width: u32, height: u32) -> (f64, f64) {
    let units_per_px = Drawing::LONG_EDGE / f64::from(width.max(height));
    let side = |pixels: u32| (f64::from(pixels) * units_per_px * 100.0).round().max(100.0) / 100.0;
    (side(width), side(height))
}

/// A rectangle along the edge of the page, inset by half the line width so that all of the line is
/// on the page.
pub(super) fn frame_stroke(width: f64, height: f64, line_width: f64) -> BezPath {
    let inset = 0.5 * line_width;
    let (right, bottom) = (width - inset, height - inset);
    let mut frame = BezPath::new();
    frame.move_to((inset, inset));
    for corner in [(right, inset), (right, bottom), (inset, bottom)] {
        frame.line_to(corner);
    }
    frame.close_path();
    quantize_path(&frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_keeps_the_aspect_ratio() {
        assert_eq!(page_size(30, 20), (1024.0, 682.67));
        assert_eq!(page_size(1, 60_000), (1.0, 1024.0));
    }
}
