//! The forms of `/account`. Each comes back to it and says what was done, or what was wrong.

use axum::{
    Form,
    response::{IntoResponse, Redirect, Response},
};
use model::{Email, OneTimeCode, Password, Problem};
use serde::Deserialize;
use server::accounts;

use super::accounts::gone;
use crate::legacy::desk::{Answer, Desk, Refusal};

/// The fields of all these forms; each form has some of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    current_password: String,
    new_password: String,
    email: String,
    code: String,
    id: String,
}

impl Fields {
    /// The password of the account, if the form asked for one. What no account could have is a wrong one.
    fn current(&self) -> Result<Option<Password>, Problem> {
        if self.current_password.is_empty() {
            return Ok(None);
        }
        Password::parse(&self.current_password).map(Some).map_err(|_| Problem::password_wrong())
    }
}

/// Back to the screen, saying that what the form is for was done, or why not.
fn back(form: &str, result: Result<(), server::Error>) -> Answer {
    let address = match result {
        Ok(()) => format!("/account?done={form}"),
        Err(error) => format!("/account?form={form}&{}", Problem::from(error).to_query()),
    };
    Ok(Redirect::to(&address).into_response())
}

pub async fn password(desk: Desk, Form(fields): Form<Fields>) -> Answer {
    let account = desk.account_for("/account")?;
    let result = async {
        let new = Password::parse(&fields.new_password)?;
        accounts::change_password(&desk.state, account, fields.current()?, &new).await
    };
    back("password", result.await)
}

pub async fn address(desk: Desk, Form(fields): Form<Fields>) -> Answer {
    let account = desk.account_for("/account")?;
    let result = async {
        let email = Email::parse(&fields.email)?;
        accounts::request_email_change(&desk.state, account, fields.current()?, &email).await
    };
    back("address", result.await)
}

pub async fn confirm_address(desk: Desk, Form(fields): Form<Fields>) -> Answer {
    let account = desk.account_for("/account")?;
    let result = async {
        let (email, code) = (Email::parse(&fields.email)?, OneTimeCode::parse(&fields.code)?);
        accounts::confirm_email_change(&desk.state, account, &email, &code).await
    };
    back("code", result.await)
}

pub async fn end_session(desk: Desk, Form(fields): Form<Fields>) -> Answer {
    let account = desk.account_for("/account")?;
    let result = async { accounts::session::revoke_session(&desk.state, account, fields.id.parse()?).await };
    back("session", result.await)
}

pub async fn end_sessions(desk: Desk) -> Answer {
    accounts::session::revoke_all_sessions(&desk.state, desk.account_for("/account")?).await?;
    Ok(gone(&desk, "/"))
}

pub async fn delete(desk: Desk, Form(fields): Form<Fields>) -> Result<Response, Refusal> {
    let account = desk.account_for("/account")?;
    let result = async { accounts::delete_account(&desk.state, account, fields.current()?).await };
    match result.await {
        Ok(()) => Ok(gone(&desk, "/?done=delete")),
        failed => back("delete", failed),
    }
}
