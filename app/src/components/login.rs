//! The account panel as a screen of its own, at `/auth/login`.

use leptos::prelude::*;
use model::{Problem, ProblemCode};

use super::{AuthPanel, Step};
use crate::browser::page;

#[island]
pub fn Login(
    step: Step,
    /// What was typed before, when the last try failed.
    email: String,
    stay: bool,
    /// Where to go afterwards: a path of this site.
    return_to: String,
    problem: Option<String>,
    /// There is a mail outbox to look at.
    dev: bool,
) -> impl IntoView {
    let problem = problem.and_then(|code| ProblemCode::parse(&code)).map(Problem::from);
    let done = {
        let path = return_to.clone();
        Callback::new(move |()| page::go(&path))
    };
    view! {
        <AuthPanel
            step=RwSignal::new(step)
            email=RwSignal::new(email)
            stay=RwSignal::new(stay)
            problem=RwSignal::new(problem)
            return_to
            dev
            done
        />
    }
}
