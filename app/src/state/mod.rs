//! Signals that outlive a screen, provided as context by the root component.

pub mod session;
pub mod studio;
