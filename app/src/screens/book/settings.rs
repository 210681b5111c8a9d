//! Title, paper and layout of a book.

use leptos::prelude::*;
use model::{Title, book::BookDetails};

use crate::{api::books::UpdateBook, components::PaperChoice, i18n::tr};

/// The form shows the settings that the book had when the screen was opened, then what is chosen.
#[component]
pub fn SettingsForm(details: Signal<BookDetails>, update: ServerAction<UpdateBook>) -> impl IntoView {
    let book = details.with_untracked(|details| details.book.clone());
    view! {
        <section class="page-care" aria-labelledby="binding">
            <h2 id="binding">{tr("binding")}</h2>
            <ActionForm action=update>
                <input type="hidden" name="book" value=book.id.to_string() />
                <label class="field">
                    <span>{tr("title")}</span>
                    <input
                        name="title"
                        value=book.title.to_string()
                        maxlength=Title::MAX_CHARS
                        required
                        autocomplete="off"
                    />
                </label>
                <PaperChoice chosen=book.paper />
                <div class="checks">
                    <label class="check">
                        <input type="checkbox" name="cover" value="true" checked=book.cover />
                        <span>{tr("book-cover")}</span>
                    </label>
                    <label class="check">
                        <input type="checkbox" name="page_numbers" value="true" checked=book.page_numbers />
                        <span>{tr("page-numbers")}</span>
                    </label>
                </div>
                <button class="button">{tr("save")}</button>
            </ActionForm>
        </section>
    }
    .into_any()
}
