//! The photo at hand and the worker that draws it. The newest wish wins: while one drawing is under way, at most one
//! more waits.

use std::rc::Rc;

use model::{Problem, Style};

use super::{Stage, Studio, keep::Sent};
use crate::browser::{
    engine::{Engine, Reply},
    photo::Photo,
};

pub(super) struct Bench {
    pub stage: Stage,
    pub signed_in: bool,
    engine: Option<Engine>,
    photo: Option<Rc<Photo>>,
    /// Of the photo, upright, in pixels.
    size: (u32, u32),
    /// The engine owes an answer.
    busy: bool,
    /// What was asked for meanwhile.
    next: Option<Style>,
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
            size: (0, 0),
            busy: false,
            next: None,
            sent: Sent::default(),
        }
    }

    pub(super) fn photo(&self) -> Option<Rc<Photo>> {
        self.photo.clone()
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
        bench.next = None;
    }

    pub(super) fn open(&self, photo: Photo) {
        // An engine in the middle of something else is not waited for.
        if self.0.bench.borrow().busy {
            self.start_engine();
        }
        self.0.notice.clear();
        self.enter(Stage::Opening);
        self.0.photo.set("src", photo.url());
        let mut bench = self.0.bench.borrow_mut();
        if let Some(engine) = &bench.engine {
            engine.open(&photo);
            bench.busy = true;
        }
        bench.photo = Some(Rc::new(photo));
        bench.sent = Sent::default();
    }

    /// Draws as the knobs now stand, in the pixels that the sheet has on this screen.
    pub(super) fn restyle(&self) {
        if matches!(self.stage(), Stage::Empty) {
            return;
        }
        let style = self.0.knobs.style();
        let mut bench = self.0.bench.borrow_mut();
        if bench.busy {
            bench.next = Some(style);
        } else if let Some(engine) = &bench.engine {
            let across = self.0.sheet.device_width();
            let (width, height) = bench.size;
            let down = u64::from(across) * u64::from(height) / u64::from(width.max(1));
            engine.draw(&style, across, u32::try_from(down.max(1)).unwrap_or(across));
            bench.busy = true;
        }
    }

    fn answer(&self, reply: Reply) {
        self.0.bench.borrow_mut().busy = false;
        match reply {
            Reply::Opened { width, height } => {
                self.0.bench.borrow_mut().size = (width, height);
                self.0.frame.style("--across", &width.to_string());
                self.0.frame.style("--down", &height.to_string());
                self.0.form.set("data-opened", "");
                self.restyle();
            }
            Reply::Drawn(picture) => {
                self.0.sheet.show(&picture);
                if self.stage() == Stage::Opening {
                    self.enter(Stage::Drawn);
                }
                if self.0.bench.borrow_mut().next.take().is_some() {
                    self.restyle();
                }
            }
            Reply::Refused(problem) => {
                self.0.bench.borrow_mut().photo = None;
                self.enter(Stage::Empty);
                self.0.notice.say(&problem);
            }
        }
    }
}
