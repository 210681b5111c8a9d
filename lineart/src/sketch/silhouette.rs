//! Silhouettes of persons, for pages without background: the outline of the person mask where no
//! stroke of the photo runs.

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

/// The silhouettes of `person` among `strokes`. `grid_size` is that of the basins.
pub(super) fn silhouettes(person: &PersonMask, strokes: &[Stroke], grid_size: [usize; 2]) -> Vec<Stroke> {
    let [width, height] = grid_size;
    let is_inside = |at: usize| u32::from(person.contains_cell(at % width, at / width));
    let labels = (0..width * height).map(is_inside).collect();
    let graph = trace_boundaries(&Basins { width, height, labels, count: 2 });
    let scale = BASIN_SCALE as f32;
    let outlines = graph.arcs.iter().filter(|arc| (arc.points.len() - 1) * BASIN_SCALE >= MIN_OUTLINE_PX);
    let outlines: Vec<Polyline> =
        outlines.map(|arc| arc.points.iter().map(|p| p.map(|at| at * scale)).collect()).collect();
    let size = [width, height].map(|side| side as f32 * scale);
    let mut silhouettes = Vec::new();
    for (first, last_level, shown_level) in RANGES {
        let shown = strokes.iter().filter(|stroke| stroke.role == Role::Subject && stroke.is_shown_at(shown_level));
        let grid = PointGrid::new(shown.flat_map(|stroke| stroke.points.iter().copied()), size, CLEARANCE_PX);
        for points in outlines.iter().flat_map(|outline| uncovered_parts(outline, &grid, MIN_PART_PX / BASIN_SCALE)) {
            // The mask is coarse: the line is smoothed as much as an uncertain one.
            let confidence = vec![0.0; points.len()];
            silhouettes.push(Stroke {
                last_level,
                role: Role::Silhouette,
                confidence,
                ..Stroke::unconnected(first, points)
            });
        }
    }
    silhouettes
}
