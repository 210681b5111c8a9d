//! Colouring in on the screen: paint in the areas of a drawing, undo and redo, keyboard stops, and
//! what is stored in the browser.

use super::{
    colour::Colour,
    flood_fill::{Areas, PixelRect},
};

/// Long edge in pixels of the picture that is coloured in.
pub const LONG_EDGE: u32 = 1600;
/// Areas of fewer pixels are no stops for the arrow keys.
const SMALLEST_STOP: usize = 200;

/// Size in pixels at which a drawing of any size is coloured in.
pub fn picture_size(width: u32, height: u32) -> (u32, u32) {
    let scale = f64::from(LONG_EDGE) / f64::from(width.max(height).max(1));
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    (scaled(width), scaled(height))
}

/// A change of one area's colour.
#[derive(Clone, Copy)]
struct Change {
    area: usize,
    from: Colour,
    to: Colour,
}

/// An area that the arrow keys stop at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stop {
    /// Position among the stops, from 1.
    pub number: usize,
    /// Number of stops.
    pub count: usize,
    /// Centre of the area's mark from left and top, as fractions of the picture.
    pub x: f64,
    pub y: f64,
}

/// What a browser stores of a page that was coloured in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredColours {
    /// Sizes of all areas, separated by commas. They identify the drawing: another drawing of the
    /// same page begins white.
    pub sizes: String,
    /// Number of an area, from 1, and its colour as a little-endian RGBA number.
    pub colours: Vec<(u32, u32)>,
}

/// A drawing and the colours of its areas.
pub struct Colouring {
    areas: Areas,
    /// Brightness of the drawing, one byte for each pixel.
    grey: Vec<u8>,
    /// One for each area.
    colours: Vec<Colour>,
    done: Vec<Change>,
    undone: Vec<Change>,
    /// Areas in reading order.
    stops: Vec<usize>,
    /// Index into `stops`; `None` until an arrow key is pressed.
    stop: Option<usize>,
}

impl Colouring {
    /// Starts with a white drawing. `rgba` holds `width` x `height` opaque pixels of black lines on
    /// white paper.
    pub fn new(width: usize, height: usize, rgba: &[u8]) -> Self {
        let grey: Vec<u8> = rgba.iter().step_by(4).copied().collect();
        let areas = Areas::find(width, height, &grey);
        let is_stop = |&index: &usize| areas.as_slice()[index].size >= SMALLEST_STOP;
        let mut stops: Vec<usize> = (0..areas.as_slice().len()).filter(is_stop).collect();
        stops.sort_by_key(|&index| {
            let (x, y) = areas.as_slice()[index].mark;
            (y, x)
        });
        let colours = vec![Colour::WHITE; areas.as_slice().len()];
        Self { areas, grey, colours, done: Vec::new(), undone: Vec::new(), stops, stop: None }
    }

    /// Returns the index of the area that a touch at a pixel means.
    pub fn area_near(&self, x: usize, y: usize) -> Option<usize> {
        self.areas.area_near(x, y)
    }

    /// Paints an area and returns the rectangle that changed; `None` if the area has that colour
    /// already or does not exist.
    pub fn paint(&mut self, area: usize, colour: Colour) -> Option<PixelRect> {
        let from = *self.colours.get(area).filter(|&&from| from != colour)?;
        self.done.push(Change { area, from, to: colour });
        self.undone.clear();
        Some(self.set_colour(area, colour))
    }

    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Reverts the last change and returns the rectangle that changed.
    pub fn undo(&mut self) -> Option<PixelRect> {
        let change = self.done.pop()?;
        self.undone.push(change);
        Some(self.set_colour(change.area, change.from))
    }

    /// Repeats the last change that was undone and returns the rectangle that changed.
    pub fn redo(&mut self) -> Option<PixelRect> {
        let change = self.undone.pop()?;
        self.done.push(change);
        Some(self.set_colour(change.area, change.to))
    }

    /// Moves to the next stop, or from the last one to the first.
    pub fn next_stop(&mut self) -> Option<Stop> {
        self.go_to(self.stop.map_or(0, |stop| stop + 1))
    }

    /// Moves to the previous stop, or from the first one to the last.
    pub fn previous_stop(&mut self) -> Option<Stop> {
        let count = self.stops.len();
        self.go_to(self.stop.unwrap_or(0) + count.saturating_sub(1))
    }

    /// Returns the index of the area at the present stop.
    pub fn area_at_stop(&self) -> Option<usize> {
        self.stop.map(|stop| self.stops[stop])
    }

    /// Returns the opaque RGBA pixels of a rectangle of the coloured picture, row by row: lines
    /// over paint. The rectangle lies within the picture.
    pub fn pixels(&self, rect: PixelRect) -> Vec<u8> {
        let mut rgba = Vec::with_capacity(rect.width * rect.height * 4);
        for y in rect.top..rect.top + rect.height {
            for x in rect.left..rect.left + rect.width {
                let paint = self.areas.area_at(x, y).map_or(Colour::WHITE, |area| self.colours[area]);
                let grey = self.grey.get(y * self.areas.width() + x).copied().unwrap_or_default();
                rgba.extend(paint.channels().map(|channel| multiply(channel, grey)));
                rgba.push(255);
            }
        }
        rgba
    }

    /// Returns what to store, so that [`Self::restore`] finds the same colours again.
    pub fn to_stored(&self) -> StoredColours {
        let painted = (1..).zip(&self.colours).filter(|&(_, &colour)| colour != Colour::WHITE);
        StoredColours {
            sizes: self.sizes(),
            colours: painted.map(|(number, colour)| (number, colour.to_stored())).collect(),
        }
    }

    /// Takes over stored colours, which cannot be undone. Returns false, without a change, if they
    /// belong to another drawing.
    pub fn restore(&mut self, stored: &StoredColours) -> bool {
        if stored.sizes != self.sizes() {
            return false;
        }
        for &(number, colour) in &stored.colours {
            let index = (number as usize).checked_sub(1);
            if let Some(area) = index.and_then(|index| self.colours.get_mut(index)) {
                *area = Colour::from_stored(colour);
            }
        }
        true
    }

    /// Returns the rectangle of the whole picture.
    pub fn whole(&self) -> PixelRect {
        PixelRect { left: 0, top: 0, width: self.areas.width(), height: self.areas.height() }
    }

    fn sizes(&self) -> String {
        let sizes: Vec<String> = self.areas.as_slice().iter().map(|area| area.size.to_string()).collect();
        sizes.join(",")
    }

    fn set_colour(&mut self, area: usize, colour: Colour) -> PixelRect {
        self.colours[area] = colour;
        self.areas.painted_rect(&self.areas.as_slice()[area])
    }

    fn go_to(&mut self, stop: usize) -> Option<Stop> {
        let count = self.stops.len();
        let stop = stop.checked_rem(count)?;
        self.stop = Some(stop);
        let (x, y) = self.areas.as_slice()[self.stops[stop]].mark;
        let fraction = |at: usize, side: usize| at as f64 / side as f64;
        Some(Stop { number: stop + 1, count, x: fraction(x, self.areas.width()), y: fraction(y, self.areas.height()) })
    }
}

/// The product of two channel values as fractions of 255, rounded: the blend mode `multiply`.
fn multiply(a: u8, b: u8) -> u8 {
    ((u32::from(a) * u32::from(b) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: Colour = Colour::new(216, 67, 46);
    const BLUE: Colour = Colour::new(61, 111, 196);

    /// A drawing of 40 x 30 pixels with a vertical line of two pixels, black and grey, in columns
    /// 20 and 21: two areas.
    fn two_areas() -> Colouring {
        let row = |x: usize| match x {
            20 => [0, 0, 0, 255],
            21 => [100, 100, 100, 255],
            _ => [255; 4],
        };
        let rgba: Vec<u8> = (0..30).flat_map(|_| (0..40).flat_map(row)).collect();
        Colouring::new(40, 30, &rgba)
    }

    fn pixel(colouring: &Colouring, left: usize, top: usize) -> Vec<u8> {
        colouring.pixels(PixelRect { left, top, width: 1, height: 1 })
    }

    #[test]
    fn picture_is_scaled_to_the_long_edge() {
        assert_eq!(picture_size(1024, 768), (1600, 1200));
        assert_eq!(picture_size(3000, 4000), (1200, 1600));
        assert_eq!(picture_size(1, 5000), (1, 1600));
        assert_eq!(picture_size(0, 0), (1, 1));
    }

    #[test]
    fn paint_fills_one_area_and_runs_under_its_line() {
        let mut colouring = two_areas();
        let changed = colouring.paint(0, RED);
        assert_eq!(changed, Some(PixelRect { left: 0, top: 0, width: 23, height: 30 }));
        assert_eq!(pixel(&colouring, 19, 29), [216, 67, 46, 255]);
        assert_eq!(pixel(&colouring, 20, 0), [0, 0, 0, 255]);
        assert_eq!(pixel(&colouring, 21, 0), [100, 100, 100, 255]);
        colouring.paint(1, BLUE);
        // The grey pixel of the line belongs to the right area: 61 * 100 / 255 is 24.
        assert_eq!(pixel(&colouring, 21, 0), [24, 44, 77, 255]);
    }

    #[test]
    fn pixels_are_returned_row_by_row() {
        let mut colouring = two_areas();
        colouring.paint(1, BLUE);
        let rgba = colouring.pixels(PixelRect { left: 19, top: 3, width: 4, height: 2 });
        let row = [[255, 255, 255, 255], [0, 0, 0, 255], [24, 44, 77, 255], [61, 111, 196, 255]].concat();
        assert_eq!(rgba, [row.clone(), row].concat());
        assert_eq!(colouring.pixels(colouring.whole()).len(), 40 * 30 * 4);
    }

    #[test]
    fn same_colour_again_is_no_change() {
        let mut colouring = two_areas();
        assert_eq!(colouring.paint(0, Colour::WHITE), None);
        assert_eq!(colouring.paint(2, RED), None);
        assert!(!colouring.can_undo());
    }

    #[test]
    fn undo_and_redo_walk_through_the_changes() {
        let mut colouring = two_areas();
        colouring.paint(0, RED);
        colouring.paint(0, BLUE);
        assert!(colouring.undo().is_some());
        assert_eq!(pixel(&colouring, 0, 0)[..3], RED.channels());
        assert!(colouring.undo().is_some());
        assert_eq!(pixel(&colouring, 0, 0)[..3], Colour::WHITE.channels());
        assert_eq!((colouring.undo(), colouring.can_undo()), (None, false));
        assert!(colouring.redo().is_some());
        assert!(colouring.redo().is_some());
        assert_eq!(pixel(&colouring, 0, 0)[..3], BLUE.channels());
        assert_eq!(colouring.redo(), None);
    }

    #[test]
    fn new_paint_discards_what_was_undone() {
        let mut colouring = two_areas();
        colouring.paint(0, RED);
        colouring.undo();
        assert!(colouring.can_redo());
        colouring.paint(1, BLUE);
        assert!(!colouring.can_redo());
    }

    #[test]
    fn arrow_keys_visit_areas_in_reading_order() {
        let mut colouring = two_areas();
        assert_eq!(colouring.area_at_stop(), None);
        let first = colouring.next_stop();
        assert_eq!(first, Some(Stop { number: 1, count: 2, x: 0.25, y: 0.0 }));
        assert_eq!(colouring.area_at_stop(), Some(0));
        assert_eq!(colouring.next_stop().map(|stop| stop.number), Some(2));
        assert_eq!(colouring.next_stop(), first);
        assert_eq!(colouring.previous_stop().map(|stop| stop.number), Some(2));
        assert_eq!(colouring.previous_stop(), first);
    }

    #[test]
    fn going_back_first_leads_to_the_last_area() {
        let mut colouring = two_areas();
        assert_eq!(colouring.previous_stop().map(|stop| stop.number), Some(2));
    }

    #[test]
    fn small_areas_are_no_stops_but_can_be_painted() {
        let mut colouring = Colouring::new(14, 14, &[255; 14 * 14 * 4]);
        assert_eq!((colouring.next_stop(), colouring.previous_stop()), (None, None));
        assert!(colouring.paint(0, RED).is_some());
    }

    #[test]
    fn single_area_is_the_only_stop() {
        let mut colouring = Colouring::new(20, 20, &[255; 20 * 20 * 4]);
        let only = Some(Stop { number: 1, count: 1, x: 0.5, y: 0.0 });
        assert_eq!([colouring.next_stop(), colouring.next_stop(), colouring.previous_stop()], [only; 3]);
    }

    #[test]
    fn stored_colours_are_restored_without_history() {
        let mut colouring = two_areas();
        colouring.paint(0, BLUE);
        colouring.paint(1, RED);
        colouring.paint(0, Colour::WHITE);
        let stored = colouring.to_stored();
        assert_eq!(stored, StoredColours { sizes: "600,540".into(), colours: vec![(2, 0xff2e_43d8)] });
        let mut again = two_areas();
        assert!(again.restore(&stored));
        assert_eq!(again.to_stored(), stored);
        assert!(!again.can_undo());
    }

    #[test]
    fn colours_of_another_drawing_are_not_restored() {
        let mut colouring = two_areas();
        let stored = StoredColours { sizes: "600,541".into(), colours: vec![(1, 0xff2e_43d8)] };
        assert!(!colouring.restore(&stored));
        assert_eq!(colouring.to_stored().colours, []);
    }

    #[test]
    fn stored_colours_of_unknown_areas_are_ignored() {
        let mut colouring = two_areas();
        let stored = StoredColours { sizes: "600,540".into(), colours: vec![(0, 1), (3, 1), (u32::MAX, 1)] };
        assert!(colouring.restore(&stored));
        assert_eq!(colouring.to_stored().colours, []);
    }
}
