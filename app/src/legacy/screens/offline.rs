//! `/offline`: what is shown where there is no connection and the screen was not seen before. Nobody's name is in it:
//! the service worker keeps it for everybody.

use axum::response::{Html, IntoResponse};
use leptos::prelude::*;

use crate::legacy::{
    desk::{Answer, Desk},
    i18n::tr,
    shell::{self, Head, Header},
};

pub async fn show(desk: Desk) -> Answer {
    let head = desk.signed(Head::new(tr("offline")));
    Ok(Html(shell::document(head, Header::Unknown, "/create", || view! { <Offline /> })).into_response())
}

#[component]
fn Offline() -> impl IntoView {
    view! {
        <div class="narrow refused">
            <h1>{tr("offline-title")}</h1>
            <p class="lead">
                {tr("offline-words")}
            </p>
            <p class="actions">
                <a class="button primary" href="/create">
                    {tr("make-page")}
                </a>
                <a class="button" href="/gallery">
                    {tr("your-pages")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
