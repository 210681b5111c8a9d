//! What is shown instead of a screen: what went wrong, and the ways out.

use leptos::prelude::*;
use model::Problem;
use server::i18n;

use crate::legacy::{
    i18n::tr,
    shell::{self, Head, Header},
};

/// The whole document, for when not even the visitor could be found out.
pub fn document(problem: Problem) -> String {
    let problem = i18n::localize_problem(problem);
    shell::document(Head::new(problem.title.clone()), Header::Unknown, "/", || view! { <Refused problem /> })
}

#[component]
pub fn Refused(problem: Problem) -> impl IntoView {
    let problem = i18n::localize_problem(problem);
    view! {
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
}
