//! The recipe, from a photo to strokes that each know how strong they are.

mod curve;
mod doubles;
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
use trace::Chain;

/// Responses below this are noise in any photo.
const FAINTEST: f32 = 0.006;

/// Ends this far apart may be joined, px.
const GAP: f32 = 12.0;

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
        let colours = opponent(photo);
        let flow = flow::flow(&colours);
        let smooth = flow::smooth_along(&colours, &flow, &[1.0, 2.0, 4.0]);
        let energy = lines::energy(&smooth, &flow);
        let ridges = ridges::ridges(&energy, &flow, FAINTEST);
        let mut chains = join::join(trace::chains(&ridges), GAP);
        chains.retain(|chain| chain.len() >= SHORTEST);
        let judge = Judge::new(&energy, &smooth, &chains);
        let strengths: Vec<f32> = chains.iter().map(|chain| judge.strength(chain)).collect();
        let strokes = finish(chains, strengths, energy.width, energy.height);
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

/// Drops what no detail shows and doubles, closes what is nearly closed, and fits the curves.
fn finish(chains: Vec<Chain>, strengths: Vec<f32>, width: usize, height: usize) -> Vec<Stroke> {
    let mut kept: Vec<(Chain, f32)> = chains
        .into_iter()
        .zip(strengths)
        .filter(|&(_, strength)| strength >= threshold(1.0))
        .collect();
    let doubles = doubles::doubles(&kept, width, height);
    let mut double = doubles.iter();
    kept.retain(|_| !double.next().is_some_and(|&double| double));
    let (mut chains, strengths): (Vec<Chain>, Vec<f32>) = kept.into_iter().unzip();
    join::reach_out(&mut chains, width, height, GAP as usize);
    chains
        .iter()
        .zip(strengths)
        .map(|(chain, strength)| Stroke {
            strength,
            length: chain.len() as f32,
            path: on_tenths(&(Affine::translate((0.5, 0.5)) * curve::fit(chain, TOLERANCE))),
        })
        .collect()
}

/// The strength a stroke needs at `detail`; falls as detail rises.
fn threshold(detail: f32) -> f32 {
    8.0 * (0.5 - detail)
}

/// The length a stroke needs at `detail`, page units; falls as detail rises.
fn shortest(detail: f32) -> f32 {
    let rest = 1.0 - detail;
    SHORTEST as f32 + 120.0 * rest * rest * rest
}

/// The photo at working size: lightness, red-green and yellow-blue of the gamma-coded channels, which are
/// nearly even to the eye.
fn opponent(photo: &Photo) -> Field<4> {
    let (width, height) = scale::fit(photo.width(), photo.height(), Drawing::LONG_EDGE as u32);
    let mut colours = Field::new(width as usize, height as usize);
    colours.data = scale::resize(photo, colours.width, colours.height);
    for colour in &mut colours.data {
        let [r, g, b, _] = *colour;
        *colour = [
            (0.299 * r + 0.587 * g + 0.114 * b) / 255.0,
            0.5 * (r - g) / 255.0,
            0.25 * (r + g - 2.0 * b) / 255.0,
            0.0,
        ];
    }
    colours
}
