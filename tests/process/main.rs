//! Tests of the `scribble` binary as a separate process: command line, server, logs, hostile
//! uploads.

mod cli;
mod hostile_uploads;
mod log_secrets;
mod screens;
mod server_functions;
mod server_process;
