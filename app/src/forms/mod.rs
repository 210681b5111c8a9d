//! What the screens' forms do. Each is a few lines that read the form, call the server and answer: a redirect, or
//! JSON when a script sent it.

pub mod accounts;
pub mod pages;
pub mod profile;
pub mod typed;
