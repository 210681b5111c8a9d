//! A refusal, said where it happened and read out at once.

use leptos::prelude::*;
use model::Problem;

/// Always in the page, so that a screen reader notices when something is said in it.
#[component]
pub fn Notice(#[prop(into)] problem: Signal<Option<Problem>>) -> impl IntoView {
    view! {
        <div role="alert" class="alert">
            {move || {
                problem
                    .get()
                    .map(|problem| {
                        view! {
                            <p class="notice">
                                <strong>{problem.title}</strong>
                                " "
                                {problem.detail}
                            </p>
                        }
                    })
            }}
        </div>
    }
}
