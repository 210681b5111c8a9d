//! `/offline`: what is shown where there is no connection and the screen was not seen before. Nobody's name is in it:
//! the service worker keeps it for everybody.

use axum::response::{Html, IntoResponse};
use leptos::prelude::*;

use crate::{
    desk::{Answer, Desk},
    shell::{self, Head, Header},
    words::t,
};

pub async fn show(desk: Desk) -> Answer {
    let head = desk.signed(Head::new(t("offline")));
    Ok(Html(shell::document(head, Header::Unknown, "/create", || view! { <Offline /> })).into_response())
}

#[component]
fn Offline() -> impl IntoView {
    view! {
        <div class="narrow refused">
            <h1>{t("offline-title")}</h1>
            <p class="lead">
                {t("offline-words")}
            </p>
            <p class="actions">
                <a class="button primary" href="/create">
                    {t("make-page")}
                </a>
                <a class="button" href="/gallery">
                    {t("your-pages")}
                </a>
            </p>
        </div>
    }
    .into_any()
}
