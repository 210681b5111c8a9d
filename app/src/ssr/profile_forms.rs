//! The forms of the account screen, as they are sent without JavaScript.

use model::{Password, Problem, ProblemCode};

use super::context::RequestContext;
use crate::error::AppError;

/// The current password, if the form asked for one. What no account can have is a wrong one.
///
/// # Errors
/// `password_wrong`.
pub fn parse_current_password(text: String) -> Result<Option<Password>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    Password::parse(text).map(Some).map_err(|_| Problem::password_wrong())
}

/// Leads back to the screen, which says what was done or why not, and in which form.
pub fn finish(cx: &RequestContext, form: &str, result: Result<(), AppError>) -> Result<(), AppError> {
    match &result {
        Ok(()) => cx.redirect_plain_form(&format!("/account?done={form}")),
        Err(AppError(problem)) if problem.code == ProblemCode::SignedOut => {
            cx.redirect_plain_form(&crate::api::accounts::sign_in_path("/account"));
        }
        Err(AppError(problem)) => {
            cx.redirect_plain_form(&format!("/account?form={form}&{}", problem.to_query()));
        }
    }
    result
}
