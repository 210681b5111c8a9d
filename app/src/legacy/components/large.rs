//! A drawing as large as the window. `public/large.js` opens it; without a script the drawing has a tab of its own.

use leptos::prelude::*;

use crate::legacy::i18n::tr;

/// `picture` is the address of the drawing.
#[component]
pub fn Large(picture: String, title: String) -> impl IntoView {
    let button = |what: &'static str, sign: &'static str, name: &'static str| {
        view! {
            <button class="button" type="button" data-look=what aria-label=tr(name)>
                {sign}
            </button>
        }
    };
    let name = title.clone();
    view! {
        <dialog class="close-up" aria-label=name>
            <div class="close-up-sheet" tabindex="0" role="group" aria-label=tr("see-large")>
                <img src=picture alt=title loading="lazy" />
            </div>
            <div class="actions">
                {button("out", "\u{2212}", "smaller")} {button("in", "+", "larger")} {button("close", "\u{d7}", "close")}
            </div>
        </dialog>
    }
    .into_any()
}
