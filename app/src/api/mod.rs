//! Server functions under `/do`, by subject. Each is a few lines that call the rules of `server`.

pub mod accounts;
pub mod books;
pub mod gallery;
pub mod operator;
pub mod pages;
pub mod profile;
pub mod studio;
