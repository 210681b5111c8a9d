//! Shows the value of a resource, or the screen of its error.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::{Problem, ProblemCode};

use crate::{
    api::accounts::{AuthFormStart, sign_in_path},
    components::{AuthForm, ErrorScreen},
    error::AppError,
    i18n::{localize_problem, tr},
    response,
    state::{auth::AuthStep, session::Session},
};

/// Waits for `resource` and shows `children` with its value. While it is loaded again, the last value
/// stays. Somebody who is signed out is asked to sign in, in place.
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
        <Transition fallback=|| view! { <p class="loading" role="status">{tr("loading")}</p> }>
            {move || Suspend::new(async move {
                match resource.await {
                    Ok(value) => children.with_value(|children| children(value).into_any()),
                    Err(AppError(problem)) if problem.code == ProblemCode::SignedOut => {
                        view! { <SignInRequired problem /> }.into_any()
                    }
                    Err(AppError(problem)) => view! { <ErrorScreen problem /> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// Asks somebody to sign in, in place of the screen; then the resource, which depends on the session,
/// is loaded again. A document is redirected to the screen for it.
#[component]
fn SignInRequired(problem: Problem) -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let query = location.search.get_untracked();
    let return_to = if query.is_empty() { path } else { format!("{path}?{query}") };
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
            <AuthForm
                step=RwSignal::new(AuthStep::SignIn)
                start=AuthFormStart::new(return_to)
                on_signed_in=Arc::new(|| ())
            />
        </div>
    }
    .into_any()
}
