//! `/offline`: what is shown where there is no connection and the screen was not seen before. Nobody's name is in it:
//! the service worker keeps it for everybody.

use axum::response::{Html, IntoResponse};
use leptos::prelude::*;

use crate::{
    desk::Answer,
    shell::{self, Head, Header},
};

pub async fn show() -> Answer {
    Ok(Html(shell::document(Head::new("No connection"), Header::Unknown, "/create", || view! { <Offline /> }))
        .into_response())
}

#[component]
fn Offline() -> impl IntoView {
    view! {
        <div class="narrow refused">
            <h1>"There is no connection"</h1>
            <p class="lead">
                "This screen has not been opened on this device yet, so it cannot be shown now. "
                "Drawing works without a connection, and pages that you have opened before can be seen."
            </p>
            <p class="actions">
                <a class="button primary" href="/create">
                    "Make a colouring page"
                </a>
                <a class="button" href="/gallery">
                    "Your pages"
                </a>
            </p>
        </div>
    }
    .into_any()
}
