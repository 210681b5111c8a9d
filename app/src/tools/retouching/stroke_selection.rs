//! Choosing a stroke by keyboard.

/// The stroke that is chosen, and its place, which outlives it: after an erased stroke comes the
/// one that has taken its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrokeSelection {
    /// Number of the chosen stroke.
    chosen: Option<u32>,
    /// Index of the chosen stroke among all, or its last index.
    place: usize,
}

impl StrokeSelection {
    /// Number of the chosen stroke.
    pub fn chosen(self) -> Option<u32> {
        self.chosen
    }

    /// Index of the chosen stroke, from 0; where it stood if it is gone.
    pub fn place(self) -> usize {
        self.place
    }

    /// Chooses the next stroke; after the last one comes the first. `numbers` are those of all
    /// strokes in order.
    pub fn next(&mut self, numbers: &[u32]) {
        let place = if self.chosen.is_some() { self.place + 1 } else { self.place };
        self.choose(place, numbers);
    }

    /// Chooses the previous stroke; before the first one comes the last.
    pub fn previous(&mut self, numbers: &[u32]) {
        self.choose(self.place + numbers.len().saturating_sub(1), numbers);
    }

    /// Takes note of new strokes. The chosen one is found again by its number; if it is gone, none
    /// is chosen.
    pub fn update(&mut self, numbers: &[u32]) {
        let place = self.chosen.and_then(|chosen| numbers.iter().position(|&number| number == chosen));
        match place {
            Some(place) => self.place = place,
            None => self.chosen = None,
        }
    }

    fn choose(&mut self, place: usize, numbers: &[u32]) {
        if let Some(place) = place.checked_rem(numbers.len()) {
            *self = Self { chosen: Some(numbers[place]), place };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [u32; 3] = [10, 20, 30];

    fn chosen(steps: &str, numbers: &[u32]) -> Option<u32> {
        let mut selection = StrokeSelection::default();
        for step in steps.chars() {
            match step {
                '>' => selection.next(numbers),
                _ => selection.previous(numbers),
            }
        }
        selection.chosen()
    }

    #[test]
    fn first_step_forwards_chooses_the_first_stroke() {
        assert_eq!(chosen("", &NUMBERS), None);
        assert_eq!(chosen(">", &NUMBERS), Some(10));
        assert_eq!(chosen(">>", &NUMBERS), Some(20));
    }

    #[test]
    fn steps_wrap_around_at_both_ends() {
        assert_eq!(chosen("<", &NUMBERS), Some(30));
        assert_eq!(chosen("<>", &NUMBERS), Some(10));
        assert_eq!(chosen("><", &NUMBERS), Some(30));
    }

    #[test]
    fn drawing_without_strokes_has_nothing_to_choose() {
        assert_eq!(chosen("><", &[]), None);
    }

    #[test]
    fn single_stroke_is_chosen_by_every_step() {
        assert_eq!([">", "<", ">>", "<<"].map(|steps| chosen(steps, &[7])), [Some(7); 4]);
    }

    #[test]
    fn stroke_in_the_place_of_an_erased_one_comes_next() {
        let mut selection = StrokeSelection { chosen: Some(20), place: 1 };
        selection.update(&[10, 30]);
        assert_eq!((selection.chosen(), selection.place()), (None, 1));
        let mut before = selection;
        selection.next(&[10, 30]);
        assert_eq!(selection.chosen(), Some(30));
        before.previous(&[10, 30]);
        assert_eq!(before.chosen(), Some(10));
    }

    #[test]
    fn place_beyond_fewer_strokes_wraps_around() {
        let mut selection = StrokeSelection { chosen: Some(30), place: 2 };
        selection.update(&[10, 20]);
        selection.next(&[10, 20]);
        assert_eq!(selection.chosen(), Some(10));
    }

    #[test]
    fn chosen_stroke_is_found_again_by_its_number() {
        let mut selection = StrokeSelection { chosen: Some(30), place: 2 };
        selection.update(&[30, 40]);
        assert_eq!((selection.chosen(), selection.place()), (Some(30), 0));
    }
}
