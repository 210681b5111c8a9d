//! One file for each screen.

pub mod account;
pub mod admin;
pub mod dev_mail;
pub mod home;
pub mod not_found;
pub mod offline;
pub mod privacy;
