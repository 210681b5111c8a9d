//! The books below the newest pages.

use leptos::prelude::*;
use model::gallery::{BookCard, Gallery};

use crate::{
    api::books::book_path,
    components::OlderLink,
    i18n::{tr, tr_args},
};

#[component]
pub fn BookList(gallery: Signal<Gallery>) -> impl IntoView {
    let books = Memo::new(move |_| gallery.with(|gallery| gallery.books.items.clone()));
    let older = Signal::derive(move || {
        let next = gallery.with(|gallery| gallery.books.next.clone());
        next.map(|next| format!("/gallery?books={next}#books"))
    });
    view! {
        <Show when=move || !books.read().is_empty()>
            <section class="books" aria-labelledby="books">
                <h2 id="books">{tr("your-books")}</h2>
                <ul>{move || books.get().into_iter().map(|book| view! { <BookEntry book /> }).collect_view()}</ul>
                <OlderLink href=older text=tr("older-books") />
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn BookEntry(book: BookCard) -> impl IntoView {
    view! {
        <li>
            <a href=book_path(book.id)>{book.title.to_string()}</a>
            <span class="hint">{tr_args("pages-count", &[("count", book.page_count.into())])}</span>
        </li>
    }
    .into_any()
}
