//! Shows the value of a resource, or the screen of its error.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{Problem, ProblemCode};

use crate::{
    api::accounts::{AuthFormStart, sign_in_path},
    components::{ErrorScreen, path_with_query},
    error::AppError,
    i18n::{localize_problem, tr},
    lazy::LazyAuthForm,
    response,
    state::{auth::AuthStep, session::Session},
};

/// Waits for `resource` and shows `children` with its value. While it is loaded again, the last
/// value stays. Somebody who is signed out is asked to sign in, in place.
#[component]
pub fn Loaded<T, V>(
    resource: Resource<Result<T, AppError>>,
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = StoredValue::new(children);
    view! {
        <Transition fallback=Waiting>
            {move || Suspend::new(async move {
                match resource.await {
                    Ok(value) => children.with_value(|children| children(value).into_any()),
                    Err(AppError(problem)) => view! { <Failed problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Like [`Loaded`], but `children` are rendered once and get a signal: their elements, with focus
/// and scroll position, stay when the resource is loaded again.
#[component]
pub fn LoadedSignal<T, V>(
    resource: Resource<Result<T, AppError>>,
    children: impl Fn(Signal<T>) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=Waiting>
            {
                let problem = Memo::new(move |_| {
                    resource
                        .with(|result| match result {
                            None => Some(None),
                            Some(Err(AppError(problem))) => Some(Some(problem.clone())),
                            Some(Ok(_)) => None,
                        })
                });
                move || match problem.get() {
                    Some(None) => ().into_any(),
                    Some(Some(problem)) => view! { <Failed problem /> }.into_any(),
                    None => {
                        match latest_value(resource) {
                            Some(value) => children(value).into_any(),
                            None => ().into_any(),
                        }
                    }
                }
            }
        </Transition>
    }
}

/// The value of a resource that has loaded; its last one after a later failure.
fn latest_value<T>(resource: Resource<Result<T, AppError>>) -> Option<Signal<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let value = move || resource.get().and_then(Result::ok);
    let first = untrack(value)?;
    let latest = Memo::new(move |last: Option<&T>| value().or_else(|| last.cloned()).unwrap_or_else(|| first.clone()));
    Some(latest.into())
}

#[component]
fn Waiting() -> impl IntoView {
    view! {
        <p class="loading" role="status">
            {tr("loading")}
        </p>
    }
}

#[component]
fn Failed(problem: Problem) -> impl IntoView {
    match problem.code {
        ProblemCode::SignedOut => view! { <SignInRequired problem /> }.into_any(),
        _ => view! { <ErrorScreen problem /> }.into_any(),
    }
}

/// Asks somebody to sign in, in place of the screen; then the resource, which depends on the
/// session, is loaded again. A document is redirected to the screen for it.
#[component]
fn SignInRequired(problem: Problem) -> impl IntoView {
    let location = use_location();
    let return_to = untrack(|| path_with_query(&location));
    response::redirect(&sign_in_path(&return_to));
    let session = Session::current();
    Effect::new(move || {
        if session.user.with_untracked(Option::is_some) {
            session.user.set(None);
        }
    });
    view! {
        <div class="narrow">
            <h1>{tr("sign-in")}</h1>
            <p>{localize_problem(problem).detail}</p>
            <LazyAuthForm step=AuthStep::SignIn start=AuthFormStart::new(return_to) on_signed_in=Arc::new(|| ()) />
        </div>
    }
    .into_any()
}
