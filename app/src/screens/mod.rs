//! One file or folder for each screen.

pub mod account;
pub mod admin;
pub mod book;
pub mod callback;
pub mod create;
pub mod dev_mail;
pub mod gallery;
pub mod home;
pub mod login;
pub mod not_found;
pub mod offline;
pub mod page;
pub mod page_choice;
pub mod privacy;
pub mod reset_password;
