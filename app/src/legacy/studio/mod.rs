//! Behaviour of `/create`: a photo becomes a drawing on this device, follows the knobs, and is kept when its parent
//! says so.
//!
//! - [`bench`]: the photo at hand and the worker that draws it
//! - [`knobs`]: preset, detail, line width, and the divider between photo and drawing
//! - [`intake`]: button, camera, drop, paste, samples
//! - [`keep`]: from "Keep this page" to the page, through the account dialog if need be

mod bench;
mod intake;
mod keep;
mod knobs;

use std::{cell::RefCell, rc::Rc};

use model::Problem;
use wasm_bindgen_futures::spawn_local;

use crate::legacy::{
    browser::{
        draft,
        notice::Notice,
        page::{self, Part},
        photo::Photo,
        words::word,
    },
    panel::Panel,
};
use bench::Bench;
use knobs::Knobs;

/// Where the photo stands; the style sheet shows what goes with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Empty,
    /// Being opened, or drawn for the first time.
    Opening,
    Drawn,
    /// On its way to being kept.
    Keeping,
}

/// The studio, one on a page.
#[derive(Clone)]
pub struct Studio(Rc<Parts>);

struct Parts {
    form: Part,
    notice: Notice,
    /// The drawing.
    sheet: Part,
    /// Photo and drawing together.
    frame: Part,
    photo: Part,
    status: Part,
    keep: Part,
    progress: Part,
    dialog: Part,
    knobs: Knobs,
    /// None until the page woke up, and in a page without one.
    panel: Option<Panel>,
    bench: RefCell<Bench>,
}

impl Studio {
    /// Finds the studio in the page and gives it its behaviour.
    pub fn wake() {
        if let Some(studio) = Self::find() {
            studio.start_engine();
            studio.listen_to_intake();
            studio.listen_to_knobs();
            studio.listen_to_keep();
            studio.enter(Stage::Empty);
            studio.take_up_draft();
        }
    }

    fn find() -> Option<Self> {
        let form = page::find(".studio")?;
        form.reset();
        let parts = Parts {
            notice: Notice::within(&form)?,
            sheet: form.find("canvas")?,
            frame: form.find(".sheet")?,
            photo: form.find(".sheet-photo")?,
            status: form.find(".sheet-says")?,
            keep: form.find(".keep")?,
            progress: form.find(".progress")?,
            dialog: page::find(".keep-dialog")?,
            knobs: Knobs::within(&form)?,
            panel: Panel::wake(),
            bench: RefCell::new(Bench::new(form.get("data-signed-in") == "true")),
            form,
        };
        Some(Self(Rc::new(parts)))
    }

    fn stage(&self) -> Stage {
        self.0.bench.borrow().stage
    }

    fn enter(&self, stage: Stage) {
        self.0.bench.borrow_mut().stage = stage;
        let (name, words) = match stage {
            Stage::Empty => ("empty", ""),
            Stage::Opening => ("opening", "says-opening"),
            Stage::Drawn => ("drawn", "says-drawn"),
            Stage::Keeping => ("keeping", ""),
        };
        self.0.form.set("data-stage", name);
        self.0.status.say(&if words.is_empty() { String::new() } else { word(words) });
        self.0.keep.toggle("disabled", stage != Stage::Drawn);
    }

    /// Takes a photo in, or says what kept it from coming.
    fn bring(&self, photo: Result<Photo, Problem>) {
        match photo {
            // The one that is being kept, or about to be, stays.
            Ok(photo) if self.stage() != Stage::Keeping && !self.0.dialog.is_set("open") => {
                spawn_local(draft::forget());
                self.open(photo);
            }
            Ok(_) => {}
            Err(problem) => self.0.notice.say(&problem),
        }
    }
}
