//! The problem of a form: of its last submission, or, without JavaScript, the one in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Problem;

use crate::error::AppError;

/// `value` is that of the action of the form.
pub fn form_problem<T>(value: impl Into<Signal<Option<Result<T, AppError>>>>) -> Signal<Option<Problem>>
where
    T: Clone + Send + Sync + 'static,
{
    let value = value.into();
    let query = query_problem();
    Signal::derive(move || match value.get() {
        Some(Ok(_)) => None,
        Some(Err(AppError(problem))) => Some(problem),
        None => query.get(),
    })
}

/// The problem that a failed form left in the query of the address.
pub fn query_problem() -> Signal<Option<Problem>> {
    let query = use_query_map();
    Signal::derive(move || {
        let query = query.read();
        let wait = query.get_str("wait").and_then(|seconds| seconds.parse().ok());
        Problem::from_query(query.get_str("problem")?, wait)
    })
}
