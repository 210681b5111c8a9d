//! Moves the focus to the heading of the new screen after a navigation in the browser, so that a
//! screen reader reads it. The router leaves the focus on the link of the old screen.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::browser::document;

#[component]
pub fn RouteAnnouncer() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |previous: Option<String>| {
        let path = path.get();
        if previous.is_some_and(|previous| previous != path) {
            document::focus_heading();
        }
        path
    });
}
