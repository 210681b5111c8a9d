//! Server functions of books, and the addresses of their screens.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use leptos_router::location::Url;
use model::{
    BookId, PageId, Paper,
    book::{BookDetails, PageChoice, PageMove},
};

use crate::error::AppError;

pub fn book_path(book: BookId) -> String {
    format!("/books/{book}")
}

/// Path of the screen on which the pages of a book are chosen, of a new one without `book`, with a
/// title and pages filled in.
pub fn page_choice_path(book: Option<BookId>, title: &str, pages: &[PageId]) -> String {
    let path = match book {
        Some(book) => format!("/books/{book}/choose"),
        None => "/books/new".to_owned(),
    };
    let title = (!title.is_empty()).then(|| format!("title={}", Url::escape(title)));
    let pages = pages.iter().map(|page| format!("pages%5B%5D={page}"));
    let query: Vec<_> = title.into_iter().chain(pages).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

#[server(prefix = "/do", endpoint = "books/details", input = GetUrl)]
pub async fn load_book(book: BookId) -> Result<BookDetails, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::books::find_book_details(&cx.state, cx.account()?, book).await }).await
}

/// The pages to choose from for `book`, or for a new one.
#[server(prefix = "/do", endpoint = "books/choice", input = GetUrl)]
pub async fn load_page_choice(
    book: Option<BookId>,
    #[server(default)] pages: Vec<PageId>,
) -> Result<PageChoice, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::books::offer_pages(&cx.state, cx.account()?, book, pages).await }).await
}

#[server(prefix = "/do", endpoint = "books/create")]
pub async fn create_book(title: String, #[server(default)] pages: Vec<PageId>) -> Result<BookId, AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let created = cx
        .run(async {
            let title = model::Title::parse(&title)?;
            let new = server::books::NewBook { title, paper: Paper::default(), cover: true, page_numbers: false };
            Ok(server::books::create_book(&cx.state, cx.account()?, new, pages.clone()).await?.id)
        })
        .await;
    match &created {
        Ok(book) => cx.redirect_plain_form(&book_path(*book)),
        Err(error) => cx.redirect_plain_form_to_problem(&page_choice_path(None, &title, &pages), error),
    }
    created
}

/// Sets the pages of a book, in this order.
#[server(prefix = "/do", endpoint = "books/pages")]
pub async fn set_book_pages(book: BookId, #[server(default)] pages: Vec<PageId>) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    let update = server::books::BookUpdate { page_ids: Some(pages.clone()), ..Default::default() };
    let updated =
        cx.run(async { server::books::update_book(&cx.state, cx.account()?, book, update).await.map(drop) }).await;
    match &updated {
        Ok(()) => cx.redirect_plain_form(&book_path(book)),
        Err(error) => cx.redirect_plain_form_to_problem(&page_choice_path(Some(book), "", &pages), error),
    }
    updated
}

/// Moves a page one place within its book, or out of it.
#[server(prefix = "/do", endpoint = "books/move")]
pub async fn move_page(book: BookId, page: PageId, direction: PageMove) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::books::move_page(&cx.state, cx.account()?, book, page, direction).await }).await?;
    cx.redirect_plain_form(&format!("{}#order", book_path(book)));
    Ok(())
}

#[server(prefix = "/do", endpoint = "books/settings")]
pub async fn update_book(
    book: BookId,
    title: String,
    paper: Paper,
    #[server(default)] cover: bool,
    #[server(default)] page_numbers: bool,
) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async {
        let update = server::books::BookUpdate {
            title: Some(model::Title::parse(&title)?),
            paper: Some(paper),
            cover: Some(cover),
            page_numbers: Some(page_numbers),
            page_ids: None,
        };
        server::books::update_book(&cx.state, cx.account()?, book, update).await.map(drop)
    })
    .await
}

/// Deletes a book. Its pages stay.
#[server(prefix = "/do", endpoint = "books/delete")]
pub async fn delete_book(book: BookId) -> Result<(), AppError> {
    let cx = crate::ssr::context::RequestContext::current();
    cx.run(async { server::books::delete_book(&cx.state, cx.account()?, book).await }).await?;
    cx.redirect_plain_form("/gallery");
    Ok(())
}
