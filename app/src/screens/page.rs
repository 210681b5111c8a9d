//! `/pages/{id}`: one page: to print, to save, to rename, to throw away.

use axum::extract::{Path, Query};
use leptos::prelude::*;
use model::{Page, Problem, Status, Title};
use server::pages;

use super::{Failed, day};
use crate::{
    components::Notice,
    desk::{Answer, Desk},
    islands::{PageWatch, PrintButton},
    shell::Head,
};

/// Without JavaScript the screen looks again this often, in seconds, while a page is drawn.
const LOOK_AGAIN: u32 = 2;

pub async fn show(desk: Desk, Path(id): Path<String>, Query(failed): Query<Failed>) -> Answer {
    let page = pages::get(&desk.machine, desk.account()?, id.parse()?).await?;
    let mut head = Head::new(page.title.to_string()).here("/gallery").islands();
    head.refresh = (!page.status.is_final()).then_some(LOOK_AGAIN);
    let problem = failed.problem();
    desk.screen(head, || view! { <PageScreen page problem /> }).await
}

#[component]
fn PageScreen(page: Page, problem: Option<Problem>) -> impl IntoView {
    let title = page.title.to_string();
    let address = format!("/pages/{}", page.id);
    let shown = match page.status {
        Status::Ready => view! { <Ready address=address.clone() title=title.clone() /> }.into_any(),
        Status::Failed => view! { <GaveUp /> }.into_any(),
        Status::Waiting | Status::Drawing => view! { <Waiting id=page.id.to_string() /> }.into_any(),
    };
    view! {
        <article class="page">
            <h1>{title.clone()}</h1>
            <Notice problem />
            {shown}
            <section class="page-care" aria-label="About this page">
                {page.status.is_final().then(|| view! { <Rename action=format!("{address}/rename") title /> })}
                <p class="hint">"Kept until " <time datetime=page.keep_until.clone()>{day(&page.keep_until)}</time> "."</p>
                <details class="danger">
                    <summary>"Delete this page"</summary>
                    <p>"The drawing and its photo are removed for good. This cannot be undone."</p>
                    <form method="post" action=format!("{address}/delete")>
                        <button class="button danger">"Delete for good"</button>
                    </form>
                </details>
            </section>
        </article>
    }
    .into_any()
}

/// Not there while a page is drawn: what is typed would be gone when the finished page is shown.
#[component]
fn Rename(action: String, title: String) -> impl IntoView {
    view! {
        <form class="inline" method="post" action=action>
            <label class="field">
                <span>"Title"</span>
                <input name="title" value=title maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <button class="button">"Save title"</button>
        </form>
    }
    .into_any()
}

#[component]
fn Ready(address: String, title: String) -> impl IntoView {
    let save = |kind: &str, query: &str, name: &'static str| {
        view! {
            <a class="button" href=format!("{address}/{kind}?{query}download=1") download>
                {name}
            </a>
        }
    };
    let pdf = format!("{address}/pdf?paper=a4");
    let saves = [
        save("pdf", "paper=a4&", "PDF for A4"),
        save("pdf", "paper=letter&", "PDF for Letter"),
        save("png", "", "PNG"),
        save("svg", "", "SVG"),
    ];
    view! {
        <div class="paper">
            <img src=format!("{address}/svg") alt=format!("{title}, to colour in") />
        </div>
        <div class="page-actions">
            <PrintButton>
                <a class="button primary" data-print href=pdf>
                    "Print"
                </a>
            </PrintButton>
            {saves}
        </div>
    }
    .into_any()
}

#[component]
fn Waiting(id: String) -> impl IntoView {
    view! {
        <div class="paper paper-waiting">
            <svg class="scribble" viewBox="0 0 200 80" aria-hidden="true">
                <path d="M10 60C30 10 45 10 50 40s15 30 30 0 25-35 35-5 15 30 30 5 25-20 45-15" pathLength="100" />
            </svg>
            <PageWatch>
                <p role="status" data-page=id>
                    "Your page is next in line…"
                </p>
            </PageWatch>
        </div>
    }
    .into_any()
}

#[component]
fn GaveUp() -> impl IntoView {
    view! {
        <div class="notice" data-said="">
            <p>
                <strong>"This page could not be drawn."</strong>
                " Your credit was returned. Please try again, or try another photo."
            </p>
            <p>
                <a class="button primary" href="/create">
                    "Choose a photo"
                </a>
            </p>
        </div>
    }
    .into_any()
}
