//! Drawings of the studio's photo on its canvas. The pictures go from the worker to the canvas
//! without passing a signal.

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
};

use super::{Stage, Studio};
use crate::browser::{drawing_canvas::DrawingCanvas, engine::DrawRequest};

impl Studio {
    /// Draws on `canvas` from now on. The worker still has the photo when somebody comes back to
    /// the studio.
    pub fn attach_canvas(&self, canvas: DrawingCanvas) {
        self.with_internals(|internals| internals.canvas = Some(canvas));
        self.draw_when_rendered();
    }

    /// The screen with the canvas is left.
    pub fn detach_canvas(&self) {
        self.with_internals(|internals| internals.canvas = None);
    }

    /// Draws the photo in the present style, in as many pixels as the canvas has on the screen.
    /// While a drawing is under way, at most one more waits: the newest.
    pub fn request_drawing(&self) {
        let (width, height) = self.photo_size.get_untracked();
        self.with_internals(|internals| {
            if !internals.is_opened || internals.opening.is_some() {
                return;
            }
            let canvas_width = internals.canvas.as_ref().and_then(DrawingCanvas::device_width);
            if let (Some(engine), Some(across)) = (&internals.engine, canvas_width) {
                let down = u64::from(across) * u64::from(height) / u64::from(width.max(1));
                engine.request_drawing(DrawRequest {
                    style: self.style.get_untracked(),
                    edits: self.edits.get_untracked(),
                    hints_version: self.hints_version.get_untracked(),
                    width: across,
                    height: Some(u32::try_from(down.max(1)).unwrap_or(across)),
                    with_strokes: self.is_retouching.get_untracked(),
                    with_samples: true,
                });
            }
        });
    }

    /// Draws once the signals that were just set have changed the document.
    pub(super) fn draw_when_rendered(&self) {
        let studio = *self;
        spawn_local(async move {
            tick().await;
            studio.request_drawing();
        });
    }

    /// Draws again when something changes that the drawing depends on.
    pub(super) fn redraw_after_changes(&self) {
        let studio = *self;
        Effect::new(move || {
            studio.style.track();
            studio.edits.track();
            studio.hints_version.track();
            studio.is_retouching.track();
            studio.request_drawing();
        });
    }

    pub(super) fn finish_drawing(&self, strokes: Option<String>, is_blank: bool) {
        if self.is_blank.get_untracked() != is_blank {
            self.is_blank.set(is_blank);
        }
        if strokes.is_some() {
            self.strokes.set(strokes);
        }
        let is_opening = self.with_internals(|internals| internals.opening.is_some());
        if !is_opening && self.stage.get_untracked() == Stage::Opening {
            self.stage.set(Stage::Drawn);
        }
    }
}
