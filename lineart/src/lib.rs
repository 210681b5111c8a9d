//! Converts photos to vector line drawings. Pure Rust without I/O, clock or randomness; the output
//! is the same, byte for byte, on every platform.
//!
//! # Layout
//!
//! - [`Photo`]: an RGB image; [`decode`] reads one from a JPEG, PNG or WebP file
//! - [`Style`]: level of detail, line width and other parameters of a drawing
//! - [`Sketch`]: all strokes of a photo, found once; [`Sketch::draw`] selects those of a style
//! - [`Analysis`]: what several sketches of a photo have in common
//! - [`Hints`]: faces and persons, which make [`Sketch::with_hints`] draw them better
//! - [`Edits`]: strokes erased and lines added by hand
//! - [`trace_lines`]: vectorizes an image that is a line drawing already
//! - [`Drawing`]: the resulting paths, with writers for SVG, PNG and PDF
//! - [`Paper`]: paper sizes and margins in mm

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

#[cfg(feature = "decode")]
pub mod decode;
mod drawing;
mod edits;
mod hints;
mod paper;
mod parallel;
mod photo;
mod resize;
mod sketch;
mod style;

#[cfg(feature = "decode")]
pub use decode::{DecodeError, MAX_PIXELS};
pub use drawing::Drawing;
#[cfg(feature = "pdf")]
pub use drawing::pdf::{PdfError, PdfOptions, PdfPage, write_pdf, write_pdf_with_options};
pub use drawing::svg::{SvgError, stroke_points};
pub use edits::{Edits, EditsError};
pub use hints::{Brow, Circle, Eye, Face, Hints, Mask, Mouth, Nose, Point};
pub use paper::{MARGIN_MM, Orientation, Paper, PaperError};
pub use photo::{Photo, PhotoError};
#[cfg(feature = "training")]
pub use sketch::arc_features;
pub use sketch::{Analysis, Sketch, trace_lines};
pub use style::{Background, Preset, Style, StyleError};

/// Draws `photo` in one style. For several styles of one photo, keep a [`Sketch`].
pub fn draw(photo: &Photo, style: &Style) -> Drawing {
    Sketch::new(photo).draw(style)
}
