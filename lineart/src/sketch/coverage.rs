//! Which parts of a line no stroke draws yet.

use std::ops::RangeInclusive;

use super::curve::{SPACING_PX, distance, spline};
use super::polyline::Polyline;

/// Points in square cells, to find the nearest one within the side of a cell.
pub(super) struct PointGrid {
    side: f32,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<[f32; 2]>>,
}

impl PointGrid {
    /// A grid over a page of `size` px with cells of `side` px.
    pub fn new(points: impl Iterator<Item = [f32; 2]>, size: [f32; 2], side: f32) -> PointGrid {
        let [columns, rows] = size.map(|length| (length / side) as usize + 1);
        let mut grid = PointGrid { side, columns, rows, cells: vec![Vec::new(); columns * rows] };
        for point in points {
            let (column, row) = grid.cell(point);
            grid.cells[row * columns + column].push(point);
        }
        grid
    }

    fn cell(&self, [x, y]: [f32; 2]) -> (usize, usize) {
        // Casts saturate, so that points left of the page are in its first cell.
        (((x / self.side) as usize).min(self.columns - 1), ((y / self.side) as usize).min(self.rows - 1))
    }

    /// Distance and place of the nearest point; infinite if there is none within the side of a
    /// cell.
    fn nearest(&self, point: [f32; 2]) -> (f32, [f32; 2]) {
        let (column, row) = self.cell(point);
        let rows = row.saturating_sub(1)..(row + 2).min(self.rows);
        let columns = column.saturating_sub(1)..(column + 2).min(self.columns);
        let cells = rows.flat_map(|row| columns.clone().map(move |column| row * self.columns + column));
        let found = cells.flat_map(|cell| &self.cells[cell]).map(|&other| (distance(point, other), other));
        let nearest = found.min_by(|a, b| a.0.total_cmp(&b.0));
        nearest.filter(|found| found.0 <= self.side).unwrap_or((f32::INFINITY, point))
    }
}

/// The parts of `line` of at least `min_points` that are farther than the side of a cell of
/// `strokes` from all of them. Ends beside a stroke run on until they are nearest to it and join
/// it. A closed line is a single part if it is free.
pub(super) fn uncovered_parts(line: &[[f32; 2]], strokes: &PointGrid, min_points: usize) -> Vec<Polyline> {
    let mut line = line.to_vec();
    let mut nearest: Vec<(f32, [f32; 2])> = line.iter().map(|&point| strokes.nearest(point)).collect();
    if line.first() == line.last() {
        let Some(start) = nearest.iter().position(|(distance, _)| distance.is_finite()) else {
            return vec![line];
        };
        line.pop();
        nearest.pop();
        line.rotate_left(start);
        nearest.rotate_left(start);
        line.push(line[0]);
        nearest.push(nearest[0]);
    }
    let distances: Vec<f32> = nearest.iter().map(|(distance, _)| *distance).collect();
    let reach = (2.0 * strokes.side / SPACING_PX) as usize;
    let parts = free_ranges(&distances, min_points, reach).into_iter();
    let joined = parts.map(|range| {
        let mut part = line[range.clone()].to_vec();
        let (first, last) = (nearest[*range.start()], nearest[*range.end()]);
        if first.0.is_finite() {
            let joint = spline(&[first.1, part[0]], false);
            part.splice(..1, joint);
        }
        if last.0.is_finite() {
            let joint = spline(&[part[part.len() - 1], last.1], false);
            part.extend_from_slice(&joint[1..]);
        }
        part
    });
    joined.collect()
}

/// Ranges of at least `min_points` with infinite distances, extended by up to `reach` points at
/// either end while the distance falls.
fn free_ranges(distances: &[f32], min_points: usize, reach: usize) -> Vec<RangeInclusive<usize>> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(first) = (from..distances.len()).find(|&i| distances[i].is_infinite()) {
        let after = (first..distances.len()).find(|&i| distances[i].is_finite()).unwrap_or(distances.len());
        from = after;
        if after - first < min_points {
            continue;
        }
        let falls = |next: usize, here: usize| distances[next] < distances[here];
        let start = (first.saturating_sub(reach)..first).rev().take_while(|&i| falls(i, i + 1)).last();
        let end = (after..(after + reach).min(distances.len())).take_while(|&i| falls(i, i - 1)).last();
        ranges.push(start.unwrap_or(first)..=end.unwrap_or(after - 1));
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizontal(y: f32, from: usize, to: usize) -> Polyline {
        (from..to).map(|x| [x as f32 * 0.5, y]).collect()
    }

    #[test]
    fn free_part_runs_on_to_the_stroke_beside_it() {
        let strokes = PointGrid::new(horizontal(12.0, 0, 60).into_iter(), [100.0, 100.0], 5.0);
        let parts = uncovered_parts(&horizontal(10.0, 0, 180), &strokes, 10);
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0][0], [29.5, 12.0]);
        assert_eq!(parts[0].last(), Some(&[89.5, 10.0]));
    }

    #[test]
    fn covered_and_short_parts_are_left_out() {
        let strokes = PointGrid::new(horizontal(12.0, 0, 160).into_iter(), [100.0, 100.0], 5.0);
        assert!(uncovered_parts(&horizontal(10.0, 0, 180), &strokes, 40).is_empty());
    }

    #[test]
    fn free_closed_line_stays_closed() {
        let strokes = PointGrid::new(std::iter::empty(), [100.0, 100.0], 5.0);
        let circle = super::super::curve::circle([50.0, 50.0], 20.0);
        assert_eq!(uncovered_parts(&circle, &strokes, 10), [circle]);
    }
}
