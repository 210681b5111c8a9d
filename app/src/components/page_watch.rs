//! Looks again and again whether a page is drawn, and shows it when it is.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use model::Status;

use crate::browser::{net, page};

const EVERY: Duration = Duration::from_millis(700);

/// What is said while a page waits. Reloads the screen once there is more to see.
#[island]
pub fn PageWatch(id: String) -> impl IntoView {
    let drawing = RwSignal::new(false);
    Effect::new(move || look_again(id.clone(), drawing));
    view! {
        <p role="status" class="waiting">
            {move || if drawing.get() { "Drawing your page at print size…" } else { "Your page is next in line…" }}
        </p>
    }
}

fn look_again(id: String, drawing: RwSignal<bool>) {
    set_timeout(
        move || {
            spawn_local(async move {
                // Without a connection there is nothing to do but to ask once more.
                let status = net::get(&format!("/api/v1/pages/{id}")).await.ok();
                let status = status.and_then(|page| page.text("status")).and_then(|text| Status::parse(&text));
                match status {
                    Some(status) if status.is_final() => page::reload(),
                    status => {
                        drawing.set(status == Some(Status::Drawing) || drawing.get_untracked());
                        look_again(id, drawing);
                    }
                }
            });
        },
        EVERY,
    );
}
