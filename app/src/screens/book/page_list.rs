//! The pages of a book in their order, which changes by buttons or by dragging. Without JavaScript
//! each button sends the form of its entry.

use leptos::{
    ev::{MouseEvent, PointerEvent},
    html,
    prelude::*,
    task::spawn_local,
};
use model::{BookId, PageId, Problem, book::BookDetails, gallery::PageCard};

use crate::{
    api::books::{MovePage, book_path, set_book_pages},
    browser::geometry::child_middles,
    error::AppError,
    i18n::{tr, tr_args},
    state::library::Library,
    tools::page_order::{Direction, PageOrder},
};

/// The order on the screen, and what is known about storing it. Reference-counted signals: an order
/// is stored even after the screen has been left.
#[derive(Clone)]
struct OrderEditor {
    book: BookId,
    order: ArcRwSignal<PageOrder<PageId>>,
    is_storing: ArcStoredValue<bool>,
    announcement: RwSignal<String>,
    problem: RwSignal<Option<Problem>>,
    reload: Callback<()>,
}

impl OrderEditor {
    /// Says where a page is now and stores the order, if it has changed.
    fn finish_move(&self, page: PageId) {
        let (place, count) = self.order.with_untracked(|order| (order.place(page), order.shown().len()));
        if let Some(place) = place.filter(|_| self.order.with_untracked(PageOrder::is_changed)) {
            let args = [("number", (place + 1).into()), ("count", count.into())];
            self.announcement.set(tr_args("moved-to", &args));
        }
        if !self.is_storing.get_value() {
            spawn_local(self.clone().store());
        }
    }

    /// Sends one order after the other until the server has the one that is shown.
    async fn store(self) {
        self.is_storing.set_value(true);
        while self.order.with_untracked(PageOrder::is_changed) {
            let shown = self.order.with_untracked(|order| order.shown().to_vec());
            match set_book_pages(self.book, shown.clone()).await {
                Ok(()) => self.order.update(|order| order.set_stored(shown)),
                Err(AppError(problem)) => {
                    self.order.update(PageOrder::revert);
                    // The screen may be gone.
                    self.problem.try_set(Some(problem));
                    self.reload.try_run(());
                }
            }
        }
        self.is_storing.set_value(false);
    }
}

#[component]
pub fn PageList(
    details: Signal<BookDetails>,
    move_page: ServerAction<MovePage>,
    problem: RwSignal<Option<Problem>>,
    reload: Callback<()>,
) -> impl IntoView {
    let book = details.with_untracked(|details| details.book.id);
    let page_ids = move || details.with(|details| details.pages.iter().map(|page| page.id).collect::<Vec<_>>());
    let order = ArcRwSignal::new(PageOrder::new(untrack(page_ids)));
    let announcement = RwSignal::new(String::new());
    let is_storing = ArcStoredValue::new(false);
    let editor = OrderEditor { book, order: order.clone(), is_storing, announcement, problem, reload };
    let order = RwSignal::from(order);
    let library = Library::current();
    Effect::new(move |is_later: Option<bool>| {
        let page_ids = page_ids();
        if is_later == Some(true) {
            order.set(PageOrder::new(page_ids));
        }
        true
    });
    Effect::new(move || {
        if order.with(PageOrder::is_changed) {
            library.clear();
        }
    });
    let dragged = RwSignal::new(None::<PageId>);
    let list = NodeRef::<html::Ol>::new();
    let drag = move |event: PointerEvent| {
        if let (Some(page), Some(list)) = (dragged.get_untracked(), list.get_untracked()) {
            let middles = child_middles(&list);
            let pointer = f64::from(event.client_y());
            // The order is written only when it changes.
            let mut moved = order.get_untracked();
            if moved.drag(page, pointer, &middles) {
                order.set(moved);
            }
        }
    };
    let drop_page = {
        let editor = editor.clone();
        move |_: PointerEvent| {
            if let Some(page) = dragged.get_untracked() {
                dragged.set(None);
                editor.finish_move(page);
            }
        }
    };
    let pages = Memo::new(move |_| details.with(|details| details.pages.clone()));
    let shown = move || {
        let order = order.read();
        let pages = pages.read();
        let page = |id: &PageId| pages.iter().find(|page| page.id == *id).cloned();
        order.shown().iter().filter_map(page).collect::<Vec<_>>()
    };
    let count = move || tr_args("pages-count", &[("count", pages.read().len().into())]);
    view! {
        <section aria-labelledby="order">
            <h2 id="order" tabindex="-1">
                {count}
            </h2>
            <ol
                class="book-pages"
                node_ref=list
                on:pointermove=drag
                on:pointerup=drop_page.clone()
                on:pointercancel=drop_page
            >
                <For each=shown key=|page| page.id let:page>
                    <Entry page order dragged list move_page editor=editor.clone() />
                </For>
            </ol>
            <p class="unseen" role="status">
                {announcement}
            </p>
            <a class="button" href=format!("{}/choose", book_path(book))>
                {tr("choose-pages")}
            </a>
        </section>
    }
    .into_any()
}

/// One page with the buttons that move it.
#[component]
fn Entry(
    page: PageCard,
    order: RwSignal<PageOrder<PageId>>,
    dragged: RwSignal<Option<PageId>>,
    list: NodeRef<html::Ol>,
    move_page: ServerAction<MovePage>,
    editor: OrderEditor,
) -> impl IntoView {
    let (id, book) = (page.id, editor.book);
    let title = page.title.to_string();
    let label = |words: &str| format!("{}: {title}", tr(words));
    let [label_up, label_down, label_remove] = ["move-up", "move-down", "take-out"].map(label);
    let buttons = [NodeRef::<html::Button>::new(), NodeRef::new()];
    let step = move |direction: Direction, event: MouseEvent| {
        event.prevent_default();
        order.update(|order| {
            order.step(id, direction);
        });
        editor.finish_move(id);
        // An element that is moved in the document loses the focus.
        request_animation_frame(move || {
            let focused = order.try_with_untracked(|order| order.focused_button(id, direction)).flatten();
            let button = match focused {
                Some(Direction::Up) => buttons[0].get_untracked(),
                Some(Direction::Down) => buttons[1].get_untracked(),
                None => None,
            };
            let _ = button.map(|button| button.focus());
        });
    };
    let step_up = step.clone();
    // The list holds the pointer: an entry that is moved in the document would let go of it.
    let grab = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            let _ = list.set_pointer_capture(event.pointer_id());
            dragged.set(Some(id));
        }
    };
    let cannot_move = move |direction| order.with(|order| !order.can_move(id, direction));
    let is_only_page = move || order.with(|order| order.shown().len() == 1);
    view! {
        <li class:dragged=move || dragged.get() == Some(id)>
            <span
                class="handle needs-script"
                title=tr_args("drag-page", &[("title", page.title.as_str().into())])
                on:pointerdown=grab
            >
                "⠿"
            </span>
            <img src=format!("/pages/{id}/preview") alt="" loading="lazy" width="72" height="72" />
            <a href=format!("/pages/{id}")>{title.clone()}</a>
            <ActionForm action=move_page attr:class="steps-of-page">
                <input type="hidden" name="book" value=book.to_string() />
                <input type="hidden" name="page" value=id.to_string() />
                <button
                    class="button quiet"
                    node_ref=buttons[0]
                    name="direction"
                    value="up"
                    aria-label=label_up
                    disabled=move || cannot_move(Direction::Up)
                    on:click=move |event| step_up(Direction::Up, event)
                >
                    "↑"
                </button>
                <button
                    class="button quiet"
                    node_ref=buttons[1]
                    name="direction"
                    value="down"
                    aria-label=label_down
                    disabled=move || cannot_move(Direction::Down)
                    on:click=move |event| step(Direction::Down, event)
                >
                    "↓"
                </button>
                <button
                    class="button quiet"
                    name="direction"
                    value="remove"
                    aria-label=label_remove
                    disabled=is_only_page
                >
                    "×"
                </button>
            </ActionForm>
        </li>
    }
    .into_any()
}
