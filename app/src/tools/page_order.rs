//! Reordering a list by pointer and keyboard: the pages of a book, with the order that the server
//! has stored.

/// A step of one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Towards the start of the list.
    Up,
    Down,
}

/// The order of a book's pages on the screen, and the last order that was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOrder<Id> {
    stored: Vec<Id>,
    shown: Vec<Id>,
}

impl<Id: Copy + PartialEq> PageOrder<Id> {
    /// `stored` holds each page once.
    pub fn new(stored: Vec<Id>) -> Self {
        Self { shown: stored.clone(), stored }
    }

    pub fn shown(&self) -> &[Id] {
        &self.shown
    }

    /// Returns the place of a page, from 0.
    pub fn place(&self, id: Id) -> Option<usize> {
        self.shown.iter().position(|&other| other == id)
    }

    /// Whether a page has a neighbour in that direction, that is whether its button is enabled.
    pub fn can_move(&self, id: Id, direction: Direction) -> bool {
        self.place(id).is_some_and(|place| self.neighbour(place, direction).is_some())
    }

    /// Swaps a page with its neighbour. Returns false, without a change, at the end of the list.
    pub fn step(&mut self, id: Id, direction: Direction) -> bool {
        let places = self.place(id).and_then(|place| Some((place, self.neighbour(place, direction)?)));
        if let Some((place, other)) = places {
            self.shown.swap(place, other);
        }
        places.is_some()
    }

    /// Returns the button of a page that has the focus after [`Self::step`]: the one that was
    /// pressed, or at the end of the list, where that one is disabled, the other. `None` if both
    /// are disabled.
    pub fn focused_button(&self, id: Id, pressed: Direction) -> Option<Direction> {
        let other = match pressed {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        };
        [pressed, other].into_iter().find(|&direction| self.can_move(id, direction))
    }

    /// Moves a dragged page so that it is below every page whose middle is above the pointer.
    /// `middles` holds the vertical middles of the pages in the order shown, in the unit and from
    /// the origin of `pointer`; with another number of them nothing moves. Returns whether the
    /// order changed; the middles are then outdated.
    pub fn drag(&mut self, id: Id, pointer: f64, middles: &[f64]) -> bool {
        let Some(from) = self.place(id).filter(|_| middles.len() == self.shown.len()) else { return false };
        let above = middles[..from].iter().filter(|&&middle| middle <= pointer).count();
        let below = middles[from + 1..].iter().filter(|&&middle| middle < pointer).count();
        let to = above + below;
        if to == from {
            return false;
        }
        let page = self.shown.remove(from);
        self.shown.insert(to, page);
        true
    }

    /// Whether the order shown differs from the stored one.
    pub fn is_changed(&self) -> bool {
        self.shown != self.stored
    }

    /// Notes that the server has stored an order, which may be older than the one shown.
    pub fn set_stored(&mut self, order: Vec<Id>) {
        self.stored = order;
    }

    /// Shows the stored order again, after the server has refused the one shown.
    pub fn revert(&mut self) {
        self.shown.clone_from(&self.stored);
    }

    fn neighbour(&self, place: usize, direction: Direction) -> Option<usize> {
        match direction {
            Direction::Up => place.checked_sub(1),
            Direction::Down => Some(place + 1).filter(|&next| next < self.shown.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction::*, *};

    /// Middles of four entries, each 100 high.
    const MIDDLES: [f64; 4] = [50.0, 150.0, 250.0, 350.0];

    fn abcd() -> PageOrder<char> {
        PageOrder::new("abcd".chars().collect())
    }

    fn shown(order: &PageOrder<char>) -> String {
        order.shown().iter().collect()
    }

    #[test]
    fn step_swaps_neighbours() {
        let mut order = abcd();
        assert!(order.step('c', Up));
        assert_eq!(shown(&order), "acbd");
        assert!(order.step('a', Down));
        assert_eq!((shown(&order).as_str(), order.place('a')), ("cabd", Some(1)));
    }

    #[test]
    fn step_beyond_the_ends_changes_nothing() {
        let mut order = abcd();
        assert!(!order.step('a', Up));
        assert!(!order.step('d', Down));
        assert!(!order.step('x', Down));
        assert!(!order.is_changed());
    }

    #[test]
    fn buttons_are_disabled_at_the_ends() {
        let order = abcd();
        let enabled = |id| (order.can_move(id, Up), order.can_move(id, Down));
        assert_eq!(['a', 'b', 'd', 'x'].map(enabled), [(false, true), (true, true), (true, false), (false, false)]);
    }

    #[test]
    fn single_page_cannot_be_moved() {
        let mut order = PageOrder::new(vec!['a']);
        assert!(!order.can_move('a', Up) && !order.can_move('a', Down));
        assert_eq!(order.focused_button('a', Up), None);
        assert!(!order.drag('a', 500.0, &[50.0]));
    }

    #[test]
    fn empty_book_has_no_places() {
        let mut order = PageOrder::<char>::new(vec![]);
        assert_eq!(order.place('a'), None);
        assert!(!order.step('a', Down) && !order.drag('a', 0.0, &[]));
    }

    #[test]
    fn focus_stays_on_the_button_until_it_is_disabled() {
        let mut order = abcd();
        order.step('c', Up);
        assert_eq!(order.focused_button('c', Up), Some(Up));
        order.step('c', Up);
        assert_eq!(order.focused_button('c', Up), Some(Down));
    }

    #[test]
    fn drag_passes_a_neighbour_beyond_its_middle() {
        let mut order = abcd();
        assert!(!order.drag('b', 250.0, &MIDDLES));
        assert!(order.drag('b', 251.0, &MIDDLES));
        assert_eq!(shown(&order), "acbd");
        assert!(!order.drag('b', 150.0, &MIDDLES));
        assert!(order.drag('b', 149.0, &MIDDLES));
        assert_eq!(shown(&order), "abcd");
    }

    #[test]
    fn fast_drag_passes_several_pages() {
        let mut order = abcd();
        assert!(order.drag('a', 9999.0, &MIDDLES));
        assert_eq!(shown(&order), "bcda");
        assert!(order.drag('d', -50.0, &MIDDLES));
        assert_eq!(shown(&order), "dbca");
    }

    #[test]
    fn drag_without_all_middles_changes_nothing() {
        let mut order = abcd();
        assert!(!order.drag('a', 9999.0, &MIDDLES[..2]));
        assert!(!order.drag('d', -1.0, &[]));
        assert!(!order.is_changed());
    }

    #[test]
    fn refused_order_reverts_to_the_last_stored_one() {
        let mut order = abcd();
        order.step('b', Up);
        let sent = order.shown().to_vec();
        order.step('d', Up);
        order.set_stored(sent);
        assert!(order.is_changed());
        order.revert();
        assert_eq!(shown(&order), "bacd");
        assert!(!order.is_changed());
    }
}
