//! Server functions of the gallery.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{PageId, gallery::Gallery};

use crate::error::AppError;

/// One part of the gallery; the arguments are the fields of a [`model::gallery::GalleryQuery`].
#[server(prefix = "/do", endpoint = "gallery", input = GetUrl)]
pub async fn load_gallery(
    #[server(default)] search: String,
    after: Option<String>,
    books_after: Option<String>,
) -> Result<Gallery, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let query = model::gallery::GalleryQuery { search, after, books_after };
    cx.run(async { server::gallery::load_gallery(&cx.state, cx.account()?, query).await }).await
}

/// Moves pages to the trash.
#[server(prefix = "/do", endpoint = "gallery/delete")]
pub async fn delete_pages(#[server(default)] pages: Vec<PageId>) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::pages::move_to_trash(&cx.state, cx.account()?, &pages).await }).await
}

/// Restores pages from the trash. Returns false if it was too late for at least one of them.
#[server(prefix = "/do", endpoint = "gallery/restore")]
pub async fn restore_pages(#[server(default)] pages: Vec<PageId>) -> Result<bool, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let are_restored = cx.run(async { server::pages::restore(&cx.state, cx.account()?, &pages).await }).await?;
    if !are_restored {
        cx.redirect_plain_form("/gallery?done=late");
    }
    Ok(are_restored)
}
