//! Photo in, line drawing out: pure Rust, no I/O, no clock, no randomness, the same bytes on every machine.
//!
//! # Layout
//!
//! - [`Photo`]: upright pixels; [`decode`] makes one from a JPEG, PNG or WebP file
//! - [`Style`]: what a parent may choose
//! - [`Sketch`]: what a photo needs once, from pixels to strokes; [`Sketch::draw`]: what a style needs
//! - [`Drawing`]: the strokes; written as SVG, PNG and PDF
//! - [`Paper`]: sheets and margins, in mm

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

#[cfg(feature = "decode")]
pub mod decode;
mod drawing;
mod paper;
mod photo;
mod sketch;
mod style;

#[cfg(feature = "decode")]
pub use decode::{DecodeError, MAX_PIXELS};
pub use drawing::Drawing;
#[cfg(feature = "pdf")]
pub use drawing::pdf::{PdfError, Sheet, pdf};
pub use drawing::svg::SvgError;
pub use paper::{MARGIN_MM, Paper, PaperError};
pub use photo::{Photo, PhotoError};
pub use sketch::Sketch;
#[cfg(feature = "training")]
pub use sketch::measures;
pub use style::{Background, Preset, Style, StyleError};

/// Draws `photo` once. To draw it in several styles, keep a [`Sketch`].
pub fn draw(photo: &Photo, style: &Style) -> Drawing {
    Sketch::new(photo).draw(style)
}
