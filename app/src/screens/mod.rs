//! One file or folder for each screen.

pub mod book;
pub mod gallery;
pub mod not_found;
pub mod page_choice;
pub mod privacy;
