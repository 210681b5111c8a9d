//! What is shown instead of a screen: what went wrong, and the ways out.

use leptos::prelude::*;
use model::Problem;
use server::words;

use crate::{
    shell::{self, Head, Header},
    words::t,
};

/// The whole document, for when not even the visitor could be found out.
pub fn document(problem: Problem) -> String {
    let problem = words::told(problem);
    shell::document(Head::new(problem.title.clone()), Header::Unknown, "/", || view! { <Refused problem /> })
}

#[component]
pub fn Refused(problem: Problem) -> impl IntoView {
    let problem = words::told(problem);
    view! {
        <div class="narrow refused">
            <p class="refused-status" aria-hidden="true">
                {problem.status}
            </p>
            <h1>{problem.title}</h1>
            <p class="lead">{problem.detail}</p>
            <p class="actions">
                <a class="button primary" href="/create">
                    {t("create-title")}
                </a>
                <a class="button" href="/gallery">
                    {t("your-pages")}
                </a>
            </p>
        </div>
    }
}
