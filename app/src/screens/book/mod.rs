//! `/books/{id}`: one book: its PDF, the order of its pages, its settings.

mod page_list;
mod settings;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map};
use model::{BookId, book::BookDetails};

use crate::{
    api::books::{DeleteBook, MovePage, UpdateBook, book_path, load_book},
    components::{LoadedSignal, Notice, on_action_result, query_problem},
    error::AppError,
    i18n::{tr, tr_args},
    state::{library::Library, session::Session},
};
use page_list::PageList;
use settings::SettingsForm;

#[component]
pub fn BookScreen() -> impl IntoView {
    let session = Session::current();
    let params = use_params_map();
    let book = Memo::new(move |_| params.read().get_str("book").unwrap_or_default().parse::<BookId>());
    let resource = Resource::new(
        move || (session.user_id(), book.get()),
        |(_, book)| async move { load_book(book.map_err(AppError)?).await },
    );
    let reload = Callback::new(move |()| resource.refetch());
    view! {
        <LoadedSignal resource let:details>
            <BookView details reload />
        </LoadedSignal>
    }
    .into_any()
}

#[component]
fn BookView(details: Signal<BookDetails>, reload: Callback<()>) -> impl IntoView {
    let id = details.with_untracked(|details| details.book.id);
    let library = Library::current();
    let navigate = use_navigate();
    let problem = RwSignal::new(query_problem().get_untracked());
    let move_page = ServerAction::<MovePage>::new();
    let update = ServerAction::<UpdateBook>::new();
    let delete = ServerAction::<DeleteBook>::new();
    let finish = move |error: Option<AppError>| {
        library.clear();
        problem.set(error.map(|AppError(problem)| problem));
        reload.run(());
    };
    on_action_result(move_page.value(), move |result| finish(result.err()));
    on_action_result(update.value(), move |result| finish(result.err()));
    on_action_result(delete.value(), move |result| match result {
        Ok(()) => {
            library.clear();
            navigate("/gallery", Default::default());
        }
        Err(AppError(rejection)) => problem.set(Some(rejection)),
    });
    let title = Memo::new(move |_| details.with(|details| details.book.title.to_string()));
    let is_empty = Memo::new(move |_| details.with(|details| details.pages.is_empty()));
    view! {
        {move || view! { <Title text=title.get() /> }}
        <article class="page book">
            <h1>{title}</h1>
            <Notice problem />
            {move || match is_empty.get() {
                true => view! { <p class="empty">{tr("book-empty")}</p> }.into_any(),
                false => view! { <PdfLinks book=id title /> }.into_any(),
            }}
            <PageList details move_page problem reload />
            <SettingsForm details update />
            <details class="danger">
                <summary>{tr("delete-book")}</summary>
                <p>{tr("delete-book-words")}</p>
                <ActionForm action=delete>
                    <input type="hidden" name="book" value=id.to_string() />
                    <button class="button danger">{tr("delete-book-button")}</button>
                </ActionForm>
            </details>
        </article>
    }
    .into_any()
}

#[component]
fn PdfLinks(book: BookId, title: Memo<String>) -> impl IntoView {
    let pdf = format!("{}/pdf", book_path(book));
    let label = move || tr_args("save-as-pdf", &[("title", title.get().into())]);
    view! {
        <div class="page-actions">
            <a class="button primary" rel="external" href=pdf.clone()>
                {tr("book-print")}
            </a>
            <a class="button" href=format!("{pdf}?download=1") download="" aria-label=label>
                {tr("save-pdf")}
            </a>
        </div>
    }
    .into_any()
}
