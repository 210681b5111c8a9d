//! Computer vision for photos of people: finds faces and persons with small neural nets and reports
//! them as [`lineart::Hints`]. Pure Rust without I/O, clock or randomness; the output is the same,
//! byte for byte, on every platform.
//!
//! # Layout
//!
//! - [`FaceFinder`]: faces with their landmarks; a detector, then a mesh for each face
//! - [`PersonSegmenter`]: a mask of all persons
//! - [`Weights`]: reader of weight files; the files and their licence are in `weights/`
//! - [`embedded`]: the weights as part of the program
//! - `net`: runtime of the nets
//!
//! The caller loads the weights, since a page that draws no person needs none.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod aligned_crop;
mod byte_reader;
mod crop;
#[cfg(feature = "embedded")]
pub mod embedded;
mod eye_state;
mod face_detector;
mod face_mesh;
mod face_outline;
mod faces;
mod net;
mod person;
mod weights;

pub use byte_reader::WeightsError;
pub use faces::FaceFinder;
pub use person::PersonSegmenter;
pub use weights::Weights;

/// Version of the nets and of what is computed from them. Hints of different versions may differ,
/// and with them the numbers of a page's strokes.
pub const HINTS_VERSION: u32 = 1;
