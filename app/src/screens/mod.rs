//! One file for each screen.

pub mod create;
pub mod not_found;
pub mod privacy;
