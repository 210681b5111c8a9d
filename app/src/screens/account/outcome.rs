//! What a form of the account screen has just done, or why it failed.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Problem;

use crate::{components::query_problem, error::AppError, i18n::tr};

/// The forms of the screen, by their names in the address after a form without JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Password,
    Address,
    Code,
    Session,
    Delete,
}

impl Form {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "password" => Self::Password,
            "address" => Self::Address,
            "code" => Self::Code,
            "session" => Self::Session,
            "delete" => Self::Delete,
            _ => return None,
        })
    }
}

/// The outcome of the form that was sent last.
#[derive(Clone, Copy)]
pub struct Outcome {
    done: RwSignal<Option<Form>>,
    failed: RwSignal<Option<Form>>,
    pub problem: RwSignal<Option<Problem>>,
    /// Counts the forms that succeeded: they are then rendered anew, closed and empty.
    successes: RwSignal<u32>,
    reload: Callback<()>,
}

impl Outcome {
    /// Begins with what is in the address. `reload` loads the screen's data again.
    pub fn provide(reload: Callback<()>) {
        let query = use_query_map();
        let form = |name: &str| query.read_untracked().get_str(name).and_then(Form::parse);
        provide_context(Self {
            done: RwSignal::new(form("done")),
            failed: RwSignal::new(form("form")),
            problem: RwSignal::new(query_problem().get_untracked()),
            successes: RwSignal::new(0),
            reload,
        });
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// Loads the data of the screen again.
    pub fn reload(&self) {
        self.reload.run(());
    }

    /// Records the result of a form's action.
    pub fn record(&self, form: Form, result: Result<(), AppError>) {
        if result.is_ok() {
            self.successes.update(|count| *count += 1);
        }
        self.done.set(result.is_ok().then_some(form));
        self.failed.set(result.is_err().then_some(form));
        self.problem.set(result.err().map(|AppError(problem)| problem));
        self.reload.run(());
    }

    /// Renders what reads this anew after each success.
    pub fn track_successes(&self) {
        self.successes.track();
    }

    /// The sentence that says what was done. `is_pending`: a new address waits for its code.
    pub fn done_text(&self, is_pending: bool) -> Option<String> {
        let name = match self.done.get()? {
            Form::Password => "done-password",
            // Anybody may have made up an address with `done=address`.
            Form::Address if is_pending => "done-address",
            Form::Code => "done-code",
            Form::Session => "done-session",
            Form::Address | Form::Delete => return None,
        };
        Some(tr(name))
    }

    /// True if this form failed: it stays open.
    pub fn has_failed(&self, form: Form) -> bool {
        self.failed.get() == Some(form) && self.problem.with(Option::is_some)
    }

    /// For `aria-invalid`: whether the form failed because of this field.
    pub fn is_invalid(&self, form: Form, field: &str) -> bool {
        let at_fault = self.problem.with(|problem| problem.as_ref().and_then(|problem| problem.field.clone()));
        self.has_failed(form)
            && at_fault.is_some_and(|at_fault| {
                // The problems of passwords do not know that this form has two of them.
                at_fault == field || (at_fault == "password" && field == "new_password")
            })
    }
}
