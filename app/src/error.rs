//! The error type of server functions: the product's own problem, as JSON.

use std::fmt;

use leptos::server_fn::{
    Bytes,
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use model::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};

/// Query parameters that tell the outcome of a form that was sent without JavaScript.
pub const OUTCOME_PARAMS: [&str; 5] = ["problem", "field", "wait", "done", "form"];

/// A [`Problem`] as the error of a server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub Problem);

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AppError {}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => Problem::offline(),
            // The answer of a server of another version.
            ServerFnErrorErr::Deserialization(_) if cfg!(target_arch = "wasm32") => Problem::outdated(),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Problem::body_invalid()
            }
            _ => Problem::internal(),
        })
    }

    /// Decodes the error in the browser. The application's own arguments fit the server of its
    /// version, so a server that cannot read them has another one.
    fn de(data: Bytes) -> Self {
        match serde_json::from_slice(&data) {
            Ok(Problem { code: ProblemCode::BodyInvalid, .. }) | Err(_) => Self(Problem::outdated()),
            Ok(problem) => Self(problem),
        }
    }
}
