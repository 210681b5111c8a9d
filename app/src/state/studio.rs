//! The studio: the chosen photo, its drawing, and the choices made for it. There is one for the whole
//! visit, provided above the router, so that it survives every navigation.

use std::rc::Rc;

use leptos::prelude::*;
use model::{Edits, Preset, Problem, Style};
use send_wrapper::SendWrapper;

use crate::browser::photo::Photo;

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
    /// Somebody is retouching, which needs the strokes of the drawing.
    pub is_retouching: RwSignal<bool>,
    /// The strokes of the current drawing as the worker tells them, while `is_retouching`: the size of
    /// the page, then one line for each stroke with its number and path data.
    pub strokes: RwSignal<Option<String>>,
    /// The drawing has no line.
    pub is_blank: RwSignal<bool>,
    /// Object URLs of a small drawing in each preset, in the order of [`Preset::ALL`].
    pub preset_pictures: RwSignal<[Option<String>; Preset::ALL.len()]>,
    /// What went wrong last.
    pub problem: RwSignal<Option<Problem>>,
    /// The page could not be saved for want of a connection and is saved when there is one.
    pub waits_for_connection: RwSignal<bool>,
    /// Several photos, chosen to become a book.
    pub book_photos: RwSignal<Vec<SharedPhoto>>,
}

impl Studio {
    pub fn provide() {
        provide_context(Self {
            stage: RwSignal::default(),
            photo: RwSignal::new(None),
            photo_size: RwSignal::new((0, 0)),
            style: RwSignal::new(Style::default()),
            title: RwSignal::default(),
            edits: RwSignal::new(Edits::default()),
            is_retouching: RwSignal::new(false),
            strokes: RwSignal::new(None),
            is_blank: RwSignal::new(false),
            preset_pictures: RwSignal::default(),
            problem: RwSignal::new(None),
            waits_for_connection: RwSignal::new(false),
            book_photos: RwSignal::default(),
        });
    }

    pub fn current() -> Self {
        expect_context()
    }
}
