//! What wakes up in the browser. The markup inside an island is written by the server and stays as it is; only its
//! behaviour is sent. Views that are rebuilt in the browser were tried: they made the download 60 kB larger.

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
