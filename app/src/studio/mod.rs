//! The island of `/create`: a photo becomes a drawing on this device, follows the knobs, and is kept when its parent says so.
//!
//! - [`bench`]: the photo at hand and the worker that draws it
//! - [`picker`]: ways to bring a photo in
//! - [`stage`]: photo and drawing, one over the other
//! - [`controls`]: presets, sliders, title
//! - [`keep`]: from "Keep this page" to the page, through the account dialog if need be

mod bench;
mod controls;
mod keep;
mod picker;
mod stage;

use leptos::{html::Dialog, prelude::*};
use model::{Preset, Problem, Style};

use crate::{browser::photo::Photo, components::Notice};
use bench::Bench;
use keep::Keeping;

/// Where the photo stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Empty,
    /// Being opened, or drawn for the first time.
    Opening,
    Drawn,
}

/// What the parts of the studio share.
#[derive(Clone, Copy)]
struct Studio {
    stage: RwSignal<Stage>,
    /// The photo's address and its size in pixels.
    photo: RwSignal<Option<(String, u32, u32)>>,
    problem: RwSignal<Option<Problem>>,
    preset: RwSignal<Preset>,
    detail: RwSignal<f32>,
    line_mm: RwSignal<f32>,
    title: RwSignal<String>,
    keeping: RwSignal<Keeping>,
    signed_in: RwSignal<bool>,
    bench: StoredValue<Bench, LocalStorage>,
    sheet: NodeRef<leptos::html::Canvas>,
    dialog: NodeRef<Dialog>,
}

impl Studio {
    fn new(signed_in: bool) -> Self {
        let (detail, line_mm) = Preset::default().defaults();
        Self {
            stage: RwSignal::new(Stage::Empty),
            photo: RwSignal::new(None),
            problem: RwSignal::new(None),
            preset: RwSignal::new(Preset::default()),
            detail: RwSignal::new(detail),
            line_mm: RwSignal::new(line_mm),
            title: RwSignal::new(String::new()),
            keeping: RwSignal::new(Keeping::No),
            signed_in: RwSignal::new(signed_in),
            bench: StoredValue::new_local(Bench::default()),
            sheet: NodeRef::new(),
            dialog: NodeRef::new(),
        }
    }

    /// As the sliders stand.
    fn style(self) -> Style {
        Style {
            preset: self.preset.get_untracked(),
            detail: Some(self.detail.get_untracked()),
            line_mm: Some(self.line_mm.get_untracked()),
        }
    }

    /// Takes a photo in, or says what kept it from coming.
    fn bring(self, photo: Result<Photo, Problem>) {
        match photo {
            Ok(photo) if !self.keeping.get_untracked().is_busy() => self.open(photo),
            Ok(_) => {}
            Err(problem) => self.problem.set(Some(problem)),
        }
    }
}

/// `signed_in`: keeping a page needs no dialog. `dev`: there is a mail outbox to look at.
#[island]
pub fn CreateStudio(signed_in: bool, dev: bool) -> impl IntoView {
    let studio = Studio::new(signed_in);
    // Runs in the browser only: from here on there is somebody to answer.
    let awake = RwSignal::new(false);
    Effect::new(move || {
        studio.start_engine();
        awake.set(true);
    });
    let pasting = window_event_listener(leptos::ev::paste, move |event| {
        if let Some(photo) = Photo::pasted(&event) {
            studio.bring(Ok(photo));
        }
    });
    on_cleanup(move || pasting.remove());
    let state = move || match studio.stage.get() {
        Stage::Empty => "empty",
        Stage::Opening => "opening",
        Stage::Drawn => "drawn",
    };
    view! {
        <form
            class="studio"
            data-stage=state
            action="/create"
            method="post"
            enctype="multipart/form-data"
            on:submit=move |event| {
                event.prevent_default();
                studio.keep();
            }
        >
            <div class="studio-sheet">
                <Notice problem=studio.problem />
                <picker::Picker studio />
                <stage::Sheet studio />
            </div>
            <controls::Controls studio awake />
        </form>
        <keep::KeepDialog studio dev />
    }
}
