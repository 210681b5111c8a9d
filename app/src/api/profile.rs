//! Server functions of the account screen: its data, and the changes of password, address and
//! sessions.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{Paginated, SecuritySettings, Session, SessionId, credit::LedgerEntry};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the account screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetails {
    /// `None` for a guest.
    pub email: Option<String>,
    pub balance: i64,
    pub ledger: Paginated<LedgerEntry>,
    pub security: SecuritySettings,
    pub sessions: Vec<Session>,
}

/// `after` continues a longer ledger.
#[server(prefix = "/do", endpoint = "account", input = GetUrl)]
pub async fn load_account(after: Option<String>) -> Result<AccountDetails, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        let account = cx.account()?;
        let (balance, ledger) = server::credits::list_ledger(&cx.state, account, after.as_deref()).await?;
        Ok(AccountDetails {
            email: account.email.as_ref().map(ToString::to_string),
            balance,
            ledger,
            security: server::accounts::security_settings(&cx.state, account).await?,
            sessions: server::accounts::session::list_sessions(&cx.state, account).await?,
        })
    })
    .await
}

#[server(prefix = "/do", endpoint = "account/password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    new_password: String,
) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let result = cx.run(async {
        let new = model::Password::parse(new_password)?;
        let current = crate::ssr::profile_forms::parse_current_password(current_password)?;
        server::accounts::change_password(&cx.state, cx.account()?, current, &new).await
    });
    crate::ssr::profile_forms::finish(&cx, "password", result.await)
}

/// Mails a code to the new address.
#[server(prefix = "/do", endpoint = "account/address")]
pub async fn request_email_change(#[server(default)] current_password: String, email: String) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let result = cx.run(async {
        let email = model::Email::parse(&email)?;
        let current = crate::ssr::profile_forms::parse_current_password(current_password)?;
        server::accounts::request_email_change(&cx.state, cx.account()?, current, &email).await
    });
    crate::ssr::profile_forms::finish(&cx, "address", result.await)
}

#[server(prefix = "/do", endpoint = "account/address/confirm")]
pub async fn confirm_email_change(email: String, code: String) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let result = cx.run(async {
        let (email, code) = (model::Email::parse(&email)?, model::OneTimeCode::parse(&code)?);
        server::accounts::confirm_email_change(&cx.state, cx.account()?, &email, &code).await
    });
    crate::ssr::profile_forms::finish(&cx, "code", result.await)
}

/// Ends another session of the account.
#[server(prefix = "/do", endpoint = "account/sessions/end")]
pub async fn end_session(id: SessionId) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let result = cx.run(async { server::accounts::session::revoke_session(&cx.state, cx.account()?, id).await });
    crate::ssr::profile_forms::finish(&cx, "session", result.await)
}

/// Ends every session of the account, this one too.
#[server(prefix = "/do", endpoint = "account/sessions/end-all")]
pub async fn end_all_sessions() -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::accounts::session::revoke_all_sessions(&cx.state, cx.account()?).await }).await?;
    cx.end_session("/");
    Ok(())
}

#[server(prefix = "/do", endpoint = "account/delete")]
pub async fn delete_account(#[server(default)] current_password: String) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let result = cx.run(async {
        let current = crate::ssr::profile_forms::parse_current_password(current_password)?;
        server::accounts::delete_account(&cx.state, cx.account()?, current).await
    });
    match result.await {
        Ok(()) => {
            cx.end_session("/?done=delete");
            Ok(())
        }
        failed => crate::ssr::profile_forms::finish(&cx, "delete", failed),
    }
}
