//! `/gallery`: all pages, newest first, and what is left to make more.

use axum::extract::Query;
use leptos::prelude::*;
use model::{Page, Status};
use serde::Deserialize;
use server::{credits, pages};

use crate::{
    components::ChooseAPhoto,
    desk::{Answer, Desk},
    shell::{Head, credits_in_words},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Part {
    /// Continues a longer list.
    after: Option<String>,
}

pub async fn show(desk: Desk, Query(part): Query<Part>) -> Answer {
    let account = desk.account()?;
    let balance = credits::balance(&desk.machine, account).await?;
    let list = pages::list(&desk.machine, account, part.after.as_deref()).await?;
    let empty = list.items.is_empty();
    let body = move || {
        view! {
            <div class="title-row">
                <h1>"Your pages"</h1>
                <p class="balance">{credits_in_words(balance)} " left"</p>
                <a class="button primary" href="/create">
                    "Make a page"
                </a>
            </div>
            {if empty { view! { <Empty more=part.after.is_some() /> }.into_any() } else { view! { <Grid pages=list.items /> }.into_any() }}
            {list
                .next
                .map(|next| {
                    view! {
                        <p class="more-pages">
                            <a class="button" rel="next" href=format!("/gallery?after={next}")>
                                "Older pages"
                            </a>
                        </p>
                    }
                })}
        }
    };
    desk.screen(Head::new("Your pages").here("/gallery"), body).await
}

#[component]
fn Grid(pages: Vec<Page>) -> impl IntoView {
    view! { <ul class="grid">{pages.into_iter().map(|page| view! { <Card page /> }).collect_view()}</ul> }
}

#[component]
fn Card(page: Page) -> impl IntoView {
    let state = match page.status {
        Status::Ready => None,
        Status::Waiting => Some("Next in line"),
        Status::Drawing => Some("Being drawn"),
        Status::Failed => Some("Could not be drawn"),
    };
    let picture = match page.status {
        Status::Ready => {
            view! { <img src=format!("/pages/{}/preview", page.id) alt="" loading="lazy" width="300" height="300" /> }
                .into_any()
        }
        _ => view! { <span class="card-empty" aria-hidden="true"></span> }.into_any(),
    };
    view! {
        <li>
            <a class="card" href=format!("/pages/{}", page.id)>
                <span class="card-picture">{picture}</span>
                <span class="card-title">{page.title.to_string()}</span>
                {state.map(|state| view! { <span class="tag">{state}</span> })}
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn Empty(more: bool) -> impl IntoView {
    if more {
        return view! { <p class="empty">"That was all. " <a href="/gallery">"Back to the newest pages"</a></p> }
            .into_any();
    }
    view! {
        <div class="empty">
            <p class="lead">"Nothing here yet."</p>
            <p>"Choose a photo, see it drawn, and keep the page: it will wait for you here."</p>
            <ChooseAPhoto />
        </div>
    }
    .into_any()
}
