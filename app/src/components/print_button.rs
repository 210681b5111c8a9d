//! The print button. Without JavaScript it is a link to the PDF, which prints from wherever it opens.

use leptos::prelude::*;

use crate::browser::page;

#[island]
pub fn PrintButton(pdf: String) -> impl IntoView {
    view! {
        <a
            class="button primary"
            href=pdf
            on:click=move |event| {
                event.prevent_default();
                page::print();
            }
        >
            "Print"
        </a>
    }
}
