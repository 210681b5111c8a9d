//! Server functions of pages.

use leptos::prelude::*;
use model::{Page, PageId};

use crate::error::AppError;

/// Moves the end of a page's retention further away.
#[server(prefix = "/do", endpoint = "pages/keep")]
pub async fn keep_page(page: PageId) -> Result<Page, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::pages::extend_retention(&cx.state, cx.account()?, page).await }).await
}
