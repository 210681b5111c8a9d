//! The studio's tools: geometry, state and rules, without access to the DOM.
//!
//! # Layout
//! - [`colour`]: an sRGB colour and its notation
//! - [`colouring`]: paint, history and keyboard stops of a page that is coloured in on the screen
//! - [`flood_fill`]: the areas between the lines of a drawing

pub mod colour;
pub mod colouring;
pub mod flood_fill;
