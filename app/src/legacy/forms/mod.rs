//! What the screens' forms do. Each is a few lines that read the form, call the server and answer: a redirect, or
//! JSON when a script sent it.

use axum::response::{IntoResponse, Redirect};
use model::Problem;

use crate::legacy::desk::Answer;

pub mod accounts;
pub mod books;
pub mod pages;
pub mod typed;

/// Back to the screen of the form, with what went wrong in its address. What is not there has no screen to go back to.
fn back_to(screen: &str, outcome: Result<(), server::Error>) -> Answer {
    let Err(error) = outcome else { return Ok(Redirect::to(screen).into_response()) };
    let problem = Problem::from(error);
    if problem.status == 404 {
        return Err(problem.into());
    }
    Ok(Redirect::to(&format!("{screen}?{}", problem.to_query())).into_response())
}
