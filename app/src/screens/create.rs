//! `/create`, the studio: a photo becomes a drawing on this device, follows the controls, and is
//! saved as a page. Without JavaScript the form is sent, and the server draws.

use std::time::Duration;

use leptos::{ev, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::{PageId, Style};

use crate::{
    api::accounts::sign_in_path,
    browser::{connection, early_input::EarlyInput, launch_queue, photo::Photo},
    components::{
        Notice, query_problem,
        studio::{Controls, PhotoPicker, SharedPhotos, Sheet},
    },
    i18n::{tr, tr_args},
    lazy::{Chunk, LazySeveralPhotosPanel},
    state::{
        auth::AuthDialog,
        book_photos::BookPhotos,
        session::Session,
        studio::{Stage, Studio, load_style},
    },
};

/// How often the server is looked for while a page waits for a connection.
const CONNECTION_CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// After the first drawing the browser is left alone for so long before more code is loaded.
const TOOLS_DELAY: Duration = Duration::from_secs(1);

#[component]
pub fn Create() -> impl IntoView {
    let studio = Studio::current();
    let navigate = use_navigate();
    let leave = move |page: PageId| navigate(&format!("/pages/{page}"), Default::default());
    take_over_early_input(studio);
    start(studio, leave.clone());
    load_tools_after_drawing(studio);
    open_dropped_and_pasted_photos(studio);
    save_when_connected(studio, leave.clone());
    let is_dragged_over = RwSignal::new(false);
    let is_book = Memo::new(move |_| studio.book_photos.with(|photos| !photos.is_empty()));
    let book = BookPhotos::current();
    Effect::new(move || spawn_local(async move { book.restore().await }));
    let form_problem = query_problem();
    let problem = Signal::derive(move || studio.problem.get().or_else(|| form_problem.get()));
    let edits = move || studio.edits.with(|edits| if edits.is_empty() { String::new() } else { json(edits) });
    view! {
        <Title text=tr("create-title") />
        <h1>{tr("create-title")}</h1>
        <form
            class="studio"
            hidden=move || is_book.get()
            action="/create"
            method="post"
            enctype="multipart/form-data"
            data-stage=move || studio.stage.get().as_str()
            data-opened=move || studio.photo.with(Option::is_some).then_some("")
            data-blank=move || studio.is_blank.get().then_some("")
            data-awaits-people=move || studio.awaits_hints.get().then_some("")
            data-waits=move || studio.waits_for_connection.get().then_some("")
            data-over=move || is_dragged_over.get().then_some("")
            on:dragover=move |_| is_dragged_over.set(true)
            on:dragleave=move |_| is_dragged_over.set(false)
            on:drop=move |_| is_dragged_over.set(false)
            on:submit=move |event| {
                event.prevent_default();
                studio.save(leave.clone());
            }
        >
            <div class="studio-sheet">
                <Notice problem takes_focus=true />
                <SharedPhotos />
                <SignInFirst />
                <PhotoPicker />
                <Sheet />
                // A form that is sent without scripts leaves it out.
                <input type="hidden" name="edits" disabled prop:value=edits />
            </div>
            <Controls />
        </form>
        <Show when=move || is_book.get()>
            <LazySeveralPhotosPanel />
        </Show>
    }
    .into_any()
}

/// Only a script can ask for an account when it is needed; a form would lose the photo on the way.
#[component]
fn SignInFirst() -> impl IntoView {
    let session = Session::current();
    let link =
        format!(r#"<a href="{}">{}</a>"#, sign_in_path("/create").replace('&', "&amp;"), tr("no-script-sign-in-link"));
    let html = format!("<p>{}</p>", tr_args("no-script-sign-in", &[("link", link.into())]));
    move || (!session.is_signed_in()).then(|| view! { <noscript inner_html=html.clone()></noscript> })
}

/// Begins with the preset and title of a form that came back with a problem, and then takes over
/// what was chosen and typed before the application was there. Without either, the style is the
/// last one.
fn take_over_early_input(studio: Studio) {
    if studio.stage.get_untracked() != Stage::Loading {
        return;
    }
    let query = use_query_map().get_untracked();
    let preset = query.get_str("preset").and_then(|preset| preset.parse().ok());
    let rendered = Style::from_preset(preset.unwrap_or_default());
    studio.style.set(rendered);
    studio.title.set(query.get_str("title").unwrap_or_default().to_owned());
    // Read now: hydration resets the fields.
    let early = EarlyInput::read("form.studio");
    Effect::new(move || {
        let chosen = early.as_ref().map(chosen_style).filter(|chosen| !looks_the_same(chosen, &rendered));
        let last = move || load_style().filter(|_| preset.is_none());
        if let Some(style) = chosen.or_else(last) {
            studio.style.set(style);
        }
        if let Some(title) = early.as_ref().and_then(|early| early.text("title")) {
            studio.title.set(title);
        }
    });
}

fn chosen_style(input: &EarlyInput) -> Style {
    let text = |name| input.text(name).unwrap_or_default();
    Style {
        preset: text("preset").parse().unwrap_or_default(),
        background: text("background").parse().unwrap_or_default(),
        smoothing: text("smoothing").parse().ok(),
        frame: input.text("frame").is_some(),
        ..Style::default()
    }
}

fn looks_the_same(a: &Style, b: &Style) -> bool {
    let shown = |style: &Style| (style.preset, style.background, style.smoothing(), style.frame);
    shown(a) == shown(b)
}

/// Starts the worker and, in the first studio of a visit, restores the draft.
fn start(studio: Studio, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
    let session = Session::current();
    let saves_at_once = use_query_map().with_untracked(|query| query.get_str("resume").is_some());
    let leave_later = leave.clone();
    Effect::new(move || {
        studio.start_engine();
        if studio.stage.get_untracked() != Stage::Loading {
            return;
        }
        studio.stage.set(Stage::Empty);
        launch_queue::on_launch(move |photos| studio.open_files(photos));
        let leave = leave.clone();
        spawn_local(async move {
            let awaits_code = studio.restore_draft().await;
            let is_signed_in = session.user.with_untracked(Option::is_some);
            match awaits_code {
                Some(address) if !is_signed_in => studio.ask_for_code(address, leave),
                _ if saves_at_once && is_signed_in => studio.save_when_drawn(leave),
                _ => {}
            }
        });
    });
    Effect::new(move || {
        if studio.stage.get() == Stage::Drawn && studio.take_save_request() {
            studio.save(leave_later.clone());
        }
    });
}

/// Loads what is likely to be opened next, so that it opens at once.
fn load_tools_after_drawing(studio: Studio) {
    let is_drawn = Memo::new(move |_| studio.stage.get() == Stage::Drawn);
    Effect::new(move || {
        if is_drawn.get() {
            let load = || {
                spawn_local(async {
                    for chunk in [Chunk::Tools, Chunk::SignIn] {
                        // Whatever needs the chunk tries again and says so if it fails.
                        let _ = chunk.load().await;
                    }
                });
            };
            set_timeout(load, TOOLS_DELAY);
        }
    });
}

/// In the whole window: a browser leaves the application for a file that is dropped beside the
/// form.
fn open_dropped_and_pasted_photos(studio: Studio) {
    let auth = AuthDialog::current();
    let open = move |photos: Vec<Photo>| {
        // The photo that an account is asked for stays.
        if !photos.is_empty() && auth.request.with_untracked(Option::is_none) {
            studio.open_files(photos);
        }
    };
    Effect::new(move || {
        let over = window_event_listener(ev::dragover, |event| event.prevent_default());
        let drop = window_event_listener(ev::drop, move |event| {
            event.prevent_default();
            open(Photo::dropped(&event));
        });
        let paste = window_event_listener(ev::paste, move |event| open(Photo::pasted(&event)));
        on_cleanup(move || {
            over.remove();
            drop.remove();
            paste.remove();
        });
    });
}

/// Saves a page that waits for a connection as soon as there is one.
fn save_when_connected(studio: Studio, leave: impl Fn(PageId) + Clone + Send + Sync + 'static) {
    let check = move || {
        let leave = leave.clone();
        spawn_local(async move {
            if connection::is_server_reachable().await && studio.waits_for_connection.get_untracked() {
                studio.save(leave);
            }
        });
    };
    Effect::new(move || {
        if studio.waits_for_connection.get() {
            let timer = set_interval_with_handle(check.clone(), CONNECTION_CHECK_INTERVAL);
            let check = check.clone();
            let online = window_event_listener(ev::online, move |_| check());
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
                online.remove();
            });
        }
    });
}

fn json(edits: &model::Edits) -> String {
    serde_json::to_string(edits).unwrap_or_default()
}
