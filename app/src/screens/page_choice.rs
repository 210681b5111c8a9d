//! `/books/new` and `/books/{id}/choose`: which pages a book has.

use std::collections::HashSet;

use leptos::prelude::*;
use leptos_meta::Title as DocumentTitle;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use model::{BookId, PageId, Title, book::PageChoice, gallery::PageCard};

use crate::{
    api::books::{CreateBook, SetBookPages, book_path, load_page_choice},
    components::{EmptyState, Loaded, Notice, form_problem, on_action_result},
    error::AppError,
    i18n::tr,
    state::{library::Library, session::Session},
};

#[component]
pub fn PageChoiceScreen() -> impl IntoView {
    let session = Session::current();
    // `None` for a new book.
    let params = use_params_map();
    let book = Memo::new(move |_| params.read().get_str("book").map(str::parse::<BookId>));
    // Filled in when the form comes back with a problem, or by the gallery.
    let query = use_query_map();
    let chosen = move || -> Vec<PageId> {
        let values = query.read().get_all("pages[]").unwrap_or_default();
        values.iter().filter_map(|value| value.parse().ok()).collect()
    };
    let resource = Resource::new(
        move || (session.user_id(), book.get(), chosen()),
        |(_, book, chosen)| async move { load_page_choice(book.transpose().map_err(AppError)?, chosen).await },
    );
    let heading = move || tr(if book.read().is_some() { "choose-pages" } else { "make-book" });
    view! {
        <DocumentTitle text=heading />
        <Loaded resource let:choice>
            <h1>{heading}</h1>
            {match (choice.offered.is_empty(), book.get_untracked()) {
                (true, _) => {
                    view! { <EmptyState lead=tr("book-needs-pages") text=tr("book-needs-pages-words") /> }.into_any()
                }
                (false, Some(Ok(book))) => view! { <ExistingBookForm book choice /> }.into_any(),
                (false, _) => view! { <NewBookForm choice /> }.into_any(),
            }}
        </Loaded>
    }
    .into_any()
}

#[component]
fn NewBookForm(choice: PageChoice) -> impl IntoView {
    let create = ServerAction::<CreateBook>::new();
    open_when_saved(create.value(), |book| book);
    let title = use_query_map().read_untracked().get("title").unwrap_or_default();
    view! {
        <Notice problem=form_problem(create.value()) />
        <ActionForm action=create>
            <label class="field book-title">
                <span>{tr("book-title")}</span>
                <input name="title" value=title maxlength=Title::MAX_CHARS required autocomplete="off" />
            </label>
            <Offer choice />
            <FormEnd button=tr("make-the-book") back="/gallery".to_owned() />
        </ActionForm>
    }
    .into_any()
}

#[component]
fn ExistingBookForm(book: BookId, choice: PageChoice) -> impl IntoView {
    let save = ServerAction::<SetBookPages>::new();
    open_when_saved(save.value(), move |()| book);
    view! {
        <Notice problem=form_problem(save.value()) />
        <ActionForm action=save>
            <input type="hidden" name="book" value=book.to_string() />
            <Offer choice />
            <FormEnd button=tr("save-choice") back=book_path(book) />
        </ActionForm>
    }
    .into_any()
}

/// Leads to the screen of the book once it is saved.
fn open_when_saved<T: 'static>(
    value: impl Get<Value = Option<Result<T, AppError>>> + Send + Sync + 'static,
    book: impl Fn(T) -> BookId + Send + Sync + 'static,
) {
    let library = Library::current();
    let navigate = use_navigate();
    on_action_result(value, move |result| {
        if let Ok(saved) = result {
            library.clear();
            navigate(&book_path(book(saved)), Default::default());
        }
    });
}

/// One check box for each page. The order of the pages is that of the boxes.
#[component]
fn Offer(choice: PageChoice) -> impl IntoView {
    let chosen: HashSet<_> = choice.chosen.into_iter().collect();
    let entry = |page: PageCard| {
        let checked = chosen.contains(&page.id);
        view! { <OfferedPage page checked /> }
    };
    view! {
        <fieldset class="choice">
            <legend>{tr("choose-legend")}</legend>
            <ul class="grid">{choice.offered.into_iter().map(entry).collect_view()}</ul>
        </fieldset>
    }
    .into_any()
}

#[component]
fn OfferedPage(page: PageCard, checked: bool) -> impl IntoView {
    let id = page.id.to_string();
    let picture = match page.has_drawing {
        true => view! { <img src=format!("/pages/{id}/preview") alt="" loading="lazy" width="300" height="300" /> }
            .into_any(),
        false => view! { <span class="card-empty" aria-hidden="true"></span> }.into_any(),
    };
    view! {
        <li>
            <label class="card offer">
                <span class="card-picture">{picture}</span>
                <span class="check">
                    <input type="checkbox" name="pages[]" value=id checked=checked />
                    <span class="card-title">{page.title.to_string()}</span>
                </span>
            </label>
        </li>
    }
    .into_any()
}

#[component]
fn FormEnd(button: String, back: String) -> impl IntoView {
    view! {
        <p class="actions choice-end">
            <button class="button primary">{button}</button>
            <a class="button quiet" href=back>
                {tr("back")}
            </a>
        </p>
    }
    .into_any()
}
