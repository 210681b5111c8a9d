//! `/gallery`: all pages, newest first, and what is left to make more.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Book, Page, PageId, Paginated, Status};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use server::{books, credits, pages};

use super::Failed;
use crate::legacy::{
    components::{ChooseAPhoto, Notice, Older},
    desk::{Answer, Desk},
    i18n::{format_date, tr, tr_args, tr_view},
    shell::Head,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Continues a longer list.
    pub after: Option<String>,
    /// Words that the titles have.
    pub q: String,
    /// Continues a longer list of books.
    pub books: Option<String>,
    /// "late" when a page was to be taken back and its minute was over.
    pub done: String,
}

pub async fn show(desk: Desk, Query(part): Query<Part>, Query(failed): Query<Failed>) -> Answer {
    let account = desk.account()?;
    let balance = credits::balance(&desk.state, account).await?;
    let after = part.after.as_deref();
    let words = part.q.trim().to_owned();
    let list = match words.as_str() {
        "" => pages::list_pages(&desk.state, account, after).await?,
        words => pages::search_pages(&desk.state, account, words, after).await?,
    };
    let books = match part.after {
        None if words.is_empty() => books::list_books(&desk.state, account, part.books.as_deref()).await?,
        _ => Paginated { items: Vec::new(), next: None },
    };
    let older = list.next.map(|next| match utf8_percent_encode(&words, NON_ALPHANUMERIC).to_string() {
        words if words.is_empty() => format!("/gallery?after={next}"),
        words => format!("/gallery?q={words}&after={next}"),
    });
    let binned = match part.after {
        None if words.is_empty() => pages::list_trashed_ids(&desk.state, account).await?,
        _ => Vec::new(),
    };
    let empty = list.items.is_empty();
    let body = move || {
        view! {
            <div class="title-row">
                <h1>{tr("your-pages")}</h1>
                <p class="balance">{tr_args("credits-left", &[("count", balance.into())])}</p>
                {(!empty).then(|| view! { <a class="button" href="/books/new">{tr("make-book")}</a> })}
                <a class="button primary" href="/create">
                    {tr("make-page")}
                </a>
            </div>
            <Notice problem=failed.problem() />
            {(part.done == "late").then(|| view! { <p class="notice" role="status" data-said="">{tr("taken-back-late")}</p> })}
            <Undo pages=binned />
            {(!empty || !words.is_empty()).then(|| view! { <Search words=words.clone() /> })}
            {match empty {
                true if !words.is_empty() => view! { <NotFound /> }.into_any(),
                true => view! { <Empty more=part.after.is_some() /> }.into_any(),
                false => view! { <Grid pages=list.items /> }.into_any(),
            }}
            <Older next=older words=tr("older-pages") />
            {(!books.items.is_empty()).then(|| view! { <Books books /> })}
        }
    };
    desk.screen(Head::new(tr("your-pages")).here("/gallery").library_css().credits(balance), body).await
}

#[component]
fn Grid(pages: Vec<Page>) -> impl IntoView {
    let act = |action: &'static str, name: &'static str| {
        view! {
            <button class="button" formaction=action>
                {tr(name)}
            </button>
        }
    };
    view! {
        <div class="gallery">
            <ul class="grid">{pages.into_iter().map(|page| view! { <Card page /> }).collect_view()}</ul>
            <form class="chosen" id="chosen" method="post" action="/gallery/book" aria-label=tr("chosen-pages")>
                {act("/gallery/book", "make-book")} {act("/gallery/print", "print")} {act("/gallery/archive", "save-zip")}
                <button class="button danger" formaction="/gallery/delete">
                    {tr("delete")}
                </button>
            </form>
        </div>
    }
    .into_any()
}

/// What was just deleted can be had back for a minute. A screen that stays open for longer offers it no more.
#[component]
fn Undo(pages: Vec<PageId>) -> impl IntoView {
    (!pages.is_empty()).then(|| {
        let words = tr_args("deleted-pages", &[("count", pages.len().into())]);
        let field = |id: PageId| view! { <input type="hidden" name="page" value=id.to_string() /> };
        view! {
            <form class="undo" method="post" action="/gallery/undo">
                {pages.into_iter().map(field).collect_view()}
                <p role="status">{words}</p>
                <button class="button">{tr("undo")}</button>
            </form>
        }
    })
}

#[component]
fn Search(words: String) -> impl IntoView {
    view! {
        <form class="search" role="search" action="/gallery">
            <input type="search" name="q" value=words aria-label=tr("search-title") placeholder=tr("search-title") autocomplete="off" />
            <button class="button">{tr("search")}</button>
        </form>
    }
    .into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <div class="empty">
            <p class="lead">{tr("search-nothing")}</p>
            <p>
                <a class="button" href="/gallery">
                    {tr("gallery-all")}
                </a>
            </p>
        </div>
    }
    .into_any()
}

#[component]
fn Card(page: Page) -> impl IntoView {
    let state = match page.status {
        Status::Ready => None,
        Status::Waiting => Some("page-waiting"),
        Status::Drawing => Some("page-drawing"),
        Status::Failed => Some("page-failed"),
    };
    let failed = page.status == Status::Failed;
    let picture = match page.downloads {
        Some(_) => {
            view! { <img src=format!("/pages/{}/preview", page.id) alt="" loading="lazy" width="300" height="300" /> }
                .into_any()
        }
        None if failed => view! { <span class="card-failed" aria-hidden="true"></span> }.into_any(),
        None => view! { <span class="card-empty" aria-hidden="true"></span> }.into_any(),
    };
    let id = page.id.to_string();
    let pick = tr_args("choose-page", &[("title", page.title.as_str().into())]);
    view! {
        <li>
            <label class="pick">
                <input type="checkbox" name="page" value=id form="chosen" aria-label=pick />
            </label>
            <a class="card" href=format!("/pages/{}", page.id)>
                <span class="card-picture">{picture}</span>
                <span class="card-title">{page.title.to_string()}</span>
                {state.map(|state| view! { <span class="tag">{tr(state)}</span> })}
            </a>
            // There is nothing to keep.
            {(!failed).then(|| view! { <Until page /> })}
        </li>
    }
    .into_any()
}

#[component]
fn Until(page: Page) -> impl IntoView {
    let until = view! { <time datetime=page.keep_until.clone()>{format_date(&page.keep_until)}</time> }.into_any();
    view! {
        <form class="card-until" method="post" action=format!("/pages/{}/keep", page.id)>
            <input type="hidden" name="from" value="gallery" />
            {tr_view("until", [("day", until)])}
            <button class="link" aria-label=tr_args("keep-longer-page", &[("title", page.title.as_str().into())])>{tr("keep-longer")}</button>
        </form>
    }
    .into_any()
}

#[component]
fn Books(books: Paginated<Book>) -> impl IntoView {
    let line = |book: Book| {
        view! {
            <li>
                <a href=format!("/books/{}", book.id)>{book.title.to_string()}</a>
                <span class="hint">{tr_args("pages-count", &[("count", book.page_ids.len().into())])}</span>
            </li>
        }
    };
    let next = books.next.map(|next| format!("/gallery?books={next}#books"));
    view! {
        <section class="books" aria-labelledby="books">
            <h2 id="books">{tr("your-books")}</h2>
            <ul>{books.items.into_iter().map(line).collect_view()}</ul>
            <Older next words=tr("older-books") />
        </section>
    }
    .into_any()
}

#[component]
fn Empty(more: bool) -> impl IntoView {
    if more {
        return view! { <p class="empty">{tr("gallery-end")} " " <a href="/gallery">{tr("gallery-newest")}</a></p> }
            .into_any();
    }
    view! {
        <div class="empty">
            <p class="lead">{tr("gallery-empty")}</p>
            <p>{tr("gallery-empty-words")}</p>
            <ChooseAPhoto />
        </div>
    }
    .into_any()
}
