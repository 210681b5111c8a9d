//! `/books/{id}`: one book: its document, the order of its pages, how it is bound.

use axum::extract::{Path, Query};
use leptos::prelude::*;
use model::{Book, Page, Problem, Title};
use server::books;

use super::Failed;
use crate::legacy::{
    components::{Notice, PaperChoice},
    desk::{Answer, Desk},
    i18n::{tr, tr_args},
    shell::Head,
};

pub async fn show(desk: Desk, Path(id): Path<String>, Query(failed): Query<Failed>) -> Answer {
    let (book, pages) = books::find_book_with_pages(&desk.state, desk.account()?, id.parse()?).await?;
    let mut head = Head::new(book.title.to_string()).here("/gallery").library_css();
    head.script = Some("/book.js");
    let problem = failed.problem();
    desk.screen(head, || view! { <BookScreen book pages problem /> }).await
}

#[component]
fn BookScreen(book: Book, pages: Vec<Page>, problem: Option<Problem>) -> impl IntoView {
    let address = format!("/books/{}", book.id);
    let title = book.title.to_string();
    let count = pages.len();
    // The script puts its numbers where these stand.
    let moved = tr_args("moved-to", &[("number", "{number}".into()), ("count", "{count}".into())]);
    view! {
        <article class="page book">
            <h1>{title.clone()}</h1>
            <Notice problem />
            {match count {
                0 => view! { <p class="empty">{tr("book-empty")}</p> }.into_any(),
                _ => view! { <Document address=address.clone() title /> }.into_any(),
            }}
            <section aria-labelledby="order">
                <h2 id="order">{tr_args("pages-count", &[("count", count.into())])}</h2>
                <form method="post" action=format!("{address}/step")>
                    <ol class="book-pages" data-book=book.id.to_string() data-moved=moved>
                        {pages
                            .into_iter()
                            .enumerate()
                            .map(|(index, page)| view! { <Entry page first=index == 0 last=index + 1 == count /> })
                            .collect_view()}
                    </ol>
                    <p class="unseen" role="status"></p>
                </form>
                <a class="button" href=format!("{address}/choose")>
                    {tr("choose-pages")}
                </a>
            </section>
            <Binding address=address.clone() book />
            <details class="danger">
                <summary>{tr("delete-book")}</summary>
                <p>{tr("delete-book-words")}</p>
                <form method="post" action=format!("{address}/delete")>
                    <button class="button danger">{tr("delete-book-button")}</button>
                </form>
            </details>
        </article>
    }
    .into_any()
}

#[component]
fn Document(address: String, title: String) -> impl IntoView {
    view! {
        <div class="page-actions">
            <a class="button primary" href=format!("{address}/pdf")>
                {tr("book-print")}
            </a>
            <a class="button" href=format!("{address}/pdf?download=1") download aria-label=tr_args("save-as-pdf", &[("title", title.into())])>
                {tr("save-pdf")}
            </a>
        </div>
    }
    .into_any()
}

/// One page with the buttons that move it; each button sends the page's id under the name of its step.
#[component]
fn Entry(page: Page, first: bool, last: bool) -> impl IntoView {
    let title = page.title.to_string();
    let id = page.id.to_string();
    let step = |name: &'static str, sign: &'static str, words: String, disabled: bool| {
        view! {
            <button class="button quiet" name=name value=id.clone() disabled=disabled aria-label=format!("{words}: {title}")>
                {sign}
            </button>
        }
    };
    let steps = [
        step("up", "↑", tr("move-up"), first),
        step("down", "↓", tr("move-down"), last),
        step("out", "×", tr("take-out"), first && last),
    ];
    view! {
        <li data-page=id.clone()>
            <span class="handle needs-script" title=tr_args("drag-page", &[("title", page.title.as_str().into())])>"⠿"</span>
            <img src=format!("/pages/{id}/preview") alt="" loading="lazy" width="72" height="72" />
            <a href=format!("/pages/{id}")>{title.clone()}</a>
            <span class="steps-of-page">{steps}</span>
        </li>
    }
    .into_any()
}

#[component]
fn Binding(address: String, book: Book) -> impl IntoView {
    view! {
        <section class="page-care" aria-labelledby="binding">
            <h2 id="binding">{tr("binding")}</h2>
            <form method="post" action=format!("{address}/bind")>
                <label class="field">
                    <span>{tr("title")}</span>
                    <input name="title" value=book.title.to_string() maxlength=Title::MAX_CHARS required autocomplete="off" />
                </label>
                <PaperChoice chosen=book.paper />
                <div class="checks">
                    <label class="check">
                        <input type="checkbox" name="cover" value="1" checked=book.cover />
                        <span>{tr("book-cover")}</span>
                    </label>
                    <label class="check">
                        <input type="checkbox" name="page_numbers" value="1" checked=book.page_numbers />
                        <span>{tr("page-numbers")}</span>
                    </label>
                </div>
                <button class="button">{tr("save")}</button>
            </form>
        </section>
    }
    .into_any()
}
