//! Reactive state of retouching: tool, history, selection and the gesture of the pointer.

use leptos::{html, prelude::*};

use super::retouching::{
    Change, RetouchHistory, Tool,
    drawn_line::DrawnLine,
    stroke_layer::{PagePoint, SNAP_REACH, StrokeLayer, TOUCH_REACH},
    stroke_selection::StrokeSelection,
};
use crate::{
    browser::element,
    i18n::{tr, tr_args},
    state::studio::{Stage, Studio},
};

/// A pointer that erases or draws.
#[derive(Clone)]
struct Gesture {
    pointer: i32,
    /// Numbers of the strokes that it has touched.
    erased: Vec<u32>,
    line: DrawnLine,
}

/// A place of a pointer on the drawing.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    pub pointer: i32,
    /// As fractions of the drawing's width and height.
    pub at: [f64; 2],
    /// Width of the whole drawing on the screen in CSS pixels.
    pub shown_width: f64,
}

/// Retouching of the drawing in the studio.
#[derive(Clone, Copy)]
pub struct RetouchSession {
    studio: Studio,
    pub tool: RwSignal<Tool>,
    history: RwSignal<RetouchHistory>,
    /// The strokes that are left, while somebody retouches.
    layer: Memo<StrokeLayer>,
    selection: RwSignal<StrokeSelection>,
    gesture: RwSignal<Option<Gesture>>,
    is_limit_reached: RwSignal<bool>,
    /// The button that starts and ends; gets the focus back.
    pub opener: NodeRef<html::Button>,
}

impl RetouchSession {
    pub(super) fn new(studio: Studio) -> Self {
        let layer = Memo::new(move |_| {
            studio.strokes.with(|text| text.as_deref().and_then(StrokeLayer::parse)).unwrap_or_default()
        });
        let session = Self {
            studio,
            tool: RwSignal::default(),
            history: RwSignal::default(),
            layer,
            selection: RwSignal::default(),
            gesture: RwSignal::new(None),
            is_limit_reached: RwSignal::new(false),
            opener: NodeRef::new(),
        };
        session.follow_studio();
        session
    }

    /// Takes over edits that were not made here: those of a draft, or none of another photo.
    fn follow_studio(self) {
        Effect::new(move || {
            let edits = self.studio.edits.get();
            if self.history.with_untracked(|history| history.edits() != edits) {
                self.history.set(RetouchHistory::from_edits(&edits));
                self.is_limit_reached.set(false);
            }
        });
        Effect::new(move || {
            let numbers = self.layer.with(numbers);
            self.selection.update(|selection| selection.update(&numbers));
        });
    }

    pub fn is_active(self) -> bool {
        self.studio.is_retouching.get()
    }

    pub fn is_active_untracked(self) -> bool {
        self.studio.is_retouching.get_untracked()
    }

    /// Begins to retouch, which makes the worker send the strokes. Returns false, without a change,
    /// unless there is a drawing.
    pub fn start(self) -> bool {
        let has_drawing = self.studio.stage.get_untracked() == Stage::Drawn;
        if has_drawing {
            self.studio.strokes.set(None);
            self.studio.is_retouching.set(true);
        }
        has_drawing
    }

    /// Ends retouching and moves the focus to the button that starts it.
    pub fn stop(self) {
        self.leave();
        if let Some(opener) = self.opener.get_untracked() {
            element::focus(&opener);
        }
    }

    /// Ends retouching.
    pub fn leave(self) {
        self.cancel();
        if self.is_active_untracked() {
            self.studio.is_retouching.set(false);
        }
    }

    pub fn can_undo(self) -> bool {
        self.history.with(RetouchHistory::can_undo)
    }

    pub fn can_redo(self) -> bool {
        self.history.with(RetouchHistory::can_redo)
    }

    pub fn undo(self) {
        self.history.update(RetouchHistory::undo);
        self.draw();
    }

    pub fn redo(self) {
        self.history.update(RetouchHistory::redo);
        self.draw();
    }

    fn apply(self, changes: impl IntoIterator<Item = Change>) {
        let applied = self.history.try_update(|history| history.apply(changes));
        self.is_limit_reached.set(matches!(applied, Some(Err(_))));
        self.draw();
    }

    /// Has the studio draw with the changes.
    fn draw(self) {
        let edits = self.history.with_untracked(RetouchHistory::edits);
        if self.studio.edits.with_untracked(|before| *before != edits) {
            self.studio.edits.set(edits);
        }
    }

    /// Begins to erase or draw. A second pointer cancels: it was a pinch.
    pub fn press(self, touch: Touch) {
        let has_strokes = self.layer.with_untracked(|layer| layer.width > 0.0);
        if self.gesture.with_untracked(Option::is_some) || !has_strokes {
            return self.cancel();
        }
        let line = DrawnLine::new(self.page_point(touch));
        self.gesture.set(Some(Gesture { pointer: touch.pointer, erased: Vec::new(), line }));
        self.drag(touch);
    }

    /// Erases what the pointer touches, or draws on.
    pub fn drag(self, touch: Touch) {
        let is_ours = |gesture: &Gesture| gesture.pointer == touch.pointer;
        if !self.gesture.with_untracked(|gesture| gesture.as_ref().is_some_and(is_ours)) {
            return;
        }
        let point = self.page_point(touch);
        let erases = self.tool.get_untracked() == Tool::Erase;
        let touched = self.layer.with_untracked(|layer| {
            let reach = layer.page_units(TOUCH_REACH, touch.shown_width);
            erases.then(|| layer.nearest(point, reach).map(|stroke| stroke.number)).flatten()
        });
        self.gesture.update(|gesture| {
            let Some(gesture) = gesture else { return };
            if !erases {
                gesture.line.push(point);
            } else if let Some(number) = touched.filter(|number| !gesture.erased.contains(number)) {
                gesture.erased.push(number);
            }
        });
    }

    /// Ends the gesture of a pointer and makes its changes.
    pub fn release(self, pointer: i32, shown_width: f64) {
        let is_ours = |gesture: &Gesture| gesture.pointer == pointer;
        if !self.gesture.with_untracked(|gesture| gesture.as_ref().is_some_and(is_ours)) {
            return;
        }
        let Some(Gesture { erased, line, .. }) = self.gesture.try_update(Option::take).flatten() else { return };
        if self.tool.get_untracked() == Tool::Erase {
            self.apply(erased.into_iter().map(Change::Erase));
        } else if let Some(points) = line.finish() {
            self.add_line(points, shown_width);
        }
    }

    /// Ends a gesture without a change.
    pub fn cancel(self) {
        if self.gesture.with_untracked(Option::is_some) {
            self.gesture.set(None);
        }
    }

    /// Handles a key that was pressed on the strokes; returns whether it has a meaning there. `key`
    /// is a `KeyboardEvent.key`.
    pub fn press_key(self, key: &str, shown_width: f64) -> bool {
        let chosen = self.selection.with_untracked(|selection| selection.chosen());
        match key {
            "ArrowRight" | "ArrowDown" => self.choose(StrokeSelection::next),
            "ArrowLeft" | "ArrowUp" => self.choose(StrokeSelection::previous),
            "Delete" | "Backspace" => self.apply(chosen.map(Change::Erase)),
            "j" | "J" => {
                let line = chosen.and_then(|chosen| self.layer.with_untracked(|layer| layer.joining_line(chosen)));
                if let Some(line) = line {
                    self.add_line(line.to_vec(), shown_width);
                }
            }
            "Escape" => self.stop(),
            _ => return false,
        }
        true
    }

    fn choose(self, step: fn(&mut StrokeSelection, &[u32])) {
        let numbers = self.layer.with_untracked(numbers);
        self.is_limit_reached.set(false);
        self.selection.update(|selection| step(selection, &numbers));
    }

    fn add_line(self, points: Vec<PagePoint>, shown_width: f64) {
        let snap = |layer: &StrokeLayer| layer.snapped(points, layer.page_units(SNAP_REACH, shown_width));
        let line = self.layer.with_untracked(snap);
        self.apply([Change::Add(line)]);
    }

    fn page_point(self, touch: Touch) -> PagePoint {
        let [x, y] = touch.at;
        self.layer.with_untracked(|layer| [x * layer.width, y * layer.height])
    }

    /// What a screen reader hears: which stroke is chosen, or that there is no room for more.
    pub fn status(self) -> String {
        if self.is_limit_reached.get() {
            return tr("touch-most");
        }
        let selection = self.selection.get();
        let stroke = |number: usize| {
            let count = self.layer.with(|layer| layer.strokes.len());
            tr_args("touch-stroke", &[("number", number.into()), ("count", count.into())])
        };
        selection.chosen().map(|_| stroke(selection.place() + 1)).unwrap_or_default()
    }

    /// Size of the page for an SVG; `None` as long as there are no strokes.
    pub fn view_box(self) -> Option<String> {
        self.layer.with(|layer| (layer.width > 0.0).then(|| format!("0 0 {} {}", layer.width, layer.height)))
    }

    /// The strokes as elements of an SVG.
    pub fn stroke_elements(self) -> String {
        self.layer.with(|layer| {
            // Path data that was parsed has no character that would need escaping.
            let element = |(number, path): (u32, &str)| format!(r#"<path data-number="{number}" d="{path}"/>"#);
            layer.strokes.iter().map(|stroke| element((stroke.number, &stroke.path))).collect()
        })
    }

    /// Path data of the stroke that is chosen.
    pub fn chosen_path(self) -> Option<String> {
        let chosen = self.selection.with(|selection| selection.chosen())?;
        Some(self.paths(&[chosen]))
    }

    /// Path data of the strokes that the pointer has touched.
    pub fn erased_paths(self) -> Option<String> {
        let erased = self.gesture.with(|gesture| gesture.as_ref().map(|gesture| gesture.erased.clone()))?;
        (!erased.is_empty()).then(|| self.paths(&erased))
    }

    /// Path data of the line that is being drawn.
    pub fn drawn_path(self) -> Option<String> {
        let is_drawing = self.tool.get() == Tool::Draw;
        self.gesture.with(|gesture| gesture.as_ref().filter(|_| is_drawing).map(|gesture| gesture.line.path()))
    }

    fn paths(self, numbers: &[u32]) -> String {
        self.layer.with(|layer| {
            let chosen = layer.strokes.iter().filter(|stroke| numbers.contains(&stroke.number));
            chosen.map(|stroke| absolute(&stroke.path)).collect()
        })
    }
}

/// Path data of a single stroke begins with `m`, which is absolute only at the start of a path.
fn absolute(path: &str) -> String {
    path.replacen('m', "M", 1)
}

fn numbers(layer: &StrokeLayer) -> Vec<u32> {
    layer.strokes.iter().map(|stroke| stroke.number).collect()
}
