//! The recipe, from a photo to strokes that each know the least detail that shows them.
//!
//! 1. [`scale`]: the photo at 1024 px on its long side by area average, in 8 bits; roots of the channels, so that creases in the
//!    shade count, then lightness, red-green and yellow-blue, each about 0 to 1 or -0.5 to 0.5.
//! 2. [`flow`]: edge tangent flow from the structure tensor of all channels (Kang, Lee, Chui 2007; Kyprianidis, Kang
//!    2011), sigma 3 px; the photo averaged along it over 14 px, which evens out fur and grain.
//! 3. [`lines`]: local energy across the flow (Morrone, Owens 1987), 0 to about 0.5: crests on lines and on edges.
//! 4. [`basins`], [`arcs`]: the energy at half size flooded from its minima (Vincent, Soille 1991). The lines between
//!    2,000 to 10,000 basins are a planar graph that holds every outline and crease, closed from the start.
//! 5. [`evidence`]: what speaks for an arc: its energy above its surroundings, the contrast of colour 14 and 26 px to
//!    either side (the half-disc gradients of Martin, Fowlkes, Malik 2004), and how much darker than both sides it is.
//!    Texture has energy and neither of the others.
//! 6. [`merge`]: a hierarchy of regions (Arbelaez, Maire, Fowlkes, Malik 2011) whose boundaries pool the evidence of
//!    their arcs: closed outlines with a strength, about log odds, -10 to 5. [`strings`] does the same along lines that
//!    go straight on: creases, lashes, smiles, which end anywhere.
//! 7. [`bars`]: what a detail of 0 to 1, in tenths, asks for: from 4 to -4, less on faint photos, more on crowded ones.
//! 8. [`levels`]: arcs that pass a bar appear with it; loose ends are led on to the next line over the cheapest arcs
//!    (Dijkstra 1959), spurs below 36 px and faces below 60 px^2 of white left out.
//! 9. [`features`]: from a detail of 0.6 on, what the half size is too coarse for, such as the eyes of a small face: crests
//!    of the energy at full size ([`ridges`], thinned after Guo, Hall 1989, [`trace`], [`join`]) where no outline runs
//!    within 6 px, weighed by [`strength`].
//! 10. [`strokes`], [`curve`]: arcs strung together, smoothed, and fitted with cubics (Schneider 1990) within 0.6 px; a
//!     point where strokes meet belongs to all of them.

mod arcs;
mod bands;
mod bars;
mod basins;
mod curve;
mod evidence;
mod features;
mod field;
mod flow;
mod inked;
mod join;
mod levels;
mod lines;
mod merge;
mod order;
mod ridges;
pub(crate) mod scale;
mod strength;
mod strings;
mod strokes;
mod trace;
mod worth;

pub use inked::trace_lines;
use kurbo::{Affine, BezPath};

use crate::drawing::{Drawing, on_tenths};
use crate::photo::Photo;
use crate::style::Style;
use arcs::{Arc, Arcs, Chain};
use evidence::{Evidence, Witness};
use field::{Field, Lanes};
use levels::LEVELS;

/// How far a curve may run beside its points, px: an eighth of a millimetre on A4.
const TOLERANCE: f64 = 0.6;

/// The photo is flooded at half the working size.
const HALF: usize = 2;

/// Everything a photo needs once, whatever the style: all strokes that any detail may show.
#[derive(Clone, Debug)]
pub struct Sketch {
    width: f64,
    height: f64,
    strokes: Vec<Stroke>,
}

#[derive(Clone, Debug)]
struct Stroke {
    /// The least detail that shows it, in tenths.
    level: u8,
    path: BezPath,
}

impl Sketch {
    /// Finds all strokes.
    pub fn new(photo: &Photo) -> Sketch {
        // In whole steps of 8 bits, so that whoever has only the working copy draws the same.
        let reduced = scale::down_to(photo, Photo::WORKING_EDGE);
        let photo = reduced.as_ref().unwrap_or(photo);
        let colours = opponent(photo);
        let flow = flow::flow(&colours);
        let smooth = flow::smooth_along(&colours, &flow, &[1.0, 2.0, 4.0]);
        let energy = lines::energy(&smooth, &flow);
        let basins = basins::basins(&energy.reduced(HALF));
        let arcs = arcs::arcs(&basins);
        let evidence = weigh(&arcs, &Witness::new(&energy, &smooth));
        let mut areas = vec![0.0; basins.count];
        basins.label.iter().for_each(|&basin| areas[basin as usize] += (HALF * HALF) as f32);
        let crispness = worth::crispness(&energy);
        let (worth, large) = worth::worth(&arcs, &evidence, &areas, crispness);
        let levels = levels::levels(&arcs, &worth, &areas, &bars::bars(&large, bars::ease(&energy, crispness)));
        let (width, height) = page_size(photo);
        // The shape of the working size is the page's but for rounding.
        let to_page = Affine::scale_non_uniform(width / energy.width as f64, height / energy.height as f64);
        let mut lines = strokes::strokes(&arcs, &levels, HALF as f32);
        lines.extend(features::features(&energy, &smooth, &flow, &lines));
        let strokes = lines
            .into_iter()
            .map(|(level, outline)| Stroke { level, path: on_tenths(&(to_page * outline.path(TOLERANCE))) })
            .collect();
        Sketch { width, height, strokes }
    }

    /// The page in one style. What a page of less detail shows, a page of more detail shows too.
    pub fn draw(&self, style: &Style) -> Drawing {
        let level = (style.detail() * (LEVELS - 1) as f32 + 0.01) as u8;
        Drawing {
            width: self.width,
            height: self.height,
            line_width: style.line_units(self.width, self.height),
            strokes: self
                .strokes
                .iter()
                .filter(|stroke| stroke.level <= level)
                .map(|stroke| stroke.path.clone())
                .collect(),
        }
    }
}

/// Page units across and down: the photo's shape with [`Drawing::LONG_EDGE`] on the longer side.
fn page_size(photo: &Photo) -> (f64, f64) {
    let long = Drawing::LONG_EDGE / f64::from(photo.width().max(photo.height()));
    let side = |pixels: u32| (f64::from(pixels) * long * 100.0).round().max(100.0) / 100.0;
    (side(photo.width()), side(photo.height()))
}

/// Evidence along every arc.
fn weigh(arcs: &Arcs, witness: &Witness) -> Vec<Evidence> {
    let mut points = Chain::new();
    let along = |arc: &Arc| {
        points.clear();
        // From corners of pixels to distances from the centre of the first.
        points.extend(arc.points.iter().map(|p| p.map(|at| at * HALF as f32 - 0.5)));
        witness.along(&points, HALF as f32)
    };
    arcs.arcs.iter().map(along).collect()
}

/// Added to every channel before its root is taken: keeps the noise of black small.
const SHADE: f32 = 0.03;

/// The photo at working size: lightness, red-green and yellow-blue of the roots of the gamma-coded channels, which
/// lifts what lies in the shade.
fn opponent(photo: &Photo) -> Field<4> {
    let (width, height) = scale::fit(photo.width(), photo.height(), Photo::WORKING_EDGE);
    let mut colours = Field::new(width as usize, height as usize);
    colours.data = scale::resize(photo, colours.width, colours.height);
    for colour in &mut colours.data {
        let [r, g, b, _] = (Lanes::new(*colour) / 255.0 + SHADE).sqrt().to_array();
        *colour = [0.299 * r + 0.587 * g + 0.114 * b, 0.5 * (r - g), 0.25 * (r + g - 2.0 * b), 0.0];
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
