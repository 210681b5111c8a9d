//! Detail lines at full resolution inside regions, such as eyes, mouths and seams: linked ridges of
//! the local energy, kept only where no outline runs and scored like arcs.

use super::bezier_fit::SmoothedLine;
use super::boundary_features::FeatureExtractor;
use super::edge_linking::link_ends;
use super::edge_tangent_flow::EdgeNormals;
use super::field::Field;
use super::line_smoothing::localisation_confidence;
use super::polyline::Polyline;
use super::ridge_tracing::trace_ridges;
use super::ridges::detect_ridges;
use super::strokes::{Role, Stroke};
use super::thresholds::LEVEL_COUNT;

/// Energy below which ridges are noise in any photo.
const MIN_RIDGE_ENERGY: f32 = 0.006;

/// Largest gap between ends that are linked, px.
const MAX_LINK_GAP_PX: f32 = 8.0;

/// Shortest detail line of any level, points.
const MIN_POINTS: usize = 14;

/// Distance that detail lines keep from outlines, px: a nearer one would double the outline.
pub(super) const CLEARANCE_PX: usize = 6;

/// Detail lines keep clear of outlines up to this level. Finer outlines are ragged, and a detail
/// line replaces them.
pub(super) const MAX_OUTLINE_LEVEL: u8 = 6;

/// Lowest level with detail lines: their loose ends are unwanted on simpler pages.
const MIN_LEVEL: u8 = 5;

/// Length at which a detail line loses ln(2) of its strength, points.
const HALF_LENGTH: f32 = 60.0;

/// Offset that moves the threshold of the standard preset to 0.
const STRENGTH_OFFSET: f32 = -1.0;

/// Decrease of the threshold as detail goes from 0 to 1.
const DETAIL_SLOPE: f32 = 8.0;

/// Share of the photo that is subject: below the first the outlines hold no subject, from the
/// second on they do.
const NO_SUBJECT_SHARE: f32 = 0.085;
const SUBJECT_SHARE: f32 = 0.1;

/// Texture density of a photo that is hardly covered with texture, and of one that is.
const PLAIN_TEXTURE_DENSITY: f32 = 0.22;
const COVERED_TEXTURE_DENSITY: f32 = 0.26;

/// How far the threshold is lowered where texture hides the subject, and the lowest threshold that
/// results.
const MAX_LENIENCY: f32 = 4.5;
const MIN_LENIENT_THRESHOLD: f32 = -4.5;

/// How much longer than others a line has to be that only the lenient threshold admits: marks on a
/// coat, not single hairs.
const LENIENT_LENGTH_FACTOR: f32 = 1.5;

/// How far the threshold of detail lines is lowered, 0 to 4.5. `subject_share` is 0 to 1.
///
/// Of fur that fills the picture only eyes and nose form closed outlines; the markings of the fur
/// then have to make the page. Bricks and grass have few lines that pass even the lowered
/// threshold.
pub(super) fn leniency(subject_share: f32, texture_density: f32) -> f32 {
    let missing = ((SUBJECT_SHARE - subject_share) / (SUBJECT_SHARE - NO_SUBJECT_SHARE)).clamp(0.0, 1.0);
    let covered = (texture_density - PLAIN_TEXTURE_DENSITY) / (COVERED_TEXTURE_DENSITY - PLAIN_TEXTURE_DENSITY);
    MAX_LENIENCY * missing * covered.clamp(0.0, 1.0)
}

/// All linked ridges, the candidates for detail lines, in px from the centre of the top left pixel.
pub(super) fn find_ridge_lines(energy: &Field<1>, normals: &EdgeNormals) -> Vec<Polyline> {
    link_ends(trace_ridges(&detect_ridges(energy, normals, MIN_RIDGE_ENERGY)), MAX_LINK_GAP_PX)
}

/// The parts of `ridge_lines` outside the mask `near_outlines` that are strong and long enough for
/// any level. `in_background` tells whether a point lies in the background.
pub(super) fn select_detail_lines(
    ridge_lines: &[Polyline],
    energy: &Field<1>,
    extractor: &FeatureExtractor,
    sharpness_offset: f32,
    leniency: f32,
    near_outlines: &[bool],
    in_background: impl Fn([f32; 2]) -> bool,
) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    for line in ridge_lines {
        let is_free = |p: &[f32; 2]| !near_outlines[p[1] as usize * energy.width + p[0] as usize];
        for part in line.chunk_by(|a, b| is_free(a) == is_free(b)) {
            if part.len() < MIN_POINTS || !is_free(&part[0]) {
                continue;
            }
            let length = part.len() as f32;
            let strength = extractor.score(&part.to_vec(), 1.0).strength(sharpness_offset)
                + libm::logf(length / (length + HALF_LENGTH))
                + STRENGTH_OFFSET;
            let level =
                (MIN_LEVEL..LEVEL_COUNT as u8).find(|&level| passes_threshold(level, strength, part.len(), leniency));
            if let Some(level) = level {
                // From pixel centres to pixel corners.
                let points: Polyline = part.iter().map(|p| p.map(|at| at + 0.5)).collect();
                let role = Role::of(in_background(points[points.len() / 2]));
                let confidence = localisation_confidence(energy, &points);
                strokes.push(Stroke { role, confidence, ..Stroke::unconnected(level, points) });
            }
        }
    }
    strokes
}

/// Whether a line of this strength and length, in points, is shown at `level`: the lower the level,
/// the stronger and longer it has to be.
fn passes_threshold(level: u8, strength: f32, length: usize, leniency: f32) -> bool {
    let rest = 1.0 - f32::from(level) / (LEVEL_COUNT - 1) as f32;
    let threshold = DETAIL_SLOPE * (rest - 0.5);
    let min_length = MIN_POINTS as f32 + 120.0 * rest * rest * rest;
    let passes = |threshold: f32, min_length: f32| strength >= threshold && length as f32 >= min_length;
    passes(threshold, min_length)
        || passes((threshold - leniency).max(MIN_LENIENT_THRESHOLD), LENIENT_LENGTH_FACTOR * min_length)
}

/// Mask of the pixels in a square of `distance` px around any point of `lines`.
pub(super) fn mask_near_lines<'a>(
    width: usize,
    height: usize,
    lines: impl Iterator<Item = &'a SmoothedLine>,
    distance: usize,
) -> Vec<bool> {
    let mut mask = vec![false; width * height];
    for point in lines.flat_map(|line| &line.points) {
        let (x, y) = (point.x as usize, point.y as usize);
        for row in y.saturating_sub(distance)..(y + distance + 1).min(height) {
            let from = row * width + x.saturating_sub(distance).min(width);
            let to = row * width + (x + distance + 1).min(width);
            mask[from..to].fill(true);
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leniency_needs_texture_and_no_subject() {
        assert_eq!(leniency(0.05, 0.3), MAX_LENIENCY);
        assert_eq!(leniency(0.2, 0.3), 0.0);
        assert_eq!(leniency(0.05, 0.15), 0.0);
    }

    #[test]
    fn lenient_threshold_admits_faint_long_lines() {
        assert!(passes_threshold(5, 0.0, 30, 0.0));
        assert!(!passes_threshold(5, -4.0, 50, 0.0));
        assert!(passes_threshold(5, -4.0, 50, MAX_LENIENCY));
    }

    #[test]
    fn lenient_threshold_rejects_short_or_very_faint_lines() {
        assert!(!passes_threshold(5, -4.0, 30, MAX_LENIENCY));
        assert!(!passes_threshold(10, -5.0, 50, MAX_LENIENCY));
    }

    #[test]
    fn mask_is_clipped_to_the_image() {
        let points = vec![kurbo::Point::new(0.0, 1.0), kurbo::Point::new(4.0, 3.0)];
        let line = SmoothedLine { points, corners: vec![0, 1], closed: false };
        let mask = mask_near_lines(5, 4, [line].iter(), 1);
        let rows: Vec<String> =
            mask.chunks(5).map(|row| row.iter().map(|&near| if near { '#' } else { '.' }).collect()).collect();
        assert_eq!(rows, ["##...", "##...", "##.##", "...##"]);
    }
}
