//! The machine, spoken to over HTTP. One binary; runs on SQLite, or on the PostgreSQL server that
//! `SCRIBBLE_TEST_POSTGRES_URL` names.

mod accounts;
mod credits;
mod guests;
mod harness;
mod invariants;
mod jobs;
mod links;
mod pages;
mod photos;
mod profile;
mod properties;
mod requests;
mod uploads;
