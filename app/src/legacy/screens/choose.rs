//! `/books/new` and `/books/{id}/choose`: which pages a book has.

use std::collections::HashSet;

use axum::extract::Path;
use http::StatusCode;
use leptos::prelude::*;
use model::{BookId, Page, PageId, Problem, Title, book::MAX_PAGES};
use server::{books, pages};

use crate::legacy::{
    components::{ChooseAPhoto, Notice},
    desk::{Answer, Desk, Refusal},
    i18n::tr,
    shell::Head,
};

/// As many pages are offered, newest first, besides those that are chosen already.
const OFFERED: usize = 2 * MAX_PAGES;

/// What is in the form when it is shown: nothing, what the book has, or what was sent and refused.
#[derive(Default)]
pub struct Choice {
    /// `None` for a new book, which has no title yet either.
    pub book: Option<BookId>,
    pub title: String,
    pub pages: Vec<PageId>,
    pub problem: Option<Problem>,
}

pub async fn show_new(desk: Desk) -> Answer {
    show(&desk, Choice::default()).await
}

pub async fn show_existing(desk: Desk, Path(id): Path<String>) -> Answer {
    let book = books::find_book(&desk.state, desk.account()?, id.parse()?).await?;
    let choice = Choice { book: Some(book.id), pages: book.page_ids, ..Choice::default() };
    show(&desk, choice).await
}

pub async fn show(desk: &Desk, choice: Choice) -> Answer {
    let offered = offered(desk, &choice.pages).await?;
    let status = choice.problem.as_ref().and_then(|problem| StatusCode::from_u16(problem.status).ok());
    let title = tr(if choice.book.is_some() { "choose-pages" } else { "make-book" });
    let heading = title.clone();
    let body = || view! { <Chooser heading choice offered /> };
    desk.screen_with(status.unwrap_or_default(), Head::new(title).here("/gallery").library_css(), body).await
}

/// The chosen pages in their order, then the newest others that have a drawing.
async fn offered(desk: &Desk, chosen: &[PageId]) -> Result<Vec<Page>, Refusal> {
    let account = desk.account()?;
    let mut offered = pages::find_pages(&desk.state, account, chosen).await?;
    let known: HashSet<_> = chosen.iter().copied().collect();
    let mut after = None;
    loop {
        let part = pages::list_pages(&desk.state, account, after.as_deref()).await?;
        offered.extend(part.items.into_iter().filter(|page| page.downloads.is_some() && !known.contains(&page.id)));
        after = part.next;
        if after.is_none() || offered.len() >= OFFERED {
            return Ok(offered);
        }
    }
}

#[component]
fn Chooser(heading: String, choice: Choice, offered: Vec<Page>) -> impl IntoView {
    let Choice { book, title, pages, problem } = choice;
    if offered.is_empty() {
        return view! {
            <h1>{heading}</h1>
            <div class="empty">
                <p class="lead">{tr("book-needs-pages")}</p>
                <p>{tr("book-needs-pages-words")}</p>
                <ChooseAPhoto />
            </div>
        }
        .into_any();
    }
    let chosen: HashSet<_> = pages.into_iter().collect();
    let (action, button, back) = match book {
        Some(id) => (format!("/books/{id}/choose"), tr("save-choice"), format!("/books/{id}")),
        None => ("/books/new".to_owned(), tr("make-the-book"), "/gallery".to_owned()),
    };
    let name = book.is_none().then(|| {
        view! {
            <label class="field book-title">
                <span>{tr("book-title")}</span>
                <input name="title" value=title maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
        }
    });
    view! {
        <h1>{heading}</h1>
        <Notice problem />
        <form method="post" action=action>
            {name}
            <fieldset class="choice">
                <legend>{tr("choose-legend")}</legend>
                <ul class="grid">
                    {offered
                        .into_iter()
                        .map(|page| {
                            let checked = chosen.contains(&page.id);
                            view! { <Offer page checked /> }
                        })
                        .collect_view()}
                </ul>
            </fieldset>
            <p class="actions choice-end">
                <button class="button primary">{button}</button>
                <a class="button quiet" href=back>
                    {tr("back")}
                </a>
            </p>
        </form>
    }
    .into_any()
}

#[component]
fn Offer(page: Page, checked: bool) -> impl IntoView {
    let id = page.id.to_string();
    view! {
        <li>
            <label class="card offer">
                <span class="card-picture">
                    <img src=format!("/pages/{id}/preview") alt="" loading="lazy" width="300" height="300" />
                </span>
                <span class="check">
                    <input type="checkbox" name="page" value=id checked=checked />
                    <span class="card-title">{page.title.to_string()}</span>
                </span>
            </label>
        </li>
    }
    .into_any()
}
