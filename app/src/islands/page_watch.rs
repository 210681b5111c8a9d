//! Asks whether a page is drawn, until it is.

use leptos::task::spawn_local;
use model::{ProblemCode, Status};

use crate::browser::{
    net,
    page::{self, Part},
};

const EVERY_MS: u32 = 700;

pub(super) fn wake() {
    if let Some(waiting) = page::find("[data-page]") {
        spawn_local(watch(waiting));
    }
}

async fn watch(waiting: Part) {
    let address = format!("/api/v1/pages/{}", waiting.get("data-page"));
    loop {
        page::wait(EVERY_MS).await;
        let answer = match net::get(&address).await {
            Ok(answer) => answer,
            // Without a connection there is nothing to do but to ask once more.
            Err(problem) if problem.code == ProblemCode::Offline => continue,
            // Signed out or deleted elsewhere: the screen says what is so.
            Err(_) => return page::reload(),
        };
        match answer.text("status").and_then(|status| Status::parse(&status)) {
            Some(Status::Ready | Status::Failed) => return page::reload(),
            Some(Status::Drawing) => waiting.say("Drawing your page at print size…"),
            _ => {}
        }
    }
}
