//! The studio: the chosen photo, its drawing, and the choices made for it. There is one for the
//! whole visit, provided above the router, so that it survives every navigation.
//!
//! # Layout
//! - [`Studio`]: the signals
//! - `opening`: photos and the worker that decodes them
//! - `drawing`: drawings on the canvas
//! - `hints`: faces and persons in the photo
//! - `draft`: what survives a reload
//! - `saving`: from the photo to a page of the account
//! - `settings`: the style that was used last

mod draft;
mod drawing;
mod hints;
mod opening;
mod saving;
mod settings;

use std::rc::Rc;

use leptos::prelude::*;
use model::{Edits, Preset, Problem, Style};
use send_wrapper::SendWrapper;

use crate::{
    browser::{drawing_canvas::DrawingCanvas, engine::Engine, photo::Photo},
    state::{auth::AuthDialog, session::Session},
};
use opening::Opening;
pub use saving::SavingStep;
pub use settings::load_style;

/// What the studio is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Rendered by the server and not hydrated yet.
    #[default]
    Loading,
    /// No photo.
    Empty,
    /// A photo is being decoded and drawn for the first time.
    Opening,
    Drawn,
    /// The page is being saved: uploaded and ordered.
    Saving,
}

impl Stage {
    /// Value of the attribute `data-stage`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "asleep",
            Self::Empty => "empty",
            Self::Opening => "opening",
            Self::Drawn => "drawn",
            Self::Saving => "keeping",
        }
    }
}

/// A photo in the memory of this tab.
pub type SharedPhoto = SendWrapper<Rc<Photo>>;

/// Signals of the studio.
#[derive(Clone, Copy)]
pub struct Studio {
    pub stage: RwSignal<Stage>,
    /// The photo that is drawn; never sent anywhere before its page is saved.
    pub photo: RwSignal<Option<SharedPhoto>>,
    /// Of the photo, upright, in pixels.
    pub photo_size: RwSignal<(u32, u32)>,
    pub style: RwSignal<Style>,
    pub title: RwSignal<String>,
    /// Manual edits of the drawing of this photo.
    pub edits: RwSignal<Edits>,
    /// Version of the hints with which the drawing is made, 0 for none: faces and persons that the
    /// nets of the crate `vision` found. The numbers in the edits are those of this version.
    pub hints_version: RwSignal<u32>,
    /// The worker knows the hints of the photo.
    has_hints: RwSignal<bool>,
    /// Faces and persons are looked for, and the drawing is going to change.
    pub awaits_hints: RwSignal<bool>,
    /// Somebody is retouching, which needs the strokes of the drawing.
    pub is_retouching: RwSignal<bool>,
    /// The strokes of the current drawing as the worker tells them, while `is_retouching`: the size
    /// of the page, then one line for each stroke with its number and path data.
    pub strokes: RwSignal<Option<String>>,
    /// The drawing has no line.
    pub is_blank: RwSignal<bool>,
    /// Object URLs of a small drawing in each preset, in the order of [`Preset::ALL`].
    pub preset_pictures: RwSignal<[Option<String>; Preset::ALL.len()]>,
    /// What went wrong last.
    pub problem: RwSignal<Option<Problem>>,
    /// The page could not be saved for want of a connection and is saved when there is one.
    pub waits_for_connection: RwSignal<bool>,
    /// What is done while the page is being saved.
    pub saving_step: RwSignal<SavingStep>,
    /// How much of the photo covers the drawing, from the left, in percent.
    pub split: RwSignal<f64>,
    /// Several photos, chosen to become a book.
    pub book_photos: RwSignal<Vec<SharedPhoto>>,
    session: Session,
    auth: AuthDialog,
    internals: StoredValue<Option<SendWrapper<Internals>>>,
}

/// What the studio has besides its signals, in the browser only.
#[derive(Default)]
struct Internals {
    engine: Option<Engine>,
    /// The photo that the engine is decoding. If it cannot be used, the one before stays.
    opening: Option<Opening>,
    /// The engine has the photo of the studio.
    is_opened: bool,
    /// The engine was asked for the hints of the photo.
    has_asked_for_hints: bool,
    /// It has answered.
    has_hints_answer: bool,
    /// The engine failed when it was asked.
    avoids_hints: bool,
    /// The canvas of the screen; `None` while another screen is shown.
    canvas: Option<DrawingCanvas>,
    /// What the server has of the present photo.
    sent: saving::Sent,
    draft: draft::DraftState,
    /// Somebody was about to save the page when they left to sign in.
    saves_when_drawn: bool,
}

impl Studio {
    pub fn provide(session: Session, auth: AuthDialog) {
        let studio = Self {
            stage: RwSignal::default(),
            photo: RwSignal::new(None),
            photo_size: RwSignal::new((0, 0)),
            style: RwSignal::new(Style::default()),
            title: RwSignal::default(),
            edits: RwSignal::new(Edits::default()),
            hints_version: RwSignal::new(0),
            has_hints: RwSignal::new(false),
            awaits_hints: RwSignal::new(false),
            is_retouching: RwSignal::new(false),
            strokes: RwSignal::new(None),
            is_blank: RwSignal::new(false),
            preset_pictures: RwSignal::default(),
            problem: RwSignal::new(None),
            waits_for_connection: RwSignal::new(false),
            saving_step: RwSignal::default(),
            split: RwSignal::new(0.0),
            book_photos: RwSignal::default(),
            session,
            auth,
            internals: StoredValue::new(None),
        };
        provide_context(studio);
        studio.choose_hints();
        studio.redraw_after_changes();
        studio.write_draft_after_changes();
    }

    pub fn current() -> Self {
        expect_context()
    }

    /// True while the present photo must stay: its page is being saved.
    pub fn is_saving(&self) -> bool {
        self.stage.get_untracked() == Stage::Saving
    }

    /// Chooses a preset, which sets detail and line width too.
    pub fn choose_preset(&self, preset: Preset) {
        self.style.update(|style| *style = Style { preset, detail: None, line_mm: None, ..*style });
    }

    /// Forgets the photo and all that was made of it, but for the draft.
    pub fn clear(&self) {
        self.with_internals(|internals| {
            internals.is_opened = false;
            internals.opening = None;
            internals.sent = saving::Sent::default();
            internals.draft.cancel_write();
        });
        self.photo.set(None);
        self.edits.set(Edits::default());
        self.strokes.set(None);
        self.is_retouching.set(false);
        self.is_blank.set(false);
        self.title.set(String::new());
        self.split.set(0.0);
        self.waits_for_connection.set(false);
        self.stage.set(Stage::Empty);
    }

    /// Calls `access` with what is no signal. In the browser only; `access` must not call this
    /// again.
    fn with_internals<T>(&self, access: impl FnOnce(&mut Internals) -> T) -> T {
        let mut internals = self.internals.write_value();
        access(internals.get_or_insert_with(|| SendWrapper::new(Internals::default())))
    }
}
