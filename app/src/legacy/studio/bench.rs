//! The photo at hand and the worker that draws it. The newest wish wins: while one drawing is under way, at most one
//! more waits.

use std::rc::Rc;

use model::Problem;

use super::{Stage, Studio, keep::Sent};
use crate::legacy::browser::{
    engine::{Engine, Reply},
    photo::Photo,
};

pub(super) struct Bench {
    pub stage: Stage,
    pub signed_in: bool,
    engine: Option<Engine>,
    pub photo: Option<Rc<Photo>>,
    /// The photo that the engine is opening. If it cannot be used, the one before stays.
    incoming: Option<Photo>,
    /// Of the photo, upright, in pixels.
    size: (u32, u32),
    /// The engine owes an answer.
    busy: bool,
    /// The knobs were turned meanwhile.
    turned: bool,
    /// Somebody was about to keep the page when they left to sign in.
    pub keep_when_drawn: bool,
    /// What of this photo the server has.
    pub sent: Sent,
}

impl Bench {
    pub(super) fn new(signed_in: bool) -> Self {
        Self {
            stage: Stage::Empty,
            signed_in,
            engine: None,
            photo: None,
            incoming: None,
            size: (0, 0),
            busy: false,
            turned: false,
            keep_when_drawn: false,
            sent: Sent::default(),
        }
    }

    /// The engine, if it has a photo.
    pub(super) fn engine_at_work(&self) -> Option<&Engine> {
        self.photo.as_ref().and(self.engine.as_ref())
    }
}

impl Studio {
    /// Starts a worker; one that is still at something is ended in the middle of it.
    pub(super) fn start_engine(&self) {
        let studio = self.clone();
        let engine = Engine::start(move |reply| studio.answer(reply));
        if engine.is_none() {
            self.0.notice.say(&Problem::internal());
        }
        let mut bench = self.0.bench.borrow_mut();
        bench.engine = engine;
        bench.busy = false;
        bench.turned = false;
    }

    pub(super) fn open(&self, photo: Photo) {
        // An engine in the middle of something else is not waited for, and what it knew is gone with it.
        if self.0.bench.borrow().busy {
            self.start_engine();
            self.forget_photo();
        }
        if self.0.bench.borrow().engine.is_none() {
            return self.0.notice.say(&Problem::internal());
        }
        self.0.notice.clear();
        self.enter(Stage::Opening);
        let mut bench = self.0.bench.borrow_mut();
        if let Some(engine) = &bench.engine {
            engine.open(&photo);
            bench.busy = true;
        }
        bench.incoming = Some(photo);
    }

    fn forget_photo(&self) {
        self.0.bench.borrow_mut().photo = None;
        self.0.knobs.edits.set_value("");
        self.0.form.toggle("data-opened", false);
    }

    /// Draws as the knobs now stand, in the pixels that the sheet has on this screen.
    pub(super) fn restyle(&self) {
        if matches!(self.stage(), Stage::Empty) {
            return;
        }
        let mut bench = self.0.bench.borrow_mut();
        if bench.busy {
            bench.turned = true;
        } else if let Some(engine) = &bench.engine {
            let across = self.0.sheet.device_width();
            let (width, height) = bench.size;
            let down = u64::from(across) * u64::from(height) / u64::from(width.max(1));
            engine.draw(
                &self.0.knobs.style(),
                &self.0.knobs.hand(),
                across,
                u32::try_from(down.max(1)).unwrap_or(across),
            );
            bench.busy = true;
        }
    }

    fn answer(&self, reply: Reply) {
        if let Reply::Sample { preset, address } = reply {
            return self.0.knobs.picture(&preset, &address);
        }
        self.0.bench.borrow_mut().busy = false;
        match reply {
            Reply::Opened { width, height } => {
                self.take_in((width, height));
                self.restyle();
            }
            Reply::Drawn { picture, strokes, blank } => {
                self.0.sheet.show(&picture);
                self.0.form.toggle("data-blank", blank);
                if let Some(strokes) = strokes {
                    self.0.knobs.edits.set("data-strokes", &strokes);
                }
                if self.stage() == Stage::Opening {
                    self.enter(Stage::Drawn);
                    self.keep_if_resumed();
                }
                let turned = std::mem::take(&mut self.0.bench.borrow_mut().turned);
                if turned {
                    self.restyle();
                }
            }
            Reply::Refused(problem) => {
                let known = self.0.bench.borrow().photo.is_some();
                self.enter(if known { Stage::Drawn } else { Stage::Empty });
                self.0.notice.say(&problem);
            }
            Reply::Sample { .. } | Reply::Saved(_) => {}
            Reply::Broken => {
                // What it knew is gone with it: the photo has to be chosen again.
                self.forget_photo();
                self.start_engine();
                self.enter(Stage::Empty);
                self.0.notice.say(&Problem::internal());
            }
        }
    }

    /// The incoming photo becomes the one at hand; the server has nothing of it.
    fn take_in(&self, (width, height): (u32, u32)) {
        let mut bench = self.0.bench.borrow_mut();
        let Some(photo) = bench.incoming.take() else { return };
        // Edits of the photo before; those of a draft come before any photo.
        if bench.photo.is_some() {
            self.0.knobs.edits.set_value("");
        }
        self.0.photo.set("src", photo.url());
        self.0.frame.style("--across", &width.to_string());
        self.0.frame.style("--down", &height.to_string());
        self.0.form.set("data-opened", "");
        self.0.form.toggle("data-waits", false);
        bench.size = (width, height);
        bench.photo = Some(Rc::new(photo));
        bench.sent = Sent::default();
    }
}
