//! The screen of paths without a route.

use leptos::prelude::*;
use model::Problem;

use crate::{browser::document, components::ErrorScreen};

/// After a navigation in the browser, the server is asked for the path: it may be newer than the
/// application in this tab.
#[component]
pub fn NotFound() -> impl IntoView {
    let is_first_screen = document::is_first_screen();
    Effect::new(move || {
        if !is_first_screen {
            document::load_from_server();
        }
    });
    view! { <ErrorScreen problem=Problem::not_found() /> }
}
