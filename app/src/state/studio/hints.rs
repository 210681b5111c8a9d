//! Faces and persons in the photo of the studio. The first drawing does not wait for them: the page
//! is drawn again when the worker has found them.

use leptos::prelude::*;
use model::HINTS_VERSION;

use super::{Stage, Studio};
use crate::browser::window::wait;

/// In ms.
const HINTS_CHECK_INTERVAL: u32 = 50;
const HINTS_CHECKS: u32 = 200;

impl Studio {
    /// Asks for the hints of each photo once it is drawn, unless somebody does not want them, and
    /// draws with them. While there are manual edits, the version with which they were made stays.
    pub(super) fn choose_hints(&self) {
        let studio = *self;
        let are_wanted = Memo::new(move |_| !studio.style.read().without_people);
        let has_edits = Memo::new(move |_| studio.edits.with(|edits| !edits.is_empty()));
        Effect::new(move || {
            if studio.stage.get() == Stage::Drawn && are_wanted.get() {
                studio.ask_for_hints();
            }
        });
        Effect::new(move || {
            let version = if are_wanted.get() && studio.has_hints.get() { HINTS_VERSION } else { 0 };
            if !has_edits.get() && studio.hints_version.get_untracked() != version {
                studio.hints_version.set(version);
            }
        });
    }

    /// Returns whether people were looked for. Then they are not any more in this visit: the nets
    /// may need more memory than the device has.
    pub(super) fn give_up_hints(&self) -> bool {
        let was_looking = self.awaits_hints.get_untracked();
        if was_looking {
            self.with_internals(|internals| internals.avoids_hints = true);
        }
        was_looking
    }

    /// Asks the worker once for each photo.
    pub(super) fn ask_for_hints(&self) {
        let asks = self.with_internals(|internals| {
            let engine =
                internals.engine.as_ref().filter(|_| !internals.has_asked_for_hints && !internals.avoids_hints)?;
            engine.find_hints();
            internals.has_asked_for_hints = true;
            internals.has_hints_answer = false;
            Some(())
        });
        if asks.is_some() {
            self.awaits_hints.set(true);
        }
    }

    /// The edits of a draft apply only with the hints with which they were made.
    pub(super) fn receive_hints(&self, are_known: bool) {
        if !are_known && self.hints_version.get_untracked() != 0 {
            self.edits.set(Default::default());
        }
        self.has_hints.set(are_known);
        self.with_internals(|internals| internals.has_hints_answer = true);
        self.request_drawing();
    }

    /// A drawing was shown: perhaps the one that was made after the answer.
    pub(super) fn end_awaiting_hints(&self, with_hints: bool) {
        let is_current = with_hints == (self.hints_version.get_untracked() != 0);
        let is_answered = self.with_internals(|internals| internals.has_hints_answer);
        if is_answered && is_current && self.awaits_hints.get_untracked() {
            self.awaits_hints.set(false);
        }
    }

    /// Waits for hints that are on their way, for a while: the page is saved as it will be shown.
    pub(super) async fn await_hints(&self) {
        for _ in 0..HINTS_CHECKS {
            if !self.awaits_hints.get_untracked() {
                return;
            }
            wait(HINTS_CHECK_INTERVAL).await;
        }
    }
}
