//! Zoom of a picture in a scrolling container, which keeps the middle of the view in place.

use super::viewport::ZOOM_STEP;

/// Largest zoom factor.
const MAX_ZOOM: f64 = 6.0;

/// How far a picture is zoomed in a container that scrolls over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScrollZoom(f64);

impl Default for ScrollZoom {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl ScrollZoom {
    /// The whole picture.
    pub const WHOLE: Self = Self(1.0);

    /// Factor from 1 to 6.
    pub fn factor(self) -> f64 {
        self.0
    }

    pub fn can_zoom_in(self) -> bool {
        self.0 < MAX_ZOOM
    }

    pub fn can_zoom_out(self) -> bool {
        self.0 > 1.0
    }

    #[must_use]
    pub fn zoomed_in(self) -> Self {
        Self((self.0 * ZOOM_STEP).min(MAX_ZOOM))
    }

    #[must_use]
    pub fn zoomed_out(self) -> Self {
        Self((self.0 / ZOOM_STEP).max(1.0))
    }

    /// Returns what a key press shows; `None` if the key has no effect. `key` is a
    /// `KeyboardEvent.key`.
    pub fn after_key(self, key: &str) -> Option<Self> {
        match key {
            "+" | "=" => Some(self.zoomed_in()),
            "-" => Some(self.zoomed_out()),
            _ => None,
        }
    }

    /// Returns the scroll offset along one axis after a change of the zoom. `offset` is the offset
    /// before it and `length` the container's inner width or height, in CSS pixels. The container
    /// is laid out from left to right in every language.
    pub fn scroll_offset(self, before: Self, offset: f64, length: f64) -> f64 {
        (offset + length / 2.0) * self.0 / before.0 - length / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_is_limited_at_both_ends() {
        assert_eq!(ScrollZoom::WHOLE.zoomed_out(), ScrollZoom::WHOLE);
        assert!(!ScrollZoom::WHOLE.can_zoom_out() && ScrollZoom::WHOLE.can_zoom_in());
        let largest = (0..10).fold(ScrollZoom::WHOLE, |zoom, _| zoom.zoomed_in());
        assert_eq!(largest.factor(), 6.0);
        assert!(largest.can_zoom_out() && !largest.can_zoom_in());
    }

    #[test]
    fn keys_zoom_by_a_step() {
        assert_eq!(ScrollZoom::WHOLE.after_key("+"), Some(ScrollZoom(1.5)));
        assert_eq!(ScrollZoom(1.5).after_key("-"), Some(ScrollZoom::WHOLE));
        assert_eq!(ScrollZoom::WHOLE.after_key("ArrowLeft"), None);
    }

    #[test]
    fn middle_of_the_view_stays_in_place() {
        // The middle is at 50 of 100, then at 75 of 150.
        assert_eq!(ScrollZoom(1.5).scroll_offset(ScrollZoom::WHOLE, 0.0, 100.0), 25.0);
        // The middle is at 90 of 150, then at 60 of 100.
        assert_eq!(ScrollZoom::WHOLE.scroll_offset(ScrollZoom(1.5), 40.0, 100.0), 10.0);
    }
}
