//! Vectorisation of existing line art, such as a generator's: ink becomes strokes along its centre
//! lines; grey and colour become white. For photos, which have no ink, see
//! [`Sketch`](super::Sketch).
//!
//! 1. Binarisation at 1024 px on the long side: ink is dark, or much darker than its surroundings.
//! 2. Areas filled with ink are reduced to their rims, so that they can be coloured.
//! 3. Thinning (Guo, Hall 1989), tracing, edge linking and curve fitting, as for the detail lines
//!    of a photo.

use std::collections::HashMap;

use kurbo::{Affine, BezPath};

use super::bezier_fit::FIT_TOLERANCE_PX;
use super::edge_linking::link_ends;
use super::field::Field;
use super::line_smoothing::smooth_line;
use super::morphology::hollow_fills;
use super::page_geometry::{frame_stroke, page_size};
use super::polyline::Polyline;
use super::ridge_tracing::trace_ridges;
use super::ridges::{RidgeMask, neighbour_offsets};
use crate::drawing::{Drawing, quantize_path};
use crate::photo::Photo;
use crate::resize::fit_long_edge;
use crate::style::Style;

/// Luma, 0 to 255, below which a pixel is ink.
const INK_LUMA: f32 = 90.0;

/// How much darker than its surroundings a lighter pixel has to be to count as ink: pencil and
/// anti-aliased hairlines.
const INK_CONTRAST: f32 = 40.0;

/// Sigma of the Gaussian that averages the surroundings, px.
const SURROUNDINGS_SIGMA_PX: f32 = 12.0;

/// Ink farther than this from white is a filled area, px: lines are at most 4 mm wide on A4.
const FILL_RADIUS_PX: usize = 8;

/// Width of the rim that is kept of a filled area, px.
const RIM_PX: usize = 5;

/// Shortest spur and shortest isolated line, points: thinning leaves shorter spurs where a line is
/// uneven.
const MIN_SPUR_POINTS: usize = 14;

/// Least ink around the middle of a dot or a short isolated line, px^2: less is a speck, more may
/// be an eye.
const MIN_DOT_INK_PX2: f32 = 20.0;

/// Distance up to which ink around a middle is counted, px.
const DOT_RADIUS_PX: usize = 5;

/// Largest gap between ends that are linked, px.
const MAX_LINK_GAP_PX: f32 = 3.0;

/// Traces the lines of `photo`, which shows line art. Line width, smoothing and frame are taken
/// from `style`; its detail and background have no effect.
pub fn trace_lines(photo: &Photo, style: &Style) -> Drawing {
    let (width, height) = fit_long_edge(photo.width(), photo.height(), Drawing::LONG_EDGE as u32);
    let ink = ink_mask(photo, width as usize, height as usize);
    let mut ridges = RidgeMask::threshold(&ink);
    ridges.thin();
    let mut lines = link_ends(prune_spurs_and_specks(trace_ridges(&ridges), &ink), MAX_LINK_GAP_PX);
    lines.extend(find_dots(&ridges, &ink));
    let (page_width, page_height) = page_size(photo.width(), photo.height());
    let to_page = Affine::scale_non_uniform(page_width / ink.width as f64, page_height / ink.height as f64);
    let line_width = style.line_width_units(page_width, page_height);
    let mut strokes: Vec<BezPath> = lines
        .iter()
        .map(|line| {
            // From pixel centres to pixel corners.
            let points: Polyline = line.iter().map(|p| p.map(|at| at + 0.5)).collect();
            quantize_path(
                &(to_page * smooth_line(&points, &[], None, None, style.smoothing()).fit_path(FIT_TOLERANCE_PX)),
            )
        })
        .collect();
    if style.frame {
        strokes.push(frame_stroke(page_width, page_height, line_width));
    }
    Drawing { width: page_width, height: page_height, line_width, strokes }
}

/// Ink coverage at `width * height` px: 1 on lines and on the rims of filled areas, else 0.
fn ink_mask(photo: &Photo, width: usize, height: usize) -> Field<1> {
    let colours = photo.resized(width, height);
    let mut luma = Field::<1>::new(width, height);
    for (luma, c) in luma.data.iter_mut().zip(&colours) {
        *luma = [0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]];
    }
    let surroundings = luma.gaussian_blurred(SURROUNDINGS_SIGMA_PX);
    let mut ink = luma;
    for (here, around) in ink.data.iter_mut().zip(&surroundings.data) {
        here[0] = f32::from(u8::from(here[0] < INK_LUMA || here[0] < around[0] - INK_CONTRAST));
    }
    hollow_fills(&ink, FILL_RADIUS_PX, RIM_PX)
}

/// Removes short spurs, and short isolated lines with little ink around them.
fn prune_spurs_and_specks(lines: Vec<Polyline>, ink: &Field<1>) -> Vec<Polyline> {
    let bits = |p: &[f32; 2]| [p[0].to_bits(), p[1].to_bits()];
    let mut degree = HashMap::new();
    for line in &lines {
        for end in [line.first(), line.last()].into_iter().flatten() {
            *degree.entry(bits(end)).or_insert(0) += 1;
        }
    }
    let is_loose = |end: Option<&[f32; 2]>| end.is_some_and(|end| degree.get(&bits(end)) == Some(&1));
    let is_kept = |line: &Polyline| match (is_loose(line.first()), is_loose(line.last())) {
        (false, false) => true,
        (true, true) => line.len() >= MIN_SPUR_POINTS || has_dot_ink(ink, line[line.len() / 2]),
        _ => line.len() >= MIN_SPUR_POINTS,
    };
    lines.into_iter().filter(is_kept).collect()
}

/// Single pixels, which round dots of ink are thinned to, as lines as short as they are wide.
fn find_dots(ridges: &RidgeMask, ink: &Field<1>) -> Vec<Polyline> {
    let offsets = neighbour_offsets(ridges.stride);
    let is_single = |&at: &usize| ridges.mask[at] == 1 && ridges.neighbours(at, &offsets) == [false; 8];
    let centre = |at: usize| [(at % ridges.stride) as f32 - 1.0, (at / ridges.stride) as f32 - 1.0];
    let centres = (0..ridges.mask.len()).filter(is_single).map(centre);
    centres.filter(|&at| has_dot_ink(ink, at)).map(|[x, y]| vec![[x - 0.5, y], [x + 0.5, y]]).collect()
}

/// Whether there is more ink around a point than a speck has.
fn has_dot_ink(ink: &Field<1>, [x, y]: [f32; 2]) -> bool {
    let (x, y) = (x as usize, y as usize);
    let rows = y.saturating_sub(DOT_RADIUS_PX)..(y + DOT_RADIUS_PX + 1).min(ink.height);
    let columns = x.saturating_sub(DOT_RADIUS_PX)..(x + DOT_RADIUS_PX + 1).min(ink.width);
    let around = rows.flat_map(|y| &ink.row(y)[columns.clone()]);
    around.map(|value| value[0]).sum::<f32>() >= MIN_DOT_INK_PX2
}

#[cfg(test)]
mod tests {
    use kurbo::{Rect, Shape};

    use super::*;

    /// Strokes of a picture of 400 x 400 px whose origin is in the middle.
    fn strokes_of(colour: impl Fn(i32, i32) -> [u8; 3]) -> Vec<BezPath> {
        let rgb = (0..400 * 400).flat_map(|i: i32| colour(i % 400 - 200, i / 400 - 200));
        trace_lines(&Photo::from_rgb(400, 400, rgb.collect()).unwrap(), &Style::default()).strokes
    }

    fn only_bounds(strokes: &[BezPath]) -> Rect {
        assert_eq!(strokes.len(), 1);
        strokes[0].bounding_box()
    }

    #[test]
    fn drawn_circle_is_one_stroke_along_its_middle() {
        // Two greys and a tinted ground, as generators leave them.
        let strokes = strokes_of(|x, y| {
            let r = f64::from(x * x + y * y).sqrt();
            if (r - 120.0).abs() < 2.5 {
                [40, 30, 35]
            } else if r < 120.0 {
                [235, 240, 228]
            } else {
                [250, 250, 250]
            }
        });
        let bounds = only_bounds(&strokes);
        let diameter = 240.0 / 400.0 * 1024.0;
        assert!((bounds.width() - diameter).abs() < 4.0 && (bounds.height() - diameter).abs() < 4.0, "{bounds:?}");
        assert!((bounds.center().x - 512.0).abs() < 3.0 && (bounds.center().y - 512.0).abs() < 3.0);
    }

    #[test]
    fn filled_area_keeps_only_its_rim() {
        let bounds = only_bounds(&strokes_of(|x, y| if x.abs() < 80 && y.abs() < 60 { [0; 3] } else { [255; 3] }));
        assert!((bounds.width() - 400.0).abs() < 14.0 && (bounds.height() - 300.0).abs() < 14.0, "{bounds:?}");
    }

    #[test]
    fn dot_of_ink_is_kept() {
        let bounds = only_bounds(&strokes_of(|x, y| if x * x + y * y < 8 { [0; 3] } else { [255; 3] }));
        assert!((bounds.center().x - 512.0).abs() < 4.0 && bounds.width() < 8.0, "{bounds:?}");
    }

    #[test]
    fn blank_picture_has_no_strokes() {
        assert!(strokes_of(|_, _| [255; 3]).is_empty());
        assert!(strokes_of(|_, _| [180, 190, 170]).is_empty());
    }

    #[test]
    fn specks_are_removed() {
        assert!(strokes_of(|x, y| if x % 50 == 0 && y % 50 == 0 { [0; 3] } else { [255; 3] }).is_empty());
    }
}
