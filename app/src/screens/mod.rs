//! One file for each screen.

pub mod not_found;
pub mod page;
pub mod privacy;
