//! The machine, spoken to over HTTP. One binary; runs on SQLite, or on the PostgreSQL server that
//! `SCRIBBLE_TEST_POSTGRES_URL` names; files in a folder, or on the S3 server that `SCRIBBLE_TEST_S3_URL` names.

mod accounts;
mod books;
mod captcha;
mod chosen_passwords;
mod credits;
mod devices;
mod faults;
mod fraud;
mod gallery;
mod generators;
mod guests;
mod harness;
mod headers;
mod invariants;
mod isolation;
mod jobs;
mod kept;
mod languages;
mod limits;
mod links;
mod notifier;
mod openapi;
mod pages;
mod photos;
mod plans;
mod profile;
mod properties;
mod provider;
mod requests;
mod retention;
mod routes;
mod schedules;
mod spending;
mod stores;
mod uploads;
