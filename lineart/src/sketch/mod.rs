//! The recipe, from a photo to strokes that each know how strong they are.

mod curve;
mod field;
mod flow;
mod join;
mod lines;
mod ridges;
pub(crate) mod scale;
mod strength;
mod trace;

use kurbo::{Affine, BezPath};

use crate::drawing::{Drawing, on_tenths};
use crate::paper::Paper;
use crate::photo::Photo;
use crate::style::Style;
use field::Field;
use strength::Judge;

/// Responses below this are noise in any photo.
const FAINTEST: f32 = 0.006;

/// Ends this far apart may be joined, px.
const GAP: f32 = 8.0;

/// What is shorter is debris at any detail, px.
const SHORTEST: usize = 12;

/// How far a curve may run beside its points, px: an eighth of a millimetre on A4.
const TOLERANCE: f64 = 0.6;

/// Everything a photo needs once, whatever the style: all strokes that any detail may show.
#[derive(Clone, Debug)]
pub struct Sketch {
    width: f64,
    height: f64,
    strokes: Vec<Stroke>,
}

#[derive(Clone, Debug)]
struct Stroke {
    strength: f32,
    /// Page units.
    length: f32,
    path: BezPath,
}

impl Sketch {
    /// Finds all strokes.
    pub fn new(photo: &Photo) -> Sketch {
        let (width, height) = scale::fit(photo.width(), photo.height(), Drawing::LONG_EDGE as u32);
        let colours = opponent(photo, width as usize, height as usize);
        let flow = flow::flow(&colours);
        let smooth = flow::smooth_along(&colours, &flow, &[1.0, 2.0, 4.0]);
        let energy = lines::energy(&smooth, &flow);
        let ridges = ridges::ridges(&energy, &flow, FAINTEST);
        let chains = join::join(trace::chains(&ridges), GAP);
        let judge = Judge::new(&energy, &smooth);
        let strokes = chains
            .iter()
            .filter(|chain| chain.len() >= SHORTEST)
            .map(|chain| (chain, judge.strength(chain)))
            .filter(|&(_, strength)| strength >= threshold(1.0))
            .map(|(chain, strength)| Stroke {
                strength,
                length: chain.len() as f32,
                path: on_tenths(&(Affine::translate((0.5, 0.5)) * curve::fit(chain, TOLERANCE))),
            })
            .collect();
        let long = Drawing::LONG_EDGE / f64::from(photo.width().max(photo.height()));
        let side = |pixels: u32| (f64::from(pixels) * long * 100.0).round().max(100.0) / 100.0;
        Sketch {
            width: side(photo.width()),
            height: side(photo.height()),
            strokes,
        }
    }

    /// The page in one style; takes the strokes that are strong enough.
    pub fn draw(&self, style: &Style) -> Drawing {
        let (weakest, shortest) = (threshold(style.detail()), shortest(style.detail()));
        let mm_per_unit = Paper::A4.mm_per_unit(self.width, self.height);
        let line = f64::from(style.line_mm()) / mm_per_unit;
        Drawing {
            width: self.width,
            height: self.height,
            line_width: (line * 100.0).round() / 100.0,
            strokes: self
                .strokes
                .iter()
                .filter(|stroke| stroke.strength >= weakest && stroke.length >= shortest)
                .map(|stroke| stroke.path.clone())
                .collect(),
        }
    }
}

/// The strength a stroke needs at `detail`; falls as detail rises.
fn threshold(detail: f32) -> f32 {
    1.45 + 9.0 * (0.5 - detail)
}

/// The length a stroke needs at `detail`, page units; falls as detail rises.
fn shortest(detail: f32) -> f32 {
    let rest = 1.0 - detail;
    SHORTEST as f32 + 120.0 * rest * rest * rest
}

/// Lightness, red-green and yellow-blue of the gamma-coded channels, which are nearly even to the eye.
fn opponent(photo: &Photo, width: usize, height: usize) -> Field<4> {
    let mut data = scale::resize(photo, width, height);
    for colour in &mut data {
        let [r, g, b, _] = *colour;
        *colour = [
            (0.299 * r + 0.587 * g + 0.114 * b) / 255.0,
            0.5 * (r - g) / 255.0,
            0.25 * (r + g - 2.0 * b) / 255.0,
            0.0,
        ];
    }
    Field {
        width,
        height,
        data,
    }
}
