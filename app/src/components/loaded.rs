//! Shows the value of a resource, or the screen of its error.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use model::{Problem, ProblemCode};

use crate::{components::ErrorScreen, error::AppError, i18n::tr, response, state::session::Session};

/// Waits for `resource` and shows `children` with its value. While it is loaded again, the last value
/// stays. Signed out, the person is sent to sign in and back.
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

/// Like [`Loaded`], but `children` are rendered once and get a signal: their elements, with focus and
/// scroll position, stay when the resource is loaded again.
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
                    resource.with(|result| match result {
                        None => Some(None),
                        Some(Err(AppError(problem))) => Some(Some(problem.clone())),
                        Some(Ok(_)) => None,
                    })
                });
                move || match problem.get() {
                    Some(None) => ().into_any(),
                    Some(Some(problem)) => view! { <Failed problem /> }.into_any(),
                    None => match latest_value(resource) {
                        Some(value) => children(value).into_any(),
                        None => ().into_any(),
                    },
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

/// The session of the browser has ended, or never began.
#[component]
fn SignInRequired(problem: Problem) -> impl IntoView {
    let location = use_location();
    let address = move || {
        let path = location.pathname.get_untracked();
        let query = location.search.get_untracked();
        let return_to = if query.is_empty() { path } else { format!("{path}?{query}") };
        crate::api::accounts::sign_in_path(&return_to)
    };
    response::redirect(&address());
    let navigate = use_navigate();
    let session = Session::current();
    Effect::new(move || {
        session.user.set(None);
        navigate(&address(), Default::default());
    });
    view! { <ErrorScreen problem /> }
}
