//! Saliency of arcs: the strength of each arc as part of a closed boundary, as part of an open
//! contour, and alone.
//!
//! Strengths are about log odds; 0 is the threshold of the standard preset.

use super::boundary_score::BoundaryScore;
use super::open_contours;
use super::planar_graph::PlanarGraph;
use super::region_appearance::RegionAppearance;
use super::region_merging::{self, Boundary};

/// Effective area at which a region loses ln(2) times the weight, px^2, and the weight: boundaries
/// of regions too small to colour dissolve first.
const HALF_AREA_PX2: f32 = 500.0;
const SMALL_AREA_WEIGHT: f32 = 2.0;

/// Effective area above which a region is larger than a brick, px^2, and what each e-fold above
/// adds to the strength.
const SPACIOUS_AREA_PX2: f32 = 4000.0;
const SPACIOUS_AREA_WEIGHT: f32 = 0.6;

/// Offsets that move the threshold of the standard preset to 0: of closed boundaries, and of open
/// contours.
const CLOSED_OFFSET: f32 = -1.7;
const OPEN_OFFSET: f32 = -1.0;

/// Length at which an open contour loses ln(2), px.
const HALF_LENGTH_PX: f32 = 60.0;

/// Length and strengths of an arc.
#[derive(Clone, Copy)]
pub(super) struct ArcSaliency {
    /// px.
    pub length: f32,
    /// Strength of the closed boundary that the arc is part of.
    pub closed: f32,
    /// Strength of the open contour that the arc is part of.
    pub open: f32,
    /// Strength of the arc alone.
    pub own: f32,
}

/// The saliency of every arc, and the strengths of the mergers of two regions large enough to
/// colour, strongest first.
///
/// `scores` holds one score for each arc; `areas`, px^2, and `appearances` hold one entry for each
/// basin.
pub(super) fn arc_saliency(
    graph: &PlanarGraph,
    scores: &[BoundaryScore],
    areas: &[f32],
    appearances: &[RegionAppearance],
    sharpness_offset: f32,
) -> (Vec<ArcSaliency>, Vec<f32>) {
    let contours = open_contours::group_arcs(graph, scores);
    let mut pooled = vec![BoundaryScore::default(); contours.count];
    for (own, &contour) in scores.iter().zip(&contours.contour_of) {
        pooled[contour as usize].add_unoriented(own);
    }
    let regions = graph.arcs.iter().map(|arc| [arc.left, arc.right]);
    let boundaries = regions.zip(scores).map(|(regions, own)| Boundary::new(regions, *own)).collect();
    let hierarchy = region_merging::build_hierarchy(areas, appearances, boundaries, |score, bonus, area| {
        score.strength(sharpness_offset)
            + bonus
            + CLOSED_OFFSET
            + SMALL_AREA_WEIGHT * libm::logf(area / (area + HALF_AREA_PX2))
            + SPACIOUS_AREA_WEIGHT * libm::logf((area / SPACIOUS_AREA_PX2).max(1.0))
    });
    let saliency = |i: usize| {
        let contour = &pooled[contours.contour_of[i] as usize];
        let length_penalty = libm::logf(contour.length / (contour.length + HALF_LENGTH_PX));
        ArcSaliency {
            length: scores[i].length,
            closed: hierarchy.strengths[i],
            open: contour.strength(sharpness_offset) + OPEN_OFFSET + length_penalty,
            own: scores[i].strength(sharpness_offset) + OPEN_OFFSET,
        }
    };
    ((0..scores.len()).map(saliency).collect(), hierarchy.large_merge_strengths)
}
