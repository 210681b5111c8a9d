//! The offer to restore deleted pages, for a minute. The style sheet hides it after that time.

use leptos::{html, prelude::*};
use model::{PageId, gallery::Gallery};

use crate::{
    api::gallery::RestorePages,
    i18n::{tr, tr_args},
};

/// `focuses_undo` is true if the button takes the focus the next time that it appears.
#[component]
pub fn TrashNotice(
    gallery: Signal<Gallery>,
    restore: ServerAction<RestorePages>,
    focuses_undo: StoredValue<bool>,
) -> impl IntoView {
    // At most one entry. A new set of pages is a new element, whose minute begins.
    let deleted = Memo::new(move |_| gallery.with(|gallery| Some(gallery.trash.clone()).filter(|ids| !ids.is_empty())));
    view! {
        <div role="status">
            <For each=move || deleted.get() key=Clone::clone let:pages>
                <UndoForm pages restore focuses_undo />
            </For>
        </div>
    }
    .into_any()
}

#[component]
fn UndoForm(pages: Vec<PageId>, restore: ServerAction<RestorePages>, focuses_undo: StoredValue<bool>) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    Effect::new(move || {
        if let Some(button) = button.get()
            && focuses_undo.get_value()
        {
            focuses_undo.set_value(false);
            let _ = button.focus();
        }
    });
    let text = tr_args("deleted-pages", &[("count", pages.len().into())]);
    let field = |id: PageId| view! { <input type="hidden" name="pages[]" value=id.to_string() /> };
    view! {
        <ActionForm action=restore attr:class="undo">
            {pages.into_iter().map(field).collect_view()}
            <p>{text}</p>
            <button class="button" node_ref=button>
                {tr("undo")}
            </button>
        </ActionForm>
    }
    .into_any()
}
