//! Shown instead of a screen: what went wrong, and where to go from here.

use leptos::prelude::*;
use leptos_meta::Title;
use model::Problem;

use crate::{
    i18n::{localize_problem, tr},
    response,
};

#[component]
pub fn ErrorScreen(problem: Problem) -> impl IntoView {
    response::set_status(problem.status);
    let problem = localize_problem(problem);
    view! {
        <Title text=problem.title.clone() />
        <div class="narrow refused">
            <p class="refused-status" aria-hidden="true">
                {problem.status}
            </p>
            <h1>{problem.title}</h1>
            <p class="lead">{problem.detail}</p>
            <p class="actions">
                <a class="button primary" href="/create">
                    {tr("create-title")}
                </a>
                <a class="button" href="/gallery">
                    {tr("your-pages")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
