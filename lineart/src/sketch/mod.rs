//! The recipe, from a photo to strokes that each know how strong they are.

mod curve;
mod field;
mod flow;
mod join;
mod lines;
mod ridges;
pub(crate) mod scale;
mod trace;

use kurbo::{Affine, BezPath};

use crate::drawing::{Drawing, on_tenths};
use crate::paper::Paper;
use crate::photo::Photo;
use crate::style::Style;
use field::Field;

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
        let strength = lines::inhibited(&energy, 1.0, 24.0);
        let ridges = ridges::ridges(&energy, &strength, &flow, 0.006);
        let chains = join::join(trace::chains(&ridges), 10.0);
        let strokes = chains
            .iter()
            .filter(|chain| chain.len() >= 16)
            .map(|chain| Stroke {
                strength: weigh(chain, &strength),
                path: on_tenths(&(Affine::translate((0.5, 0.5)) * curve::fit(chain, 0.6))),
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
        let detail = style.detail();
        let rest = 1.0 - detail;
        let threshold = 0.006 + 0.1 * rest * rest;
        let mm_per_unit = Paper::A4.mm_per_unit(self.width, self.height);
        let line = f64::from(style.line_mm()) / mm_per_unit;
        Drawing {
            width: self.width,
            height: self.height,
            line_width: (line * 100.0).round() / 100.0,
            strokes: self
                .strokes
                .iter()
                .filter(|stroke| stroke.strength >= threshold)
                .map(|stroke| stroke.path.clone())
                .collect(),
        }
    }
}

/// Mean response, less for short strokes.
fn weigh(chain: &trace::Chain, strength: &Field<1>) -> f32 {
    let sum: f32 = chain.iter().map(|p| strength.sample(p[0], p[1])[0]).sum();
    let length = chain.len() as f32;
    sum / length * (length / (length + 60.0))
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
