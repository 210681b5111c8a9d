//! Outlines: the arcs of the planar graph that some level of detail shows, as strokes.

use super::Analysis;
use super::background;
use super::boundary_features::FeatureExtractor;
use super::boundary_score::BoundaryScore;
use super::detail_levels;
use super::face_areas::FaceAreas;
use super::person_mask::PersonMask;
use super::photo_stats;
use super::planar_graph::{Arc, PlanarGraph};
use super::polyline::Polyline;
use super::region_appearance;
use super::saliency;
use super::strokes::{self, Stroke};
use super::thresholds;
use super::watershed::BASIN_SCALE;
use crate::parallel;

/// Number of arcs below which scoring them on several threads is slower.
const MIN_PARALLEL_ARCS: usize = 256;

/// Strokes of the outlines, the extractor that scored them, and for each basin whether it is
/// background.
pub(super) struct Outlines<'a> {
    pub strokes: Vec<Stroke>,
    pub extractor: FeatureExtractor<'a>,
    pub background: Vec<bool>,
    /// Share of the photo that outlines separate from the background, 0 to 1.
    pub subject_share: f32,
}

pub(super) fn find_outlines<'a>(
    analysis: &'a Analysis,
    faces: &FaceAreas,
    person: Option<&PersonMask>,
) -> Outlines<'a> {
    let Analysis { colours, energy, basins, graph, .. } = analysis;
    let extractor = analysis.feature_extractor();
    let scores = score_arcs(graph, &extractor, person);
    let mut areas = vec![0.0; basins.count];
    basins.labels.iter().for_each(|&basin| areas[basin as usize] += (BASIN_SCALE * BASIN_SCALE) as f32);
    let appearances = region_appearance::basin_appearances(basins, colours, energy);
    let sharpness_offset = photo_stats::sharpness_offset(analysis.sharpness);
    let (saliency, large_merge_strengths) =
        saliency::arc_saliency(graph, &scores, &areas, &appearances, sharpness_offset);
    let leniency = thresholds::leniency(analysis.texture_density);
    let thresholds = thresholds::level_thresholds(&large_merge_strengths, leniency);
    let in_face: Vec<bool> = graph.arcs.iter().map(|arc| faces.hold(&arc_in_working_px(arc))).collect();
    let levels = detail_levels::assign_levels(graph, &saliency, &areas, &in_face, &thresholds);
    let mut background = background::background_basins(basins, graph, &levels);
    // How much of the subject the outlines hold is a property of the outlines.
    let subject_share = background::subject_share(basins, &background);
    if let Some(person) = person {
        background = person.background_basins(basins);
    }
    let is_in_background = |arc: &Arc| background[arc.left as usize] && background[arc.right as usize];
    let mut arc_in_background: Vec<bool> = graph.arcs.iter().map(is_in_background).collect();
    if person.is_some() {
        background::mark_cut_spurs(graph, &levels, &mut arc_in_background);
    }
    let strokes = strokes::assemble_strokes(energy, graph, &levels, &arc_in_background, BASIN_SCALE as f32);
    Outlines { strokes, extractor, background, subject_share }
}

/// The points of an arc in px of the working size, from the centre of the top left pixel.
pub(super) fn arc_in_working_px(arc: &Arc) -> Polyline {
    // Arcs run along pixel corners.
    arc.points.iter().map(|p| p.map(|at| at * BASIN_SCALE as f32 - 0.5)).collect()
}

/// The score of every arc.
fn score_arcs(graph: &PlanarGraph, extractor: &FeatureExtractor, person: Option<&PersonMask>) -> Vec<BoundaryScore> {
    let mut scores = vec![BoundaryScore::default(); graph.arcs.len()];
    parallel::for_each_row_band_from(MIN_PARALLEL_ARCS, &mut scores, 1, |first, part| {
        for (score, arc) in part.iter_mut().zip(&graph.arcs[first..]) {
            let points = arc_in_working_px(arc);
            *score = extractor.score(&points, BASIN_SCALE as f32);
            if let Some(person) = person {
                score.mask_difference = person.difference_across(&points) * score.length;
            }
        }
    });
    scores
}
