//! Opening photos in the studio: a web worker decodes them, and the newest photo wins.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use model::{Edits, Preset, Problem};
use send_wrapper::SendWrapper;

use super::{Internals, SharedPhoto, Stage, Studio};
use crate::browser::{
    engine::{Engine, Reply},
    photo::Photo,
};

/// A photo that is being decoded.
pub(super) struct Opening {
    photo: SharedPhoto,
    /// The edits of its drawing: those of a draft.
    edits: Edits,
    /// Version of the hints with which they were made.
    hints_version: u32,
}

impl Studio {
    /// Opens what was chosen, dropped, pasted or shared: one photo is drawn, several become a book.
    /// Nothing happens while a page is being saved.
    pub fn open_files(&self, photos: Vec<Photo>) {
        if self.is_saving() {
            return;
        }
        let has_book = self.book_photos.with_untracked(|photos| !photos.is_empty());
        if photos.len() > 1 || has_book {
            self.open_book(photos);
        } else if let Some(photo) = photos.into_iter().next() {
            self.open_photo(photo);
        }
    }

    /// Adds photos to those that become a book.
    pub fn open_book(&self, photos: Vec<Photo>) {
        let photos = photos.into_iter().map(|photo| SendWrapper::new(Rc::new(photo)));
        self.book_photos.update(|book_photos| book_photos.extend(photos));
    }

    /// Opens one of the site's sample photos.
    pub fn open_sample(&self, address: String) {
        let studio = *self;
        spawn_local(async move {
            match Photo::fetched(&address).await {
                Ok(photo) => studio.open_files(vec![photo]),
                Err(problem) => studio.problem.set(Some(problem)),
            }
        });
    }

    /// Replaces the photo, for example by a part of it.
    pub fn open_photo(&self, photo: Photo) {
        self.open_with_edits(SendWrapper::new(Rc::new(photo)), Edits::default(), 0);
    }

    /// Opens a photo with edits that were made with a version of the hints, 0 for none.
    pub(super) fn open_with_edits(&self, photo: SharedPhoto, edits: Edits, hints_version: u32) {
        self.problem.set(None);
        let is_started = self.with_internals(|internals| {
            if internals.opening.is_some() {
                // Decoding may take seconds: it is ended rather than waited for.
                internals.end_engine();
            }
            self.start_engine_in(internals);
            let Some(engine) = &internals.engine else { return false };
            engine.open(&photo);
            internals.opening = Some(Opening { photo, edits, hints_version });
            true
        });
        if is_started {
            self.stage.set(Stage::Opening);
        } else {
            self.problem.set(Some(Problem::internal()));
        }
    }

    /// Starts the worker, unless it runs already, so that it is warm when a photo comes.
    pub fn start_engine(&self) {
        self.with_internals(|internals| self.start_engine_in(internals));
    }

    fn start_engine_in(&self, internals: &mut Internals) {
        if internals.engine.is_none() {
            let studio = *self;
            internals.engine = Engine::start(move |reply| studio.handle_reply(reply));
        }
    }

    fn handle_reply(&self, reply: Reply) {
        match reply {
            Reply::Opened { width, height } => self.finish_opening(width, height),
            Reply::Refused(problem) => self.cancel_opening(problem),
            Reply::Drawn { picture, strokes, blank, with_hints } => {
                self.with_internals(|internals| {
                    if let Some(canvas) = &internals.canvas {
                        canvas.show(&picture);
                    }
                });
                self.finish_drawing(strokes, blank);
                self.end_awaiting_hints(with_hints);
            }
            Reply::Sample { preset, address } => self.show_preset_picture(&preset, address),
            Reply::Hints { are_known } => self.receive_hints(are_known),
            // The engine gives it to whoever waits for it.
            Reply::Saved(_) => {}
            Reply::Broken => self.recover_engine(),
        }
    }

    fn finish_opening(&self, width: u32, height: u32) {
        let opening = self.with_internals(|internals| {
            internals.is_opened = true;
            internals.has_asked_for_hints = false;
            internals.sent = Default::default();
            internals.draft.has_new_photo = true;
            internals.opening.take()
        });
        let Some(Opening { photo, edits, hints_version }) = opening else { return };
        self.is_retouching.set(false);
        self.strokes.set(None);
        self.is_blank.set(false);
        self.waits_for_connection.set(false);
        self.has_hints.set(false);
        self.awaits_hints.set(false);
        if hints_version != 0 {
            // Before the first drawing, which has the edits.
            self.ask_for_hints();
        }
        self.hints_version.set(hints_version);
        self.edits.set(edits);
        self.photo_size.set((width, height));
        self.photo.set(Some(photo));
        self.draw_when_rendered();
    }

    /// The new photo cannot be used; the one before stays.
    fn cancel_opening(&self, problem: Problem) {
        let must_reopen = self.with_internals(|internals| {
            internals.opening = None;
            !internals.is_opened
        });
        match self.photo.get_untracked() {
            Some(photo) if must_reopen => self.reopen(photo),
            Some(_) => self.stage.set(Stage::Drawn),
            None => self.stage.set(Stage::Empty),
        }
        self.problem.set(Some(problem));
    }

    /// The worker failed. A photo that it failed at is forgotten; the one before is opened again.
    /// Where it failed to find people, the photo is opened again, and people are left alone.
    fn recover_engine(&self) {
        let failed_at_new_photo = self.with_internals(|internals| {
            internals.end_engine();
            internals.opening.take().is_some()
        });
        self.preset_pictures.set(Default::default());
        if let Some(photo) = self.photo.get_untracked().filter(|_| !failed_at_new_photo && self.give_up_hints()) {
            return self.reopen(photo);
        }
        match self.photo.get_untracked() {
            Some(photo) if failed_at_new_photo => self.reopen(photo),
            _ => {
                self.clear();
                self.start_engine();
            }
        }
        self.problem.set(Some(Problem::internal()));
    }

    fn reopen(&self, photo: SharedPhoto) {
        let edits = self.edits.get_untracked();
        let hints_version = if edits.is_empty() { 0 } else { self.hints_version.get_untracked() };
        self.open_with_edits(photo, edits, hints_version);
    }

    fn show_preset_picture(&self, preset: &str, address: String) {
        if let Some(index) = Preset::ALL.iter().position(|known| known.as_str() == preset) {
            self.preset_pictures.update(|pictures| pictures[index] = Some(address));
        }
    }
}

impl Internals {
    /// Ends the worker, whatever it is doing, and with it what it knew.
    fn end_engine(&mut self) {
        self.engine = None;
        self.is_opened = false;
    }
}
