//! The photo at hand and the worker that draws it. The newest wish wins: while one drawing is under way, at most one more waits.

use std::rc::Rc;

use leptos::prelude::*;
use model::{Problem, Style};

use super::{Stage, Studio, keep::Sent};
use crate::browser::{
    engine::{Engine, Reply},
    page,
    photo::Photo,
};

#[derive(Default)]
pub(super) struct Bench {
    engine: Option<Engine>,
    photo: Option<Rc<Photo>>,
    /// The engine owes an answer.
    busy: bool,
    /// What was asked for meanwhile.
    next: Option<Style>,
    /// What of this photo the server has.
    pub(super) sent: Sent,
}

impl Bench {
    pub(super) fn photo(&self) -> Option<Rc<Photo>> {
        self.photo.clone()
    }
}

impl Studio {
    pub(super) fn start_engine(self) {
        let engine = Engine::start(move |reply| self.answer(reply));
        if engine.is_none() {
            self.problem.set(Some(Problem::internal()));
        }
        self.bench.update_value(|bench| {
            bench.engine = engine;
            bench.busy = false;
            bench.next = None;
        });
    }

    pub(super) fn open(self, photo: Photo) {
        // An engine in the middle of something else is not waited for.
        if self.bench.with_value(|bench| bench.busy || bench.engine.is_none()) {
            self.start_engine();
        }
        self.problem.set(None);
        self.stage.set(Stage::Opening);
        self.photo.set(None);
        self.bench.update_value(|bench| {
            if let Some(engine) = &bench.engine {
                engine.open(&photo);
                bench.busy = true;
            }
            bench.photo = Some(Rc::new(photo));
            bench.sent = Sent::default();
        });
    }

    /// Draws as the knobs now stand.
    pub(super) fn restyle(self) {
        if self.photo.with_untracked(Option::is_some) {
            self.draw(self.style());
        }
    }

    fn draw(self, style: Style) {
        let Some((width, height)) = self.device_pixels() else { return };
        self.bench.update_value(|bench| match &bench.engine {
            Some(engine) if !bench.busy => {
                engine.draw(&style, width, height);
                bench.busy = true;
            }
            _ => bench.next = Some(style),
        });
    }

    fn device_pixels(self) -> Option<(u32, u32)> {
        let (_, width, height) = self.photo.get_untracked()?;
        Some(page::device_pixels(&*self.sheet.get_untracked()?, width, height))
    }

    fn answer(self, reply: Reply) {
        self.bench.update_value(|bench| bench.busy = false);
        match reply {
            Reply::Opened { width, height } => {
                let url = self.bench.with_value(|bench| bench.photo().map(|photo| photo.url().to_owned()));
                self.photo.set(url.map(|url| (url, width, height)));
                // The sheet takes its place in the page first, so that its size is known.
                request_animation_frame(move || self.restyle());
            }
            Reply::Drawn(picture) => {
                if let Some(sheet) = self.sheet.get_untracked() {
                    page::show(&sheet, &picture);
                }
                if self.stage.get_untracked() != Stage::Drawn {
                    self.stage.set(Stage::Drawn);
                }
                if let Some(style) = self.bench.try_update_value(|bench| bench.next.take()).flatten() {
                    self.draw(style);
                }
            }
            Reply::Refused(problem) => {
                self.bench.update_value(|bench| bench.photo = None);
                self.photo.set(None);
                self.stage.set(Stage::Empty);
                self.problem.set(Some(problem));
            }
        }
    }
}
