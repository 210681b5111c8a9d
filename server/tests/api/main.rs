//! The machine, spoken to over HTTP. One binary; runs on SQLite, or on the PostgreSQL server that
//! `SCRIBBLE_TEST_POSTGRES_URL` names.

mod accounts;
mod books;
mod credits;
mod generators;
mod harness;
mod invariants;
mod jobs;
mod kept;
mod pages;
mod photos;
mod provider;
mod requests;
mod uploads;
