//! The draft of the studio: the photo and the choices made for it, in this browser's database, so
//! that a reload or a closed tab loses nothing for a day.

use std::{rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use model::{Edits, HINTS_VERSION};
use send_wrapper::SendWrapper;

use super::{Stage, Studio, settings};
use crate::{
    browser::{document, draft},
    json,
};

/// A change is written this long after the last one.
const WRITE_DELAY: Duration = Duration::from_millis(500);

/// When the draft is read and written.
#[derive(Default)]
pub(super) struct DraftState {
    timer: Option<TimeoutHandle>,
    /// The draft of an earlier visit was looked for.
    was_read: bool,
    /// The photo is not in the draft yet.
    pub(super) has_new_photo: bool,
}

impl DraftState {
    pub(super) fn cancel_write(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}

impl Studio {
    /// Opens the photo of an earlier visit, once in a visit, unless another one was opened
    /// meanwhile. Returns the address to which a code was mailed, if it is still awaited.
    pub async fn restore_draft(&self) -> Option<String> {
        if self.with_internals(|internals| std::mem::replace(&mut internals.draft.was_read, true)) {
            return None;
        }
        let draft = draft::load().await?;
        if self.stage.get_untracked() != Stage::Empty {
            return None;
        }
        self.style.set(draft.style);
        self.title.set(draft.title);
        // Edits of another version of the hints do not apply.
        let is_known = [0, HINTS_VERSION].contains(&draft.hints_version);
        let edits: Edits = json::parse(&draft.edits).ok().filter(|_| is_known).unwrap_or_default();
        let hints_version = if edits.is_empty() { 0 } else { draft.hints_version };
        self.open_with_edits(SendWrapper::new(Rc::new(draft.photo)), edits, hints_version);
        (!draft.email.is_empty()).then_some(draft.email)
    }

    /// Writes the draft after every change, once the photo is drawn.
    pub(super) fn write_draft_after_changes(&self) {
        let studio = *self;
        Effect::new(move || {
            studio.style.track();
            studio.title.track();
            studio.edits.track();
            studio.photo.track();
            if studio.stage.get() == Stage::Drawn {
                studio.schedule_draft();
            }
        });
        // Whoever reads the mail with the code may come back to another document.
        Effect::new(move || {
            if studio.auth.mailed_to.with(Option::is_some) {
                spawn_local(async move { studio.write_draft().await });
            }
        });
        Effect::new(move || {
            let handle = window_event_listener_untyped("visibilitychange", move |_| {
                if document::is_hidden() && studio.has_unwritten_draft() {
                    spawn_local(async move { studio.write_draft().await });
                }
            });
            on_cleanup(move || handle.remove());
        });
    }

    fn schedule_draft(&self) {
        let studio = *self;
        let write = move || spawn_local(async move { studio.write_draft().await });
        self.with_internals(|internals| {
            let draft = &mut internals.draft;
            draft.cancel_write();
            let delay = if std::mem::take(&mut draft.has_new_photo) { Duration::ZERO } else { WRITE_DELAY };
            draft.timer = set_timeout_with_handle(write, delay).ok();
        });
    }

    /// True if something was changed after the draft was written.
    pub fn has_unwritten_draft(&self) -> bool {
        self.with_internals(|internals| internals.draft.timer.is_some())
    }

    /// Writes the draft now.
    pub async fn write_draft(&self) {
        self.with_internals(|internals| internals.draft.cancel_write());
        let style = self.style.get_untracked();
        settings::store_style(&style);
        let Some(photo) = self.photo.get_untracked() else { return };
        let edits = self.edits.with_untracked(serde_json::to_string).unwrap_or_default();
        let address = self.auth.mailed_to.get_untracked().unwrap_or_default();
        let hints_version = self.hints_version.get_untracked();
        draft::save(&photo, &style, (&edits, hints_version), &self.title.get_untracked(), &address).await;
    }
}
