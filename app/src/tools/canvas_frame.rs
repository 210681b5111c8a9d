//! The element around the drawing: its size, and positions and touches inside it.

use leptos::{ev, html, prelude::*};

use super::{
    retouch_session::Touch,
    viewport::{FramePoint, FrameSize, Viewport},
};
use crate::browser::pointer;

/// The element around the drawing, and what it shows of it.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) element: NodeRef<html::Div>,
    pub(super) viewport: RwSignal<Viewport>,
}

impl Frame {
    pub(super) fn size(self) -> FrameSize {
        let [width, height] = self.element.get_untracked().map(|frame| pointer::size_of(&frame)).unwrap_or_default();
        FrameSize { width, height }
    }

    /// Width of the whole drawing on the screen in CSS pixels.
    pub(super) fn shown_width(self) -> f64 {
        self.size().width * self.viewport.get_untracked().zoom()
    }

    pub(super) fn position(self, event: &ev::MouseEvent) -> FramePoint {
        self.element.get_untracked().map(|frame| pointer::position_in(&frame, event)).unwrap_or_default()
    }

    pub(super) fn touch(self, event: &ev::PointerEvent) -> Touch {
        let at = self.viewport.get_untracked().picture_point(self.position(event));
        Touch { pointer: event.pointer_id(), at, shown_width: self.shown_width() }
    }
}

/// True if the browser or the system has a meaning for the key.
pub(super) fn is_shortcut(event: &ev::KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}
