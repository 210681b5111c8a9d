//! Reacting to the results of an action.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::{document, draft},
    error::AppError,
    state::studio::Studio,
};

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

/// Loads `path` as a new document when an action has ended the session, so that nothing of the
/// account stays in the memory of the tab.
pub fn on_signed_out(
    value: impl Get<Value = Option<Result<(), AppError>>> + Send + Sync + 'static,
    path: &'static str,
) {
    let studio = Studio::current();
    on_action_result(value, move |result| {
        if result.is_ok() {
            spawn_local(leave_account(studio, path));
        }
    });
}

/// Forgets the photo of the studio and loads `path` as a new document, once the session has ended.
pub async fn leave_account(studio: Studio, path: &str) {
    // Before the draft, which a change that is not written yet would restore.
    studio.clear();
    draft::forget().await;
    document::load(path);
}
