//! Retouching a drawing: erased strokes and added lines, with undo, redo and limits.

pub mod drawn_line;
pub mod stroke_layer;
pub mod stroke_selection;

use model::Edits;

/// What a pointer does on the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    #[default]
    Erase,
    Draw,
}

/// One change of the drawing, which is undone as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Leaves out the stroke with this number.
    Erase(u32),
    /// Adds a line of two or more points in page units.
    Add(Vec<[f32; 2]>),
}

/// The drawing cannot take the changes: they exceed the limits of [`Edits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitReached;

/// The changes of a drawing in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetouchHistory {
    done: Vec<Change>,
    undone: Vec<Change>,
}

impl RetouchHistory {
    /// Starts from edits that were made earlier, so that they can be undone one by one: first the
    /// lines, the last one first, then the strokes.
    pub fn from_edits(edits: &Edits) -> Self {
        let erased = edits.erased.iter().map(|&number| Change::Erase(number));
        let added = edits.added.iter().cloned().map(Change::Add);
        Self { done: erased.chain(added).collect(), undone: Vec::new() }
    }

    /// Returns all changes that are in effect.
    pub fn edits(&self) -> Edits {
        edits_of(&self.done)
    }

    /// Makes changes and discards what was undone. A stroke that is already erased is no change.
    ///
    /// # Errors
    ///
    /// [`LimitReached`], without a change.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<(), LimitReached> {
        let mut next = self.done.clone();
        for change in changes {
            if matches!(change, Change::Add(_)) || !next.contains(&change) {
                next.push(change);
            }
        }
        if next.len() == self.done.len() {
            return Ok(());
        }
        edits_of(&next).validate().map_err(|_| LimitReached)?;
        self.done = next;
        self.undone.clear();
        Ok(())
    }

    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Reverts the last change, if there is one.
    pub fn undo(&mut self) {
        self.undone.extend(self.done.pop());
    }

    /// Repeats the change that was undone last, if there is one.
    pub fn redo(&mut self) {
        self.done.extend(self.undone.pop());
    }
}

fn edits_of(changes: &[Change]) -> Edits {
    let mut edits = Edits::default();
    for change in changes {
        match change {
            Change::Erase(number) => edits.erased.push(*number),
            Change::Add(line) => edits.added.push(line.clone()),
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: usize) -> Change {
        Change::Add(vec![[1.0, 2.5]; points])
    }

    fn history(changes: impl IntoIterator<Item = Change>) -> RetouchHistory {
        let mut history = RetouchHistory::default();
        history.apply(changes).expect("within the limits");
        history
    }

    #[test]
    fn edits_are_sent_as_numbers_and_points() {
        let history = history([Change::Erase(12), Change::Add(vec![[100.0, 120.5], [180.1, 140.0]]), Change::Erase(3)]);
        assert_eq!(
            serde_json::to_value(history.edits()).expect("JSON"),
            serde_json::json!({"erased": [12, 3], "added": [[[100.0, 120.5], [180.1_f32, 140.0]]]})
        );
    }

    #[test]
    fn new_history_has_no_edits() {
        let history = RetouchHistory::default();
        assert!(history.edits().is_empty() && !history.can_undo() && !history.can_redo());
    }

    #[test]
    fn undo_and_redo_walk_through_the_changes() {
        let mut history = history([Change::Erase(1), line(2)]);
        let all = history.edits();
        history.undo();
        assert_eq!(history.edits(), Edits { erased: vec![1], added: vec![] });
        history.undo();
        history.undo();
        assert!(history.edits().is_empty() && !history.can_undo());
        history.redo();
        history.redo();
        history.redo();
        assert_eq!(history.edits(), all);
        assert!(!history.can_redo());
    }

    #[test]
    fn new_change_discards_what_was_undone() {
        let mut history = history([Change::Erase(1)]);
        history.undo();
        assert_eq!(history.apply([Change::Erase(2)]), Ok(()));
        assert!(!history.can_redo());
    }

    #[test]
    fn erasing_a_stroke_again_is_no_change() {
        let mut history = history([Change::Erase(1), Change::Erase(1)]);
        history.undo();
        assert!(!history.can_undo());
        history.redo();
        assert_eq!(history.apply([Change::Erase(1)]), Ok(()));
        assert_eq!(history.edits().erased, [1]);
    }

    #[test]
    fn the_same_line_can_be_added_twice() {
        assert_eq!(history([line(2), line(2)]).edits().added.len(), 2);
    }

    #[test]
    fn changes_beyond_the_limits_are_refused_as_a_whole() {
        let mut history = history((0..1000).map(Change::Erase));
        history.undo();
        assert_eq!(history.apply([Change::Erase(2000), Change::Erase(2001)]), Err(LimitReached));
        assert!(history.can_redo());
        assert_eq!(history.apply([Change::Erase(2000)]), Ok(()));
        for _ in 0..10 {
            assert_eq!(history.apply([line(60)]), Ok(()));
        }
        assert_eq!(history.apply([line(2)]), Err(LimitReached));
        history.undo();
        assert_eq!(history.apply([line(2)]), Ok(()));
    }

    #[test]
    fn number_of_lines_is_limited() {
        let mut history = history((0..100).map(|_| line(2)));
        assert_eq!(history.apply([line(2)]), Err(LimitReached));
    }

    #[test]
    fn earlier_edits_can_be_undone() {
        let edits = Edits { erased: vec![4, 2], added: vec![vec![[0.0, 0.0], [1.0, 1.0]]] };
        let mut history = RetouchHistory::from_edits(&edits);
        assert_eq!(history.edits(), edits);
        history.undo();
        assert_eq!(history.edits(), Edits { erased: vec![4, 2], added: vec![] });
        history.undo();
        assert_eq!(history.edits().erased, [4]);
    }
}
