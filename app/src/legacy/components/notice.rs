//! A place for what went wrong, said where it happened and read out at once.

use leptos::prelude::*;
use model::Problem;
use server::i18n;

/// Always in the page, even when there is nothing to say: a screen reader notices only what changes in it.
#[component]
pub fn Notice(problem: Option<Problem>) -> impl IntoView {
    let said = problem.is_some().then_some("");
    let (title, detail) =
        problem.map(i18n::localize_problem).map(|problem| (problem.title, problem.detail)).unwrap_or_default();
    view! {
        <div role="alert" class="notice" tabindex="-1" data-said=said>
            <strong>{title}</strong>
            <span>{detail}</span>
        </div>
    }
    .into_any()
}
