//! `/gallery`: all pages, newest first, and what is left to make more.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Book, Page, Status};
use serde::Deserialize;
use server::{books, credits, pages};

use super::Failed;
use crate::{
    components::{ChooseAPhoto, Notice},
    desk::{Answer, Desk},
    shell::Head,
    words::{day, rich, t, tr},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Continues a longer list.
    pub after: Option<String>,
}

pub async fn show(desk: Desk, Query(part): Query<Part>, Query(failed): Query<Failed>) -> Answer {
    let account = desk.account()?;
    let balance = credits::balance(&desk.machine, account).await?;
    let list = pages::list(&desk.machine, account, part.after.as_deref()).await?;
    let books = match part.after {
        None => books::list(&desk.machine, account, None).await?.items,
        Some(_) => Vec::new(),
    };
    let empty = list.items.is_empty();
    let body = move || {
        view! {
            <div class="title-row">
                <h1>{t("your-pages")}</h1>
                <p class="balance">{tr("credits-left", &[("count", balance.into())])}</p>
                {(!empty).then(|| view! { <a class="button" href="/books/new">{t("make-book")}</a> })}
                <a class="button primary" href="/create">
                    {t("make-page")}
                </a>
            </div>
            <Notice problem=failed.problem() />
            {if empty { view! { <Empty more=part.after.is_some() /> }.into_any() } else { view! { <Grid pages=list.items /> }.into_any() }}
            {list
                .next
                .map(|next| {
                    view! {
                        <p class="more-pages">
                            <a class="button" rel="next" href=format!("/gallery?after={next}")>
                                {t("older-pages")}
                            </a>
                        </p>
                    }
                })}
            {(!books.is_empty()).then(|| view! { <Books books /> })}
        }
    };
    desk.screen(Head::new(t("your-pages")).here("/gallery").credits(balance), body).await
}

#[component]
fn Grid(pages: Vec<Page>) -> impl IntoView {
    view! { <ul class="grid">{pages.into_iter().map(|page| view! { <Card page /> }).collect_view()}</ul> }
}

#[component]
fn Card(page: Page) -> impl IntoView {
    let state = match page.status {
        Status::Ready => None,
        Status::Waiting => Some("page-waiting"),
        Status::Drawing => Some("page-drawing"),
        Status::Failed => Some("page-failed"),
    };
    let picture = match page.downloads {
        Some(_) => {
            view! { <img src=format!("/pages/{}/preview", page.id) alt="" loading="lazy" width="300" height="300" /> }
                .into_any()
        }
        None => view! { <span class="card-empty" aria-hidden="true"></span> }.into_any(),
    };
    let until = view! { <time datetime=page.keep_until.clone()>{day(&page.keep_until)}</time> }.into_any();
    view! {
        <li>
            <a class="card" href=format!("/pages/{}", page.id)>
                <span class="card-picture">{picture}</span>
                <span class="card-title">{page.title.to_string()}</span>
                {state.map(|state| view! { <span class="tag">{t(state)}</span> })}
            </a>
            <form class="card-until" method="post" action=format!("/pages/{}/keep", page.id)>
                <input type="hidden" name="from" value="gallery" />
                {rich("until", [("day", until)])}
                <button class="link" aria-label=tr("keep-longer-page", &[("title", page.title.as_str().into())])>{t("keep-longer")}</button>
            </form>
        </li>
    }
    .into_any()
}

#[component]
fn Books(books: Vec<Book>) -> impl IntoView {
    let line = |book: Book| {
        view! {
            <li>
                <a href=format!("/books/{}", book.id)>{book.title.to_string()}</a>
                <span class="hint">{tr("pages-count", &[("count", book.page_ids.len().into())])}</span>
            </li>
        }
    };
    view! {
        <section class="books" aria-labelledby="books">
            <h2 id="books">{t("your-books")}</h2>
            <ul>{books.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Empty(more: bool) -> impl IntoView {
    if more {
        return view! { <p class="empty">{t("gallery-end")} " " <a href="/gallery">{t("gallery-newest")}</a></p> }
            .into_any();
    }
    view! {
        <div class="empty">
            <p class="lead">{t("gallery-empty")}</p>
            <p>{t("gallery-empty-words")}</p>
            <ChooseAPhoto />
        </div>
    }
    .into_any()
}
