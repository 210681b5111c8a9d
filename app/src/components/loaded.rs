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
