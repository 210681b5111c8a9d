//! The pages as cards, and the toolbar for those that are selected. The check boxes themselves hold
//! the selection: it works before hydration and without JavaScript.

use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_navigate;
use model::{
    PageId, Status,
    gallery::{Gallery, PageCard},
};
use serde::Deserialize;

use crate::{
    api::{books::page_choice_path, gallery::DeletePages, pages::KeepPage},
    i18n::{format_date, tr, tr_args, tr_view},
};

const TOOLBAR_ID: &str = "chosen";
const NEW_BOOK_PATH: &str = "/books/new";

#[component]
pub fn PageCards(
    gallery: Signal<Gallery>,
    keep: ServerAction<KeepPage>,
    delete: ServerAction<DeletePages>,
) -> impl IntoView {
    let pages = Memo::new(move |_| gallery.with(|gallery| gallery.pages.items.clone()));
    view! {
        <div class="gallery">
            <ul class="grid">
                <For each=move || pages.get() key=|page| page.id let:page>
                    <Card first=page pages keep />
                </For>
            </ul>
            <Toolbar delete />
        </div>
    }
    .into_any()
}

/// What the toolbar sends.
#[derive(Deserialize)]
struct Selection {
    #[serde(default)]
    pages: Vec<PageId>,
}

/// Actions on the selected pages. Printing and the archive answer with a file, so the browser
/// itself sends the form.
#[component]
fn Toolbar(delete: ServerAction<DeletePages>) -> impl IntoView {
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        let action = event.submitter().and_then(|button| button.get_attribute("formaction"));
        let Ok(Selection { pages }) = Selection::from_event(&event) else { return };
        match action.as_deref() {
            Some(NEW_BOOK_PATH) => {
                event.prevent_default();
                navigate(&page_choice_path(None, "", &pages), Default::default());
            }
            Some(path) if path == DeletePages::url() => {
                event.prevent_default();
                delete.dispatch(DeletePages { pages });
            }
            _ => {}
        }
    };
    view! {
        <form
            class="chosen"
            id=TOOLBAR_ID
            method="post"
            action="/gallery/print"
            aria-label=tr("chosen-pages")
            on:submit=submit
        >
            <button class="button" formaction=NEW_BOOK_PATH formmethod="get">
                {tr("make-book")}
            </button>
            <button class="button" formaction="/gallery/print">
                {tr("print")}
            </button>
            <button class="button" formaction="/gallery/archive">
                {tr("save-zip")}
            </button>
            <button class="button danger" formaction=DeletePages::url()>
                {tr("delete")}
            </button>
        </form>
    }
    .into_any()
}

/// `first` is the page as it is now; later it is looked up in `pages`.
#[component]
fn Card(first: PageCard, pages: Memo<Vec<PageCard>>, keep: ServerAction<KeepPage>) -> impl IntoView {
    let id = first.id;
    let page = Memo::new(move |last: Option<&PageCard>| {
        let current = pages.read().iter().find(|page| page.id == id).cloned();
        current.or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
    });
    let title = move || page.read().title.to_string();
    let tag = move || match page.read().status {
        Status::Ready => None,
        Status::Waiting => Some("page-waiting"),
        Status::Drawing => Some("page-drawing"),
        Status::Failed => Some("page-failed"),
    };
    let is_failed = Memo::new(move |_| page.read().status == Status::Failed);
    let has_drawing = Memo::new(move |_| page.read().has_drawing);
    let picture = move || match (has_drawing.get(), is_failed.get()) {
        (true, _) => {
            view! { <img src=format!("/pages/{id}/preview") alt="" loading="lazy" width="300" height="300" /> }
                .into_any()
        }
        (false, true) => view! { <span class="card-failed" aria-hidden="true"></span> }.into_any(),
        (false, false) => view! { <span class="card-empty" aria-hidden="true"></span> }.into_any(),
    };
    view! {
        <li>
            <label class="pick">
                <input
                    type="checkbox"
                    name="pages[]"
                    value=id.to_string()
                    form=TOOLBAR_ID
                    aria-label=move || tr_args("choose-page", &[("title", title().into())])
                />
            </label>
            <a class="card" href=format!("/pages/{id}")>
                <span class="card-picture">{picture}</span>
                <span class="card-title">{title}</span>
                {move || tag().map(|tag| view! { <span class="tag">{tr(tag)}</span> })}
            </a>
            // Nothing of a failed page is left to keep.
            <Show when=move || !is_failed.get()>
                <KeepForm page keep />
            </Show>
        </li>
    }
    .into_any()
}

#[component]
fn KeepForm(page: Memo<PageCard>, keep: ServerAction<KeepPage>) -> impl IntoView {
    let until = Memo::new(move |_| page.read().keep_until.clone());
    let date = move || {
        let time = view! { <time datetime=until.get()>{format_date(&until.read())}</time> };
        tr_view("until", [("day", time.into_any())])
    };
    let label = move || tr_args("keep-longer-page", &[("title", page.read().title.to_string().into())]);
    view! {
        <ActionForm action=keep attr:class="card-until">
            <input type="hidden" name="page" value=page.read_untracked().id.to_string() />
            <span aria-live="polite">{date}</span>
            <button class="link" aria-label=label>
                {tr("keep-longer")}
            </button>
        </ActionForm>
    }
    .into_any()
}
