//! The machine, spoken to over HTTP. One binary; runs on SQLite, or on the PostgreSQL server that
//! `SCRIBBLE_TEST_POSTGRES_URL` names.

mod accounts;
mod books;
mod credits;
mod generators;
mod guests;
mod harness;
mod invariants;
mod jobs;
mod kept;
mod links;
mod openapi;
mod pages;
mod photos;
mod profile;
mod properties;
mod provider;
mod requests;
mod uploads;
