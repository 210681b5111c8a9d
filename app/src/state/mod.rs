//! Signals that outlive a screen, provided as context by the root component.

pub mod auth;
pub mod auth_form;
pub mod book_photos;
pub mod installation;
pub mod library;
pub mod session;
pub mod studio;
