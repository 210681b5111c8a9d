//! One file for each screen.

pub mod callback;
pub mod login;
pub mod not_found;
pub mod page;
pub mod privacy;
pub mod reset_password;
