//! What is shown instead of a screen: what went wrong, and the ways out.

use leptos::prelude::*;
use model::Problem;

use crate::shell::{self, Head, Header};

/// The whole document, for when not even the visitor could be found out.
pub fn document(problem: Problem) -> String {
    shell::document(Head::new(problem.title.clone()), Header::Unknown, || view! { <Refused problem /> })
}

#[component]
pub fn Refused(problem: Problem) -> impl IntoView {
    view! {
        <div class="narrow refused">
            <p class="refused-status" aria-hidden="true">
                {problem.status}
            </p>
            <h1>{problem.title}</h1>
            <p class="lead">{problem.detail}</p>
            <p class="actions">
                <a class="button primary" href="/create">
                    "Make a colouring page"
                </a>
                <a class="button" href="/gallery">
                    "Your pages"
                </a>
            </p>
        </div>
    }
}
