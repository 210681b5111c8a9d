//! Silhouettes of persons: the outline of the person mask where no stroke of the photo runs.

use super::coverage::{PointGrid, uncovered_parts};
use super::person_mask::PersonMask;
use super::planar_graph::trace_boundaries;
use super::polyline::Polyline;
use super::strokes::{Role, Stroke};
use super::thresholds::LEVEL_COUNT;
use super::watershed::{BASIN_SCALE, Basins};

/// A silhouette is drawn where no stroke runs within this distance, px, in parts of at least this
/// length.
const CLEARANCE_PX: f32 = 14.0;
const MIN_PART_PX: usize = 40;

/// Shorter outlines are specks of the mask, px.
const MIN_OUTLINE_PX: usize = 150;

/// Ranges of levels with the same silhouettes, and the level whose strokes they leave out.
const RANGES: [(u8, u8, u8); 4] = [(0, 1, 1), (2, 4, 3), (5, 7, 5), (8, LEVEL_COUNT as u8 - 1, 8)];

/// The silhouettes of `person` among `strokes`: first the parts that no stroke draws, then those
/// that only the background draws. `grid_size` is that of the basins.
pub(super) fn silhouettes(person: &PersonMask, strokes: &[Stroke], grid_size: [usize; 2]) -> Vec<Stroke> {
    let outlines = mask_outlines(person, grid_size);
    let size = grid_size.map(|side| (side * BASIN_SCALE) as f32);
    let mut silhouettes: Vec<Stroke> = Vec::new();
    for role in [Role::Subject, Role::Silhouette] {
        let mut added = Vec::new();
        for (first, last_level, shown_level) in RANGES {
            let counts = |stroke: &&Stroke| {
                stroke.is_shown_at(shown_level) && (role == Role::Subject || stroke.role == Role::Subject)
            };
            let shown = strokes.iter().chain(&silhouettes).filter(counts);
            let grid = PointGrid::new(shown.flat_map(|stroke| stroke.points.iter().copied()), size, CLEARANCE_PX);
            for points in outlines.iter().flat_map(|line| uncovered_parts(line, &grid, MIN_PART_PX / BASIN_SCALE)) {
                // The mask is coarse: the line is smoothed as much as an uncertain one.
                let confidence = vec![0.0; points.len()];
                added.push(Stroke { last_level, role, confidence, ..Stroke::unconnected(first, points) });
            }
        }
        silhouettes.extend(added);
    }
    silhouettes
}

/// The outlines of a mask in px of the working size, without specks.
fn mask_outlines(person: &PersonMask, [width, height]: [usize; 2]) -> Vec<Polyline> {
    let is_inside = |at: usize| u32::from(person.contains_cell(at % width, at / width));
    let labels = (0..width * height).map(is_inside).collect();
    let graph = trace_boundaries(&Basins { width, height, labels, count: 2 });
    let outlines = graph.arcs.iter().filter(|arc| (arc.points.len() - 1) * BASIN_SCALE >= MIN_OUTLINE_PX);
    outlines.map(|arc| arc.points.iter().map(|p| p.map(|at| at * BASIN_SCALE as f32)).collect()).collect()
}
