//! Several photos that become a book: their previews, what the book costs, and the button that
//! makes it.

use std::{collections::HashMap, rc::Rc};

use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use model::{Preset, Title};
use send_wrapper::SendWrapper;

use super::{
    book_making::make_book,
    several_photos::{PhotoKey, PhotoState, SeveralPhotos, retries::Failure},
};
use crate::{
    api::books::book_path,
    browser::{document, drawing_canvas::DrawingCanvas, photo_engine::PhotoEngine},
    components::{Notice, Presets},
    i18n::tr,
    state::{auth::AuthDialog, book_photos::BookPhotos, session::Session},
};

type Canvases = HashMap<PhotoKey, DrawingCanvas>;

/// What the panel has while it is shown.
#[derive(Clone, Copy)]
struct Panel {
    book: BookPhotos,
    session: Session,
    engine: StoredValue<Option<SendWrapper<Rc<PhotoEngine>>>>,
    canvases: StoredValue<SendWrapper<Canvases>>,
}

#[component]
pub fn SeveralPhotosPanel() -> impl IntoView {
    let panel = Panel {
        book: BookPhotos::current(),
        session: Session::current(),
        engine: StoredValue::new(None),
        canvases: StoredValue::new(SendWrapper::new(Canvases::new())),
    };
    let book = panel.book;
    let heading = NodeRef::<html::H2>::new();
    let keys = Memo::new(move |_| book.with(|list| list.entries().iter().map(|entry| entry.key).collect::<Vec<_>>()));
    Effect::new(move || {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
        panel.engine.set_value(PhotoEngine::start().map(|engine| SendWrapper::new(Rc::new(engine))));
        book.update(SeveralPhotos::forget_previews);
    });
    Effect::new(move || {
        keys.track();
        spawn_local(async move { panel.draw_previews().await });
    });
    // The browser asks before it leaves a book that is being made.
    let guard = window_event_listener(ev::beforeunload, move |event| {
        if book.with_untracked(SeveralPhotos::is_making) {
            event.prevent_default();
        }
    });
    on_cleanup(move || guard.remove());
    let is_making = move || book.with(SeveralPhotos::is_making);
    view! {
        <section class="book-maker" aria-labelledby="book-heading" data-making=move || is_making().then_some("")>
            <h2 id="book-heading" tabindex="-1" node_ref=heading>
                {tr("book-heading")}
            </h2>
            <Notice problem=book.problem />
            <ol class="grid" inert=is_making>
                <For each=move || keys.get() key=|key| key.number() let:key>
                    <PhotoCard panel key />
                </For>
            </ol>
            <BookForm panel />
        </section>
    }
    .into_any()
}

#[component]
fn PhotoCard(panel: Panel, key: PhotoKey) -> impl IntoView {
    let book = panel.book;
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            panel.canvases.update_value(|canvases| {
                canvases.insert(key, DrawingCanvas::new(canvas));
            });
        }
    });
    let state = Memo::new(move |_| book.with(|list| list.state_of(key)));
    let text = move || match state.get() {
        Some(PhotoState::Drawing) => tr("says-opening"),
        Some(PhotoState::Rejected) => tr("left-out"),
        Some(PhotoState::Sending) => tr("state-sending"),
        Some(PhotoState::Printing) => tr("state-printing"),
        Some(PhotoState::Ready) => tr("state-ready"),
        Some(PhotoState::Waiting | PhotoState::Previewed) | None => String::new(),
    };
    let leave_out = move |_| {
        if book.update(|list| list.remove(key)) {
            book.store();
        } else {
            book.clear();
        }
    };
    view! {
        <li>
            <span class="card-picture">
                <canvas aria-hidden="true" node_ref=canvas></canvas>
            </span>
            <span class="book-state" role="status">
                {text}
            </span>
            <button type="button" class="button quiet" on:click=leave_out>
                {tr("leave-out")}
            </button>
        </li>
    }
}

#[component]
fn BookForm(panel: Panel) -> impl IntoView {
    let Panel { book, session, .. } = panel;
    let navigate = use_navigate();
    let auth = AuthDialog::current();
    let cost = Memo::new(move |_| book.with(SeveralPhotos::cost));
    let balance = Memo::new(move |_| session.user.with(|user| user.as_ref().map(|user| user.credits)));
    let is_making = Memo::new(move |_| book.with(SeveralPhotos::is_making));
    let progress = move || book.with(SeveralPhotos::progress).to_string();
    let make = Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn_local(async move {
            if let Some(book) = panel.make().await {
                navigate(&book_path(book), Default::default());
            }
        });
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if session.user.with_untracked(Option::is_none) {
            book.store();
            auth.open("book-sign-in", move || make.run(()));
        } else if !is_making.get_untracked() {
            make.run(());
        }
    };
    let choose_preset = Callback::new(move |preset: Preset| {
        book.update(|list| list.set_preset(preset));
        book.store();
        spawn_local(async move { panel.draw_previews().await });
    });
    let cancel = move |_| {
        book.clear();
        document::focus_heading();
    };
    let chosen = book.with_untracked(SeveralPhotos::preset);
    view! {
        <form on:submit=submit>
            <div inert=move || is_making.get()>
                <Presets legend=tr("who-colours") chosen on_choose=choose_preset />
                <label class="field">
                    <span>{tr("book-title")}</span>
                    <input
                        name="title"
                        maxlength=Title::MAX_CHARS
                        required
                        autocomplete="off"
                        bind:value=book.title
                        on:change=move |_| book.store()
                    />
                </label>
            </div>
            <dl class="facts">
                <dt>{tr("pages")}</dt>
                <dd data-pages="">{move || cost.get().pages}</dd>
                <dt>{tr("credits-cost")}</dt>
                <dd data-cost="">{move || cost.get().credits}</dd>
                <dt>{tr("credits-have")}</dt>
                <dd data-balance="">
                    {move || balance.get().map_or_else(|| "–".to_owned(), |credits| credits.to_string())}
                </dd>
            </dl>
            <p class="hint" data-too-few="" hidden=move || !cost.get().exceeds(balance.get())>
                {tr("too-few")}
            </p>
            <p class="hint" data-sign-in="" hidden=move || balance.get().is_some()>
                {tr("book-sign-in")}
            </p>
            <progress class="progress" max="1" value=progress aria-label=tr("book-made")></progress>
            <button
                class="button primary wide large"
                disabled=move || is_making.get() || !cost.get().is_payable(balance.get())
            >
                {tr("make-the-book")}
            </button>
            <button type="button" class="button quiet wide" data-cancel="" on:click=cancel disabled=is_making>
                {tr("single-page")}
            </button>
        </form>
    }
    .into_any()
}

impl Panel {
    /// Draws what has no preview yet, one photo after the other.
    async fn draw_previews(self) {
        let Some(engine) = self.engine.try_get_value().flatten() else { return };
        loop {
            let next = self.book.update(|list| list.start_preview().map(|entry| (entry.key, entry.photo.clone())));
            let Some((key, photo)) = next else { return };
            let preset = self.book.with_untracked(SeveralPhotos::preset);
            let picture = engine.preview(&photo, preset).await;
            // The panel may be gone by now.
            let shown = self.canvases.try_with_value(|canvases| {
                if let (Some(canvas), Some(picture)) = (canvases.get(&key), &picture) {
                    canvas.show(picture);
                }
            });
            if shown.is_none() {
                return;
            }
            self.book.update(|list| list.end_preview(key, preset, picture.is_some()));
        }
    }

    async fn make(self) -> Option<model::BookId> {
        let engine = self.engine.get_value()?;
        self.book.problem.set(None);
        match make_book(self.book, self.session, &engine).await {
            Ok(id) => {
                self.book.clear();
                Some(id)
            }
            Err(Failure::SignedOut) => {
                self.session.user.set(None);
                None
            }
            Err(Failure::Problem(problem)) => {
                self.book.problem.set(Some(problem));
                None
            }
        }
    }
}
