//! Photo in, line drawing out: pure Rust, no I/O, no clock, no randomness, the same bytes on every machine.
//!
//! # Layout
//!
//! - [`Photo`]: upright pixels; [`decode`] makes one from a JPEG, PNG or WebP file
//! - [`Style`]: what a parent may choose
//! - [`Sketch`]: what a photo needs once, from pixels to strokes; [`Sketch::draw`]: what a style needs
//! - [`Edits`]: what a parent changed by hand
//! - [`trace_lines`]: the strokes of a picture that is drawn in lines already
//! - [`Drawing`]: the strokes; written as SVG, PNG and PDF
//! - [`Paper`]: sheets and margins, in mm

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

#[cfg(feature = "decode")]
pub mod decode;
mod drawing;
mod edits;
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
pub use drawing::pdf::{Binding, PdfError, Sheet, bind, pdf};
pub use drawing::svg::SvgError;
pub use edits::{Edits, EditsError};
pub use paper::{MARGIN_MM, Orientation, Paper, PaperError};
pub use photo::{Photo, PhotoError};
#[cfg(feature = "training")]
pub use sketch::arc_features;
pub use sketch::{Sketch, trace_lines};
pub use style::{Background, Preset, Style, StyleError};

/// Draws `photo` once. To draw it in several styles, keep a [`Sketch`].
pub fn draw(photo: &Photo, style: &Style) -> Drawing {
    Sketch::new(photo).draw(style)
}
