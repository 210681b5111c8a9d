//! Server functions of pages: loading, renaming, redrawing, keeping and deleting them.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{PageDetails, PageId};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the screen of a page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedPage {
    pub details: PageDetails,
    /// The balance of the account, which a failed job has changed.
    pub credits: i64,
}

#[server(prefix = "/do", endpoint = "pages/details", input = GetUrl)]
pub async fn load_page(id: String) -> Result<LoadedPage, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        let account = cx.account()?;
        let details = server::pages::find_page_details(&cx.state, account, id.parse()?).await?;
        Ok(LoadedPage { details, credits: server::credits::balance(&cx.state, account).await? })
    })
    .await
}

#[server(prefix = "/do", endpoint = "pages/rename")]
pub async fn rename_page(page: PageId, title: String) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        let title = model::Title::parse(&title)?;
        server::pages::rename_page(&cx.state, cx.account()?, page, &title).await.map(drop)
    })
    .await
}

/// The style is given as the fields of a form: an empty field and one that is not sent have their
/// default.
#[server(prefix = "/do", endpoint = "pages/redraw")]
pub async fn redraw_page(
    page: PageId,
    #[server(default)] preset: String,
    #[server(default)] background: String,
    #[server(default)] smoothing: String,
    #[server(default)] frame: String,
    #[server(default)] without_people: String,
) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        let fields = [
            ("preset", preset),
            ("background", background),
            ("smoothing", smoothing),
            ("frame", frame),
            ("without_people", without_people),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<_> = given.map(|(name, value)| (name.to_owned(), value)).collect();
        let style = server::pages::parse_style(&given)?;
        server::pages::redraw_page(&cx.state, cx.account()?, page, &style).await.map(drop)
    })
    .await
}

/// Extends the retention of a page.
#[server(prefix = "/do", endpoint = "pages/keep")]
pub async fn keep_page(page: PageId) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::pages::extend_retention(&cx.state, cx.account()?, page).await.map(drop) }).await
}

/// Moves a page to the trash. Its own screen is gone then, so a plain form leads to the gallery.
#[server(prefix = "/do", endpoint = "pages/delete")]
pub async fn delete_page(page: PageId) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::pages::move_to_trash(&cx.state, cx.account()?, &[page]).await.map(drop) }).await?;
    cx.redirect_plain_form("/gallery");
    Ok(())
}
