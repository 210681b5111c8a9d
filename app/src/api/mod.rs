//! Server functions under `/do`, by subject. Each is a few lines that call the rules of `server`.

pub mod accounts;
pub mod studio;
