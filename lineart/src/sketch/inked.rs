//! For a picture that is a line drawing already, such as a generator's: its ink becomes strokes, and what is grey or
//! coloured becomes white. A photo is what [`Sketch`](super::Sketch) is for: here it would lose all that has no line.
//!
//! 1. The picture at 1024 px on its long side; ink is what is dark, or much darker than around it.
//! 2. Of what is filled with ink only the rim is left, so that it can be coloured.
//! 3. Thinned after Guo and Hall (1989), traced, joined and fitted as the features of a photo are.

use std::collections::HashMap;

use kurbo::{Affine, BezPath};

use super::arcs::Chain;
use super::field::Field;
use super::ridges::{Ridges, around};
use super::smooth::smooth;
use super::{TOLERANCE, frame, join, page_size, scale, trace};
use crate::drawing::{Drawing, quantize_path};
use crate::photo::Photo;
use crate::style::Style;

/// Lightness from 0 to 255 below which all is ink.
const DARK: f32 = 90.0;

/// So much darker than its surroundings, a line is ink however pale: pencil and anti-aliased hairlines.
const DARKER: f32 = 40.0;

/// Surroundings reach about three times as far, px.
const SURROUNDINGS: f32 = 12.0;

/// Ink that reaches further than this from white is a filling, px: lines are at most 4 mm wide on A4.
const FILLED: usize = 8;

/// Of a filling, so much of its rim is kept, px.
const RIM: usize = 5;

/// A loose end shorter than this on a longer line is debris of thinning, px.
const SPUR: usize = 14;

/// A short line or a dot on its own with less ink around its middle is a speck, px^2; with more, it may be an eye.
const SPECK: f32 = 20.0;

/// Around its middle: as far as this, px.
const NEAR: usize = 5;

/// Ends this far apart may be joined, px.
const GAP: f32 = 3.0;

/// The lines of a picture that is drawn in lines, as wide and as even as the style says.
pub fn trace_lines(photo: &Photo, style: &Style) -> Drawing {
    let (width, height) = scale::fit(photo.width(), photo.height(), Drawing::LONG_EDGE as u32);
    let ink = ink(photo, width as usize, height as usize);
    let mut ridges = Ridges::of(&ink);
    ridges.thin();
    let mut lines = join::join(without_debris(trace::chains(&ridges), &ink), GAP);
    lines.extend(dots(&ridges, &ink));
    let (page_width, page_height) = page_size(photo);
    let to_page = Affine::scale_non_uniform(page_width / ink.width as f64, page_height / ink.height as f64);
    let line_width = style.line_width_units(page_width, page_height);
    let mut strokes: Vec<BezPath> = lines
        .iter()
        .map(|line| {
            // From centres of pixels to their corners.
            let chain: Chain = line.iter().map(|p| p.map(|at| at + 0.5)).collect();
            quantize_path(&(to_page * smooth(&chain, &[], None, None, style.smoothing()).path(TOLERANCE)))
        })
        .collect();
    if style.frame {
        strokes.push(frame(page_width, page_height, line_width));
    }
    Drawing { width: page_width, height: page_height, line_width, strokes }
}

/// 1 where there is a line or the rim of a filling, else 0.
fn ink(photo: &Photo, width: usize, height: usize) -> Field<1> {
    let colours = scale::resize(photo, width, height);
    let mut light = Field::<1>::new(width, height);
    for (light, c) in light.data.iter_mut().zip(&colours) {
        *light = [0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]];
    }
    let around = light.blurred(SURROUNDINGS);
    let mut ink = light;
    for (here, around) in ink.data.iter_mut().zip(&around.data) {
        here[0] = f32::from(u8::from(here[0] < DARK || here[0] < around[0] - DARKER));
    }
    hollow(&ink, FILLED, RIM)
}

/// `ink` without the inside of what reaches further than `filled` px from white, but for a rim of `rim` px.
pub(super) fn hollow(ink: &Field<1>, filled: usize, rim: usize) -> Field<1> {
    // Shrunk until lines are gone, and what is left grown again up to the rim.
    let cores = most(&least(ink, filled), filled - rim);
    let data = ink.data.iter().zip(&cores.data).map(|(here, core)| [here[0] - core[0]]).collect();
    Field { width: ink.width, height: ink.height, data }
}

/// The least value within `reach` px, to the sides and up and down.
pub(super) fn least(field: &Field<1>, reach: usize) -> Field<1> {
    extreme(field, reach, -1.0)
}

/// The greatest.
pub(super) fn most(field: &Field<1>, reach: usize) -> Field<1> {
    extreme(field, reach, 1.0)
}

/// The greatest for a sign of 1, the least for -1.
fn extreme(field: &Field<1>, reach: usize, sign: f32) -> Field<1> {
    let (width, height) = (field.width, field.height);
    let along = |from: &Field<1>, ends: &dyn Fn(usize, usize) -> [usize; 3]| {
        let mut out = Field::<1>::new(width, height);
        for y in 0..height {
            for x in 0..width {
                let [first, last, step] = ends(x, y);
                let all = (first..=last).step_by(step).map(|at| sign * from.data[at][0]);
                out.data[y * width + x][0] = sign * all.fold(f32::NEG_INFINITY, f32::max);
            }
        }
        out
    };
    let rows = along(field, &|x, y| [y * width + x.saturating_sub(reach), y * width + (x + reach).min(width - 1), 1]);
    along(&rows, &|x, y| [y.saturating_sub(reach) * width + x, (y + reach).min(height - 1) * width + x, width])
}

/// Chains without spurs, which thinning leaves where a line was uneven, and without specks.
fn without_debris(chains: Vec<Chain>, ink: &Field<1>) -> Vec<Chain> {
    let bits = |p: &[f32; 2]| [p[0].to_bits(), p[1].to_bits()];
    let mut meetings = HashMap::new();
    for chain in &chains {
        for end in [chain.first(), chain.last()].into_iter().flatten() {
            *meetings.entry(bits(end)).or_insert(0) += 1;
        }
    }
    let is_loose = |end: Option<&[f32; 2]>| end.is_some_and(|end| meetings.get(&bits(end)) == Some(&1));
    let is_debris = |chain: &Chain| match (is_loose(chain.first()), is_loose(chain.last())) {
        (false, false) => false,
        (true, true) => chain.len() < SPUR && mass(ink, chain[chain.len() / 2]) < SPECK,
        _ => chain.len() < SPUR,
    };
    chains.into_iter().filter(|chain| !is_debris(chain)).collect()
}

/// Pixels on their own, as a round dot of ink thins to: lines that are as short as they are wide.
fn dots(ridges: &Ridges, ink: &Field<1>) -> Vec<Chain> {
    let around = around(ridges.stride);
    let alone = (0..ridges.mask.len()).filter(|&at| ridges.mask[at] == 1 && ridges.ring(at, &around) == [false; 8]);
    let point = |at: usize| [(at % ridges.stride) as f32 - 1.0, (at / ridges.stride) as f32 - 1.0];
    let dots = alone.map(point).filter(|&point| mass(ink, point) >= SPECK);
    dots.map(|[x, y]| vec![[x - 0.5, y], [x + 0.5, y]]).collect()
}

/// How much ink there is around a point.
fn mass(ink: &Field<1>, [x, y]: [f32; 2]) -> f32 {
    let (x, y) = (x as usize, y as usize);
    let rows = y.saturating_sub(NEAR)..(y + NEAR + 1).min(ink.height);
    rows.flat_map(|y| &ink.row(y)[x.saturating_sub(NEAR)..(x + NEAR + 1).min(ink.width)]).map(|value| value[0]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kurbo::Shape;

    fn picture(of: impl Fn(i32, i32) -> [u8; 3]) -> Photo {
        let rgb = (0..400 * 400).flat_map(|i: i32| of(i % 400 - 200, i / 400 - 200));
        Photo::from_rgb(400, 400, rgb.collect()).unwrap()
    }

    #[test]
    fn a_circle_is_one_closed_stroke_in_its_middle() {
        // Two grey levels and a coloured ground, as a generator leaves them.
        let photo = picture(|x, y| {
            let r = f64::from(x * x + y * y).sqrt();
            if (r - 120.0).abs() < 2.5 {
                [40, 30, 35]
            } else if r < 120.0 {
                [235, 240, 228]
            } else {
                [250, 250, 250]
            }
        });
        let drawing = trace_lines(&photo, &Style::default());
        assert_eq!(drawing.strokes.len(), 1);
        let bounds = drawing.strokes[0].bounding_box();
        let across = 240.0 / 400.0 * 1024.0;
        assert!((bounds.width() - across).abs() < 4.0 && (bounds.height() - across).abs() < 4.0, "{bounds:?}");
        assert!((bounds.center().x - 512.0).abs() < 3.0 && (bounds.center().y - 512.0).abs() < 3.0);
    }

    #[test]
    fn what_is_filled_keeps_its_rim_alone() {
        let photo = picture(|x, y| if x.abs() < 80 && y.abs() < 60 { [0; 3] } else { [255; 3] });
        let drawing = trace_lines(&photo, &Style::default());
        assert_eq!(drawing.strokes.len(), 1);
        let bounds = drawing.strokes[0].bounding_box();
        assert!((bounds.width() - 400.0).abs() < 14.0 && (bounds.height() - 300.0).abs() < 14.0, "{bounds:?}");
    }

    #[test]
    fn a_dot_is_an_eye_and_stays() {
        let photo = picture(|x, y| if x * x + y * y < 8 { [0; 3] } else { [255; 3] });
        let drawing = trace_lines(&photo, &Style::default());
        assert_eq!(drawing.strokes.len(), 1);
        let bounds = drawing.strokes[0].bounding_box();
        assert!((bounds.center().x - 512.0).abs() < 4.0 && bounds.width() < 8.0, "{bounds:?}");
    }

    #[test]
    fn a_blank_picture_and_specks_are_an_empty_page() {
        let specks = |x: i32, y: i32| if x % 50 == 0 && y % 50 == 0 { [0; 3] } else { [255; 3] };
        for photo in [picture(|_, _| [255; 3]), picture(|_, _| [180, 190, 170]), picture(specks)] {
            assert!(trace_lines(&photo, &Style::default()).strokes.is_empty());
        }
    }
}
