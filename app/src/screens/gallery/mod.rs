//! `/gallery`: all pages, newest first, then the books.

mod books;
mod cards;
mod search;
mod trash;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};
use model::gallery::{Gallery, GalleryQuery};

use crate::{
    api::{gallery::DeletePages, gallery::RestorePages, pages::KeepPage},
    browser::document,
    components::{EmptyState, LoadedSignal, Notice, OlderLink, on_action_result, query_problem},
    error::AppError,
    i18n::{tr, tr_args},
    state::library::Library,
};
use books::BookList;
use cards::PageCards;
use search::SearchForm;
use trash::TrashNotice;

#[component]
pub fn GalleryScreen() -> impl IntoView {
    let library = Library::current();
    let params = use_query_map();
    let query = Memo::new(move |_| {
        let params = params.read();
        GalleryQuery {
            search: params.get_str("q").unwrap_or_default().trim().to_owned(),
            after: params.get("after"),
            books_after: params.get("books"),
        }
    });
    let resource = library.load(query);
    let reload = Callback::new(move |()| {
        library.clear();
        resource.refetch();
    });
    view! {
        <Title text=tr("your-pages") />
        <LoadedSignal resource let:gallery>
            <GalleryView gallery reload />
        </LoadedSignal>
    }
    .into_any()
}

#[component]
fn GalleryView(gallery: Signal<Gallery>, reload: Callback<()>) -> impl IntoView {
    let problem = RwSignal::new(query_problem().get_untracked());
    let is_too_late = RwSignal::new(use_query_map().read_untracked().get_str("done") == Some("late"));
    let keep = ServerAction::<KeepPage>::new();
    let delete = ServerAction::<DeletePages>::new();
    let restore = ServerAction::<RestorePages>::new();
    // Where the focus goes once the toolbar with the delete button is hidden.
    let focuses_undo = StoredValue::new(false);
    let finish = move |error: Option<AppError>| {
        problem.set(error.map(|AppError(problem)| problem));
        reload.run(());
    };
    on_action_result(keep.value(), move |result| finish(result.err()));
    on_action_result(delete.value(), move |result| {
        focuses_undo.set_value(result.is_ok());
        finish(result.err());
    });
    on_action_result(restore.value(), move |result| {
        is_too_late.set(matches!(result, Ok(false)));
        document::focus_heading();
        finish(result.err());
    });
    focus_heading_of_next_part(gallery);
    let is_empty = Memo::new(move |_| gallery.with(|gallery| gallery.pages.items.is_empty()));
    let search = Memo::new(move |_| gallery.with(|gallery| gallery.query.search.clone()));
    let older = Signal::derive(move || gallery.with(older_path));
    view! {
        <div class="title-row">
            <h1>{tr("your-pages")}</h1>
            <p class="balance">
                {move || tr_args("credits-left", &[("count", gallery.with(|gallery| gallery.credits).into())])}
            </p>
            <Show when=move || !is_empty.get()>
                <a class="button" href="/books/new">
                    {tr("make-book")}
                </a>
            </Show>
            <a class="button primary" href="/create">
                {tr("make-page")}
            </a>
        </div>
        <Notice problem />
        <p class="notice" role="status" data-said=move || is_too_late.get().then_some("")>
            {move || is_too_late.get().then(|| tr("taken-back-late"))}
        </p>
        <TrashNotice gallery restore focuses_undo />
        <Show when=move || !is_empty.get() || !search.read().is_empty()>
            <SearchForm />
        </Show>
        <p class="unseen" role="status">
            {move || gallery.with(found_count)}
        </p>
        {move || match is_empty.get() {
            true => view! { <NoPages gallery /> }.into_any(),
            false => view! { <PageCards gallery keep delete /> }.into_any(),
        }}
        <OlderLink href=older text=tr("older-pages") />
        <BookList gallery />
    }
    .into_any()
}

/// Address of the next part of the pages.
fn older_path(gallery: &Gallery) -> Option<String> {
    let next = gallery.pages.next.as_ref()?;
    Some(match gallery.query.search.as_str() {
        "" => format!("/gallery?after={next}"),
        search => format!("/gallery?q={}&after={next}", Url::escape(search)),
    })
}

/// How many pages a search has found, for a screen reader. The screen says itself that there is
/// none.
fn found_count(gallery: &Gallery) -> Option<String> {
    let count = gallery.pages.items.len();
    (!gallery.query.search.is_empty() && count > 0).then(|| tr_args("pages-count", &[("count", count.into())]))
}

/// The link to the next part stays in place: without this, the focus would stay below the new
/// pages.
fn focus_heading_of_next_part(gallery: Signal<Gallery>) {
    let after = Memo::new(move |_| gallery.with(|gallery| gallery.query.after.clone()));
    Effect::new(move |previous: Option<Option<String>>| {
        let after = after.get();
        if previous.is_some_and(|previous| previous != after) {
            document::focus_heading();
        }
        after
    });
}

#[component]
fn NoPages(gallery: Signal<Gallery>) -> impl IntoView {
    let is_search = Memo::new(move |_| gallery.with(|gallery| !gallery.query.search.is_empty()));
    let is_continued = Memo::new(move |_| gallery.with(|gallery| gallery.query.after.is_some()));
    move || match (is_search.get(), is_continued.get()) {
        (true, _) => view! {
            <div class="empty">
                <p class="lead" role="status">
                    {tr("search-nothing")}
                </p>
                <p>
                    <a class="button" href="/gallery">
                        {tr("gallery-all")}
                    </a>
                </p>
            </div>
        }
        .into_any(),
        (false, true) => {
            view! { <p class="empty">{tr("gallery-end")} " " <a href="/gallery">{tr("gallery-newest")}</a></p> }
                .into_any()
        }
        (false, false) => view! { <EmptyState lead=tr("gallery-empty") text=tr("gallery-empty-words") /> }.into_any(),
    }
}
