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

/// How much weaker the strokes may be on a page that would stay nearly empty.
const LENIENCE: f32 = 1.8;

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
        let long = Drawing::LONG_EDGE / f64::from(photo.width().max(photo.height()));
        let side = |pixels: u32| (f64::from(pixels) * long * 100.0).round().max(100.0) / 100.0;
        let (width, height) = (side(photo.width()), side(photo.height()));
        // Points are pixel centres of the working size, whose shape is the page's but for rounding.
        let to_page = Affine::scale_non_uniform(width / energy.width as f64, height / energy.height as f64)
            * Affine::translate((0.5, 0.5));
        Sketch { width, height, strokes: finish(chains, strengths, (energy.width, energy.height), to_page) }
    }

    /// The page in one style; takes the strokes that are strong and long enough. What a page of less detail
    /// shows, a page of more detail shows too.
    pub fn draw(&self, style: &Style) -> Drawing {
        let (weakest, shortest) = (self.weakest(style.detail()), shortest(style.detail()));
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

    /// The strength a stroke needs. A page that would stay nearly empty takes somewhat weaker strokes, until there
    /// is enough to colour.
    fn weakest(&self, detail: f32) -> f32 {
        let enough = 2500.0 + 3500.0 * detail;
        let mut strokes: Vec<(f32, f32)> = self.strokes.iter().map(|s| (s.strength, s.length)).collect();
        strokes.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut drawn = 0.0;
        let last = strokes.iter().find(|stroke| {
            drawn += stroke.1;
            drawn >= enough
        });
        let usual = threshold(detail);
        last.map_or(f32::MIN, |stroke| stroke.0).clamp(usual - LENIENCE, usual)
    }
}

/// Drops what no detail shows and doubles, closes what is nearly closed, and fits the curves.
fn finish(chains: Vec<Chain>, strengths: Vec<f32>, (width, height): (usize, usize), to_page: Affine) -> Vec<Stroke> {
    let mut kept: Vec<(Chain, f32)> =
        chains.into_iter().zip(strengths).filter(|&(_, strength)| strength >= threshold(1.0)).collect();
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
            path: on_tenths(&(to_page * curve::fit(chain, TOLERANCE))),
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
        *colour =
            [(0.299 * r + 0.587 * g + 0.114 * b) / 255.0, 0.5 * (r - g) / 255.0, 0.25 * (r + g - 2.0 * b) / 255.0, 0.0];
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::*;
    use kurbo::Shape;

    #[test]
    fn a_blank_photo_is_an_empty_page() {
        for grey in [0, 128, 255] {
            let photo = Photo::from_rgb(30, 20, vec![grey; 1800]).unwrap();
            let drawing = Sketch::new(&photo).draw(&Style::default());
            assert_eq!((drawing.width, drawing.height), (1024.0, 682.67));
            assert!(drawing.strokes.is_empty());
        }
    }

    #[test]
    fn a_ball_is_one_closed_line_in_every_preset() {
        let rgb = (0..300 * 300).flat_map(|i: i32| {
            let (x, y) = (i % 300 - 150, i / 300 - 150);
            if x * x + y * y < 100 * 100 { [200, 60, 40] } else { [220, 230, 240] }
        });
        let sketch = Sketch::new(&Photo::from_rgb(300, 300, rgb.collect()).unwrap());
        for preset in crate::Preset::ALL {
            let drawing = sketch.draw(&Style::of(preset));
            assert_eq!(drawing.strokes.len(), 1, "{preset}");
            let bounds = drawing.strokes[0].bounding_box();
            let across = 200.0 / 300.0 * 1024.0;
            assert!((bounds.width() - across).abs() < 6.0 && (bounds.height() - across).abs() < 6.0);
        }
    }

    #[test]
    fn lines_are_as_wide_on_paper_as_asked() {
        let photo = Photo::from_rgb(20, 30, vec![9; 1800]).unwrap();
        let style = Style { line_mm: Some(1.0), ..Style::default() };
        let drawing = Sketch::new(&photo).draw(&style);
        // 273 mm high would be 182 mm wide, which fits into the 186 mm between the margins.
        assert!((drawing.line_width - 1024.0 / 273.0).abs() < 0.01);
    }
}
