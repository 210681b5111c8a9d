//! Server functions for operators and developers: the figures of the site, the outbox.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::operator::Overview;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Figures of the site, for operators; to everybody else there is nothing.
#[server(prefix = "/do", endpoint = "admin", input = GetUrl)]
pub async fn load_overview() -> Result<Overview, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::operator::load_overview(&cx.state, cx.account()?).await }).await
}

/// A mail in the outbox of a development server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// RFC 3339 in UTC.
    pub at: String,
}

/// The mails that a development server did not send, newest first. Elsewhere there is nothing.
#[server(prefix = "/do", endpoint = "dev/mail", input = GetUrl)]
pub async fn load_outbox() -> Result<Vec<OutboxMail>, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        if !cx.state.config.is_dev() {
            return Err(model::Problem::not_found().into());
        }
        let mails = server::mail::read_outbox(&cx.state).await.into_iter().rev();
        Ok(mails
            .map(|mail| OutboxMail { to: mail.to.to_string(), subject: mail.subject, text: mail.text, at: mail.at })
            .collect())
    })
    .await
}
