//! Server functions of the studio. The photo itself is uploaded to `/api/v1/upload`.

use leptos::{
    prelude::*,
    server_fn::codec::{GetUrl, Json},
};
use model::{AssetId, Edits, Job, JobId, Style, User};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What is asked for when a page is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageOrder {
    /// The uploaded photo.
    pub photo: AssetId,
    pub style: Style,
    pub edits: Edits,
    /// Version of the hints with which the page was drawn on the device, 0 for none.
    pub hints_version: u32,
    /// `None` for the default in the reader's language.
    pub title: Option<String>,
}

/// A page that is going to be drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderedPage {
    pub job: Job,
    /// What is left.
    pub credits: i64,
}

/// The account, with its balance.
///
/// # Errors
/// `signed_out`.
#[server(prefix = "/do", endpoint = "studio/account", input = GetUrl)]
pub async fn load_account() -> Result<User, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::accounts::current_user(&cx.state, cx.account()?).await }).await
}

/// Orders a page for one credit. A repeated `key` returns the page of the first order.
///
/// # Errors
/// Those of `server::pages::create_page`, of the title, `signed_out`.
#[server(prefix = "/do", endpoint = "studio/order", input = Json)]
pub async fn order_page(order: PageOrder, key: String) -> Result<OrderedPage, AppError> {
    use model::{Problem, Title};
    use server::pages::{NewPage, create_page, default_title};

    const MAX_KEY_BYTES: usize = 255;

    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return Err(Problem::body_invalid().into());
        }
        let (account, network) = (cx.account()?, &cx.identity.device.network);
        let PageOrder { photo, style, edits, hints_version, title } = order;
        let title = title.as_deref().map(Title::parse).transpose()?.map_or_else(default_title, Ok)?;
        let new_page = NewPage { photo, style, edits, hints_version, title, fallback: true };
        let job = create_page(&cx.state, account, network, &new_page, Some(&key)).await?;
        let credits = server::credits::balance(&cx.state, account).await?;
        Ok(OrderedPage { job, credits })
    })
    .await
}

/// The job that draws a page.
#[server(prefix = "/do", endpoint = "studio/job", input = GetUrl)]
pub async fn load_job(id: JobId) -> Result<Job, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::pages::find_job(&cx.state, cx.account()?, id).await }).await
}
