//! Strokes of the features of a face, drawn from its landmarks.
//!
//! Each band of levels has a style of its own: what a wide pen can draw is a few round shapes, a
//! fine one adds lids, lips and the edges of the brows. A shape is drawn only if the pen leaves
//! white inside it.

use std::ops::RangeInclusive;

use super::coverage::{PointGrid, uncovered_parts};
use super::curve::{SPACING_PX, circle, disc, distance, is_inside, midpoint, parts, spline};
use super::polyline::Polyline;
use super::strokes::Stroke;
use super::thresholds::LEVEL_COUNT;
use crate::hints::{Brow, Circle, Eye, Face, Mouth};

/// Levels with the same style, the level of the preset among them, and the width of its pen, px of
/// the working size.
struct Band {
    first: u8,
    last: u8,
    preset_level: u8,
    pen_px: f32,
}

const BANDS: [Band; 4] = [
    Band { first: 0, last: 1, preset_level: 1, pen_px: 5.2 },
    Band { first: 2, last: 4, preset_level: 3, pen_px: 3.8 },
    Band { first: 5, last: 7, preset_level: 5, pen_px: 3.0 },
    Band { first: DETAILED_LEVEL, last: LEVEL_COUNT as u8 - 1, preset_level: 8, pen_px: 1.9 },
];

/// From this level on the folds above the lids and the sides of the nose are drawn.
const DETAILED_LEVEL: u8 = 8;

/// All lengths below are in widths of the pen.
///
/// The eye is an almond from this width on, else a dot.
const MIN_EYE_WIDTH: f32 = 4.0;
/// Smallest radius of an iris that is a ring with a pupil, else it is a disc; of a dot eye; and of
/// a pupil with a highlight.
const MIN_RING_RADIUS: f32 = 1.8;
const DOT_RADIUS: f32 = 0.35;
const MIN_HIGHLIGHT_RADIUS: f32 = 2.2;
/// Smallest height of a brow that is drawn with both edges.
const MIN_BROW_HEIGHT: f32 = 2.2;
/// Smallest gap between the lips of an open mouth, and thickness of lips that are outlined.
const MIN_MOUTH_GAP: f32 = 1.6;
const MIN_LIP_HEIGHT: f32 = 1.7;
/// Smallest width of an eye with a fold above its lid; of a closed eye with lashes; and height of a
/// closed eye with a fold.
const MIN_FOLD_EYE_WIDTH: f32 = 14.0;
const MIN_LASHES_EYE_WIDTH: f32 = 6.0;
const MIN_FOLD_HEIGHT: f32 = 2.0;

/// Distance of turns of a filled disc, px: the finest pen leaves no white between them.
const FILL_PITCH_PX: f32 = 1.2;

/// Length of lashes relative to the width of the eye.
const LASH_LENGTH: f32 = 0.16;

/// Radius of the pupil relative to the iris, and of the highlight relative to the pupil.
const PUPIL_RADIUS: f32 = 0.52;
const HIGHLIGHT_RADIUS: f32 = 0.42;

/// The outline of the face is drawn where no stroke runs within this share of its extent, in parts
/// of at least this share.
const OUTLINE_CLEARANCE: f32 = 0.06;
const MIN_OUTLINE_PART: f32 = 0.2;

/// Points of the oval from one ear over the chin to the other.
const JAW: RangeInclusive<usize> = 8..=28;

/// The strokes of a face on a page of `size` px with the strokes `others`.
pub(super) fn face_strokes(face: &Face, others: &[Stroke], size: [f32; 2]) -> Vec<Stroke> {
    let mut strokes: Vec<Stroke> = Vec::new();
    for band in &BANDS {
        let mut lines = Vec::new();
        for eye in &face.eyes {
            draw_eye(eye, band, &mut lines);
        }
        for brow in &face.brows {
            draw_brow(brow, band, &mut lines);
        }
        draw_nose(face, band, &mut lines);
        draw_mouth(&face.mouth, band, &mut lines);
        draw_outline(face, band, others, size, &mut lines);
        let on_page = |[x, y]: [f32; 2]| x >= 0.0 && y >= 0.0 && x <= size[0] && y <= size[1];
        for points in lines.iter().flat_map(|line| parts(line, 4, on_page)) {
            let same = strokes.iter_mut().find(|stroke| stroke.last_level + 1 == band.first && stroke.points == points);
            match same {
                Some(same) => same.last_level = band.last,
                None => strokes.push(Stroke { last_level: band.last, ..Stroke::unconnected(band.first, points) }),
            }
        }
    }
    strokes
}

fn draw_eye(eye: &Eye, band: &Band, lines: &mut Vec<Polyline>) {
    let (upper, lower) = (&eye.upper_lid, &eye.lower_lid);
    let width = distance(upper[0], upper[upper.len() - 1]);
    let Some(Circle { centre, radius }) = eye.iris else {
        return draw_closed_eye(eye, band, lines);
    };
    if width < MIN_EYE_WIDTH * band.pen_px {
        lines.push(disc(centre, radius.max(DOT_RADIUS * band.pen_px), FILL_PITCH_PX));
        return;
    }
    let outline: Polyline = [spline(upper, false), reversed(spline(lower, false))[1..].to_vec()].concat();
    let visible = |point: [f32; 2]| is_inside(&outline, point);
    if radius >= MIN_RING_RADIUS * band.pen_px {
        lines.extend(parts(&circle(centre, radius), 4, visible));
        let pupil_radius = PUPIL_RADIUS * radius;
        let highlight = [centre[0] - 0.3 * pupil_radius, centre[1] - 0.5 * pupil_radius];
        let highlight_radius = match pupil_radius >= MIN_HIGHLIGHT_RADIUS * band.pen_px {
            true => HIGHLIGHT_RADIUS * pupil_radius + 0.5 * band.pen_px,
            false => 0.0,
        };
        let pupil = disc(centre, pupil_radius - 0.5 * band.pen_px.min(pupil_radius), FILL_PITCH_PX);
        lines.extend(parts(&pupil, 2, |point| visible(point) && distance(point, highlight) >= highlight_radius));
    } else {
        let dot = disc(centre, (radius - 0.5 * band.pen_px).max(DOT_RADIUS * band.pen_px), FILL_PITCH_PX);
        lines.extend(parts(&dot, 2, visible));
    }
    if band.first >= DETAILED_LEVEL && width >= MIN_FOLD_EYE_WIDTH * band.pen_px {
        lines.push(fold(upper, lower));
    }
    lines.push(outline);
}

/// The line of the lashes, a few of them, and the fold of the lid where there is room.
fn draw_closed_eye(eye: &Eye, band: &Band, lines: &mut Vec<Polyline>) {
    let (fold, lashes) = (&eye.upper_lid, &eye.lower_lid);
    let last = lashes.len() - 1;
    let (width, height) = (distance(lashes[0], lashes[last]), distance(fold[last / 2], lashes[last / 2]));
    lines.push(spline(lashes, false));
    if height >= MIN_FOLD_HEIGHT * band.pen_px {
        lines.push(spline(&fold[2..last - 1], false));
    }
    if width >= MIN_LASHES_EYE_WIDTH * band.pen_px {
        for i in [1, 2, 4] {
            let away = [0, 1].map(|axis| {
                lashes[last / 2][axis] - fold[last / 2][axis] + 0.5 * (lashes[0][axis] - lashes[last / 2][axis])
            });
            let scale = LASH_LENGTH * width / distance([0.0; 2], away).max(1e-3);
            let tip = [0, 1].map(|axis| lashes[i][axis] + scale * away[axis]);
            lines.push(spline(&[lashes[i], tip], false));
        }
    }
}

/// The fold above the upper lid: the lid moved away from the lower one.
fn fold(upper: &[[f32; 2]], lower: &[[f32; 2]]) -> Polyline {
    let last = upper.len() - 1;
    let moved = (1..last).map(|i| {
        let [x, y] = upper[i];
        let away = [0, 1].map(|axis| upper[i][axis] - lower[i][axis]);
        [x + 0.4 * away[0], y + 0.4 * away[1]]
    });
    spline(&moved.collect::<Polyline>(), false)
}

fn draw_brow(brow: &Brow, band: &Band, lines: &mut Vec<Polyline>) {
    let (upper, lower) = (&brow.upper_edge, &brow.lower_edge);
    let middle = upper.len() / 2;
    if distance(upper[middle], lower[middle]) < MIN_BROW_HEIGHT * band.pen_px {
        let between: Polyline = upper.iter().zip(lower).map(|(&a, &b)| midpoint(a, b)).collect();
        lines.push(spline(&between, false));
    } else {
        let outline: Polyline = upper.iter().chain(lower.iter().rev()).copied().collect();
        lines.push(spline(&outline, true));
    }
}

fn draw_nose(face: &Face, band: &Band, lines: &mut Vec<Polyline>) {
    let base = &face.nose.base;
    // The wings are small shapes of their own.
    let inset = if band.first == 0 { 1 } else { 0 };
    lines.push(spline(&base[inset..base.len() - inset], false));
}

fn draw_mouth(mouth: &Mouth, band: &Band, lines: &mut Vec<Polyline>) {
    let (upper, lower) = (&mouth.upper_inner_edge, &mouth.lower_inner_edge);
    let middle = upper.len() / 2;
    let gap = distance(upper[middle], lower[middle]);
    let outer_height = distance(mouth.upper_outline[middle], mouth.lower_outline[middle]);
    let is_open = gap >= MIN_MOUTH_GAP * band.pen_px;
    if is_open {
        lines.push([spline(upper, false), reversed(spline(lower, false))[1..].to_vec()].concat());
    } else {
        let mut between: Polyline = upper.iter().zip(lower).map(|(&a, &b)| midpoint(a, b)).collect();
        let last = between.len() - 1;
        (between[0], between[last]) = (mouth.upper_outline[0], mouth.upper_outline[last]);
        lines.push(spline(&between, false));
    }
    if band.first >= BANDS[1].first && outer_height - gap >= 2.0 * MIN_LIP_HEIGHT * band.pen_px {
        let outline =
            [spline(&mouth.upper_outline, false), reversed(spline(&mouth.lower_outline, false))[1..].to_vec()];
        lines.push(outline.concat());
    }
}

/// The parts of the outline of the face that no other stroke draws.
fn draw_outline(face: &Face, band: &Band, others: &[Stroke], size: [f32; 2], lines: &mut Vec<Polyline>) {
    let extent = face.extent();
    let clearance = OUTLINE_CLEARANCE * extent;
    let shown = others.iter().filter(|stroke| stroke.is_shown_at(band.preset_level));
    let grid = PointGrid::new(shown.flat_map(|stroke| stroke.points.iter().copied()), size, clearance);
    let outline = match face.has_hairline {
        true => spline(&face.oval, true),
        false => spline(&face.oval[JAW], false),
    };
    lines.extend(uncovered_parts(&outline, &grid, (MIN_OUTLINE_PART * extent / SPACING_PX) as usize));
}

fn reversed(mut line: Polyline) -> Polyline {
    line.reverse();
    line
}
