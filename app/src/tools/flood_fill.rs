//! Flood fill: connected-component labelling of the areas between the lines of a drawing.

/// A pixel darker than this is part of a line; 0 is black, 255 white.
const LINE_THRESHOLD: u8 = 150;
/// Paint extends this many pixels under a line, so that no white rim shows beside the line.
pub const MARGIN: usize = 3;
/// A touch that meets a line looks for an area up to this many pixels away.
const REACH: usize = 14;

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

/// An area that lines enclose: pixels that are connected by their edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Number of pixels, without the margin under the lines.
    pub size: usize,
    /// Smallest rectangle around the area, without the margin.
    pub bounds: PixelRect,
    /// Middle of the longest horizontal run of pixels: a point well inside the area, where a mark
    /// is visible.
    pub mark: (usize, usize),
}

/// The areas of a drawing of `width` x `height` pixels, in the order of their topmost, then
/// leftmost pixel.
pub struct Areas {
    width: usize,
    height: usize,
    /// For each pixel, row by row: index into `areas` plus one, or 0 for a pixel of a line.
    labels: Vec<u32>,
    areas: Vec<Area>,
}

impl Areas {
    /// Labels the areas of a drawing. `grey` holds one byte for each pixel, row by row, 0 is black;
    /// missing pixels count as lines.
    pub fn find(width: usize, height: usize, grey: &[u8]) -> Self {
        let is_free = |at: usize| grey.get(at).is_some_and(|&value| value >= LINE_THRESHOLD);
        let mut found = Self { width, height, labels: vec![0; width * height], areas: Vec::new() };
        for start in 0..found.labels.len() {
            if found.labels[start] == 0 && is_free(start) {
                let area = found.fill_from(start, &is_free);
                found.areas.push(area);
            }
        }
        for _ in 0..MARGIN {
            found.extend_under_lines();
        }
        found
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    pub fn as_slice(&self) -> &[Area] {
        &self.areas
    }

    /// Returns the index of the area at a pixel, its margin included; `None` inside a thick line
    /// and outside the drawing.
    pub fn area_at(&self, x: usize, y: usize) -> Option<usize> {
        let label = if x < self.width && y < self.height { self.labels[y * self.width + x] } else { 0 };
        (label as usize).checked_sub(1)
    }

    /// Returns the index of the area nearest to a pixel, measured along the axes, if one is within
    /// reach of a finger.
    pub fn area_near(&self, x: usize, y: usize) -> Option<usize> {
        let within = |reach: usize| {
            let columns = x.saturating_sub(reach)..=x.saturating_add(reach);
            let rows = y.saturating_sub(reach)..=y.saturating_add(reach);
            rows.flat_map(move |row| columns.clone().map(move |column| (column, row)))
                .filter(move |&(column, row)| column.abs_diff(x).max(row.abs_diff(y)) == reach)
        };
        (0..=REACH).flat_map(within).find_map(|(column, row)| self.area_at(column, row))
    }

    /// Returns the rectangle that paint in an area touches, its margin included.
    pub fn painted_rect(&self, area: &Area) -> PixelRect {
        let bounds = area.bounds;
        let (left, top) = (bounds.left.saturating_sub(MARGIN), bounds.top.saturating_sub(MARGIN));
        let right = (bounds.left + bounds.width + MARGIN).min(self.width);
        let bottom = (bounds.top + bounds.height + MARGIN).min(self.height);
        PixelRect { left, top, width: right - left, height: bottom - top }
    }

    /// Scanline fill of the area around the free pixel `start`, which gets the next label.
    fn fill_from(&mut self, start: usize, is_free: &impl Fn(usize) -> bool) -> Area {
        let (width, label) = (self.width, self.areas.len() as u32 + 1);
        let (mut left, mut right) = (start % width, start % width);
        let (mut top, mut bottom) = (start / width, start / width);
        let (mut size, mut longest, mut mark) = (0, 0, (left, top));
        let mut seeds = vec![start];
        while let Some(seed) = seeds.pop() {
            if self.labels[seed] != 0 {
                continue;
            }
            let row = seed / width;
            let is_open = |labels: &[u32], at: usize| labels[at] == 0 && is_free(at);
            let (mut from, mut to) = (seed, seed);
            while from % width > 0 && is_open(&self.labels, from - 1) {
                from -= 1;
            }
            while (to + 1) % width > 0 && is_open(&self.labels, to + 1) {
                to += 1;
            }
            self.labels[from..=to].fill(label);
            let above = from.checked_sub(width);
            let below = Some(from + width).filter(|&at| at < self.labels.len());
            for other in [above, below].into_iter().flatten() {
                // The first pixel of each run is enough: it finds the others.
                let mut was_open = false;
                for at in other..=other + to - from {
                    let open = is_open(&self.labels, at);
                    if open && !was_open {
                        seeds.push(at);
                    }
                    was_open = open;
                }
            }
            let run = to - from + 1;
            size += run;
            (left, right) = (left.min(from % width), right.max(to % width));
            (top, bottom) = (top.min(row), bottom.max(row));
            if run > longest {
                (longest, mark) = (run, (from % width + run / 2, row));
            }
        }
        let bounds = PixelRect { left, top, width: right - left + 1, height: bottom - top + 1 };
        Area { size, bounds, mark }
    }

    /// Gives every pixel of a line that touches an area by an edge to that area.
    fn extend_under_lines(&mut self) {
        let gained: Vec<(usize, u32)> = (0..self.labels.len())
            .filter(|&at| self.labels[at] == 0)
            .filter_map(|at| Some((at, self.label_beside(at)?)))
            .collect();
        for (at, label) in gained {
            self.labels[at] = label;
        }
    }

    /// The label of the first labelled pixel of those to the left, right, top and bottom.
    fn label_beside(&self, at: usize) -> Option<u32> {
        let column = at % self.width;
        let left = (column > 0).then(|| at - 1);
        let right = (column + 1 < self.width).then_some(at + 1);
        let neighbours = [left, right, at.checked_sub(self.width), Some(at + self.width)];
        neighbours.into_iter().flatten().filter_map(|at| self.labels.get(at).copied()).find(|&label| label != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Areas of a drawing of characters: `#` is a line.
    fn areas_of(rows: &[&str]) -> Areas {
        let grey: Vec<u8> = rows.concat().bytes().map(|pixel| if pixel == b'#' { 0 } else { 255 }).collect();
        Areas::find(rows.first().map_or(0, |row| row.len()), rows.len(), &grey)
    }

    fn sizes(areas: &Areas) -> Vec<usize> {
        areas.as_slice().iter().map(|area| area.size).collect()
    }

    #[test]
    fn drawing_without_pixels_has_no_areas() {
        let areas = areas_of(&[]);
        assert_eq!((sizes(&areas), areas.area_near(0, 0)), (vec![], None));
    }

    #[test]
    fn blank_drawing_is_one_area() {
        let areas = areas_of(&["....", "....", "...."]);
        let bounds = PixelRect { left: 0, top: 0, width: 4, height: 3 };
        assert_eq!(areas.as_slice(), [Area { size: 12, bounds, mark: (2, 0) }]);
    }

    #[test]
    fn black_drawing_has_no_areas() {
        let areas = areas_of(&["##", "##"]);
        assert_eq!((sizes(&areas), areas.area_near(0, 0)), (vec![], None));
    }

    #[test]
    fn line_separates_areas_in_order_of_their_first_pixel() {
        let areas = areas_of(&["..#.", "..#.", "..#."]);
        assert_eq!(sizes(&areas), [6, 3]);
        assert_eq!(areas.as_slice()[1].bounds, PixelRect { left: 3, top: 0, width: 1, height: 3 });
    }

    #[test]
    fn areas_that_meet_at_a_corner_are_separate() {
        assert_eq!(sizes(&areas_of(&[".#", "#."])), [1, 1]);
    }

    #[test]
    fn rows_do_not_wrap_at_the_edges() {
        assert_eq!(sizes(&areas_of(&["##.", "###", ".##"])), [1, 1]);
    }

    #[test]
    fn branches_of_a_winding_area_are_filled() {
        let spiral = ["........", ".######.", ".#....#.", ".#.##.#.", ".#.#....", ".#.#####", ".#......"];
        assert_eq!(sizes(&areas_of(&spiral)), [spiral.concat().matches('.').count()]);
    }

    #[test]
    fn mark_is_in_the_middle_of_the_longest_run() {
        let areas = areas_of(&["#.#####", ".....##", "#.#####"]);
        assert_eq!(areas.as_slice()[0].mark, (2, 1));
    }

    #[test]
    fn grey_at_the_threshold_belongs_to_the_area() {
        let areas = Areas::find(2, 1, &[LINE_THRESHOLD, LINE_THRESHOLD - 1]);
        assert_eq!(sizes(&areas), [1]);
    }

    #[test]
    fn missing_pixels_count_as_lines() {
        assert_eq!(sizes(&Areas::find(2, 2, &[255])), [1]);
    }

    #[test]
    fn paint_extends_under_lines_up_to_the_margin() {
        let areas = areas_of(&[".########."]);
        let found: Vec<_> = (0..10).map(|x| areas.area_at(x, 0)).collect();
        let (first, second) = (Some(0), Some(1));
        assert_eq!(found, [first, first, first, first, None, None, second, second, second, second]);
        assert_eq!(sizes(&areas), [1, 1]);
    }

    #[test]
    fn painted_rect_stays_within_the_drawing() {
        let areas = areas_of(&[".########."]);
        let rects: Vec<_> = areas.as_slice().iter().map(|area| areas.painted_rect(area)).collect();
        assert_eq!(
            rects,
            [PixelRect { left: 0, top: 0, width: 4, height: 1 }, PixelRect { left: 6, top: 0, width: 4, height: 1 }]
        );
    }

    #[test]
    fn touch_on_a_thick_line_finds_the_nearest_area() {
        let row = format!("{}{}{}", ".", "#".repeat(40), ".");
        let areas = areas_of(&[&row]);
        // The margin belongs to the areas: they end at 3 and begin at 38.
        assert_eq!(areas.area_near(17, 0), Some(0));
        assert_eq!(areas.area_near(24, 0), Some(1));
        assert_eq!(areas.area_near(20, 0), None);
        assert_eq!(areas.area_near(41 + REACH, 0), Some(1));
        assert_eq!(areas.area_near(usize::MAX, usize::MAX), None);
    }
}
