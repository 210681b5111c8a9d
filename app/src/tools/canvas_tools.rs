//! State of the tools for the studio's canvas: zoom, retouching, crop. Provided above the router,
//! so that it survives every navigation.

use leptos::prelude::*;

use super::{crop_history::CropHistory, retouch_session::RetouchSession, viewport::Viewport};
use crate::state::studio::Studio;

/// State that the canvas and its tools share.
#[derive(Clone, Copy)]
pub struct CanvasTools {
    pub viewport: RwSignal<Viewport>,
    pub retouch: RetouchSession,
    pub crop: CropHistory,
}

impl CanvasTools {
    /// Provides the state as context. The context of [`Studio`] must be provided before.
    pub fn provide() {
        let studio = Studio::current();
        let viewport = RwSignal::new(Viewport::WHOLE);
        provide_context(Self { viewport, retouch: RetouchSession::new(studio), crop: CropHistory::new(studio) });
        // Another photo is shown whole at first.
        Effect::new(move || {
            studio.photo.track();
            viewport.set(Viewport::WHOLE);
        });
    }

    pub fn current() -> Self {
        expect_context()
    }
}
