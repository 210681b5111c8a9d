//! One file or folder for each screen.

pub mod callback;
pub mod login;
pub mod not_found;
pub mod page;
pub mod book;
pub mod gallery;
pub mod page_choice;
pub mod privacy;
pub mod reset_password;
