//! Reacting to the results of an action.

use leptos::prelude::*;

use crate::error::AppError;

/// Calls `then` with each result of an action; `value` is that of the action.
pub fn on_action_result<T>(
    value: impl Get<Value = Option<Result<T, AppError>>> + Send + Sync + 'static,
    then: impl Fn(Result<T, AppError>) + Send + Sync + 'static,
) where
    T: 'static,
{
    Effect::new(move || {
        if let Some(result) = value.get() {
            untrack(|| then(result));
        }
    });
}
