//! An alert that says what went wrong, where it happened.

use leptos::prelude::*;
use model::{Problem, ProblemCode};

use crate::{
    browser::document,
    i18n::{localize_problem, tr},
};

/// The element is always in the document, even when there is nothing to say: a screen reader
/// announces only what changes in it.
#[component]
pub fn Notice(
    #[prop(into)] problem: Signal<Option<Problem>>,
    /// Moves the focus to a new problem, which may be out of sight on a phone.
    #[prop(optional)]
    takes_focus: bool,
) -> impl IntoView {
    let is_outdated = move || problem.with(|problem| problem.as_ref().is_some_and(|p| p.code == ProblemCode::Outdated));
    let text = Memo::new(move |_| problem.get().map(localize_problem).map(|problem| (problem.title, problem.detail)));
    let element = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || {
        if let Some(element) = element.get().filter(|_| takes_focus && text.with(Option::is_some)) {
            // Not before it is displayed.
            request_animation_frame(move || {
                let _ = element.focus();
            });
        }
    });
    view! {
        <div
            node_ref=element
            role="alert"
            class="notice"
            tabindex="-1"
            data-said=move || text.with(Option::is_some).then_some("")
        >
            <strong>{move || text.get().map(|(title, _)| title)}</strong>
            <span>{move || text.get().map(|(_, detail)| detail)}</span>
            <Show when=is_outdated>
                <button type="button" class="button" on:click=|_| document::reload()>
                    {tr("reload")}
                </button>
            </Show>
        </div>
    }
    .into_any()
}
