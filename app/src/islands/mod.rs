//! What wakes up in the browser. The markup inside an island is written by the server and stays as it is; only its
//! behaviour is sent. Views that are rebuilt in the browser were tried: they made the download 60 kB larger.

mod page_watch;

use leptos::prelude::*;

use crate::{browser::page, panel::Panel, studio::Studio};

/// `/create`: choosing, drawing, keeping.
#[island]
pub fn CreateStudio(children: Children) -> impl IntoView {
    Effect::new(Studio::wake);
    children()
}

/// The account panel on a screen of its own.
#[island]
pub fn Login(children: Children) -> impl IntoView {
    Effect::new(|| {
        if let Some(panel) = Panel::wake() {
            let after = panel.return_to();
            panel.when_in(move || page::go(&after));
        }
    });
    children()
}

/// A page that is being drawn: looks again and again, and shows it when it is done.
#[island]
pub fn PageWatch(children: Children) -> impl IntoView {
    Effect::new(page_watch::wake);
    children()
}

/// Prints right away, on a sheet that lies the way the drawing does; without JavaScript it is a link to the PDF.
#[island]
pub fn PrintButton(children: Children) -> impl IntoView {
    Effect::new(|| {
        if let Some(button) = page::find("[data-print]") {
            button.on("click", |event| {
                event.prevent_default();
                if let (Some(paper), Some(drawing)) = (page::find(".paper"), page::find(".paper img")) {
                    paper.toggle("data-wide", drawing.is_wide());
                }
                page::print();
            });
        }
    });
    children()
}
