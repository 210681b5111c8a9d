//! The recipe, from a photo to strokes that each know the least detail that shows them.
//!
//! 1. [`scale`]: the photo at 1024 px on its long side by area average, in 8 bits; roots of the channels, so that creases in the
//!    shade count, then lightness, red-green and yellow-blue, each about 0 to 1 or -0.5 to 0.5.
//! 2. [`flow`]: edge tangent flow from the structure tensor of all channels (Kang, Lee, Chui 2007; Kyprianidis, Kang
//!    2011), sigma 3 px; the photo averaged along it over 14 px, which evens out fur and grain.
//! 3. [`lines`]: local energy across the flow (Morrone, Owens 1987), 0 to about 0.5: crests on lines and on edges; once
//!    more at a quarter of the size, where edges 7 to 16 px soft crest.
//! 4. [`basins`], [`arcs`]: the energy at half size flooded from its minima (Vincent, Soille 1991). The lines between
//!    2,000 to 10,000 basins are a planar graph that holds every outline and crease, closed from the start.
//! 5. [`witness`]: 41 measures of an arc: its profile out to 22 px, the contrast of light and of colour 7, 14 and 26 px to
//!    either side (the half-disc gradients of Martin, Fowlkes, Malik 2004), how much darker than both sides it is, how
//!    steady, the energy and direction of the texture within 10, 24 and 60 px, and its profile at a quarter of the size,
//!    out to 36 px. [`judge`]: a small network makes log odds of them, -8 to 8, learned from drawn scenes whose outlines
//!    are known (`training/`). [`evidence`] pools the odds of a line's parts with what only the whole shows: contrast
//!    that keeps its sign.
//! 6. [`merge`]: a hierarchy of regions (Arbelaez, Maire, Fowlkes, Malik 2011) whose boundaries pool the evidence of
//!    their arcs, and count for more between regions that are unlike as a whole ([`look`]: mean colour and energy):
//!    closed outlines with a strength, about log odds, -10 to 5. [`strings`] does the same along lines that
//!    go straight on: creases, lashes, smiles, which end anywhere.
//! 7. [`bars`]: what a detail of 0 to 1, in tenths, asks for: from 4 to -4, less on faint and on rich photos, more on
//!    crowded ones.
//! 8. [`levels`]: arcs that pass a bar appear with it; loose ends are led on to the next line over the cheapest arcs
//!    (Dijkstra 1959), spurs below 36 px and faces below 60 px^2 of white left out.
//! 9. [`features`]: from a detail of 0.5 on, what the half size is too coarse for, such as the eyes of a small face: crests
//!    of the energy at full size ([`ridges`], thinned after Guo, Hall 1989, [`trace`], [`join`]) where no outline runs
//!    within 6 px, judged like arcs; weaker but longer ones too where texture hides the subject.
//! 10. [`portrait`]: on small patches of skin, told by colour and shape, what is at least 0.1 darker than the skin around
//!     it (closing less the photo itself): eyes, brows and mouths, from a detail of 0.3 or 0.5 on.
//! 11. [`ground`]: which faces are background, for styles that soften or remove it.
//! 12. [`strokes`], [`smooth`], [`curve`]: arcs strung together, averaged over 2 to 6 points to either side, the more the
//!     less the energy rises above what lies 9 px beside, and fitted with cubics (Schneider 1990) within 0.6 px; a
//!     point where strokes meet belongs to all of them.

mod arcs;
mod bands;
mod bars;
mod basins;
mod curve;
mod evidence;
mod faces;
mod features;
mod field;
mod flow;
mod ground;
mod inked;
mod join;
mod judge;
mod levels;
mod lines;
mod look;
mod merge;
mod order;
mod portrait;
mod ridges;
pub(crate) mod scale;
mod smooth;
mod strings;
mod strokes;
mod trace;
mod witness;
mod worth;

pub use inked::trace_lines;
use kurbo::{Affine, BezPath};

use crate::drawing::{Drawing, quantize_path};
use crate::edits::Edits;
use crate::photo::Photo;
use crate::style::{Background, Style};
use arcs::{Arc, Arcs, Chain};
use basins::Basins;
use curve::Outline;
use evidence::Evidence;
use field::{Field, Lanes};
use levels::LEVELS;
use strokes::Line;
use witness::Witness;

/// How far a curve may run beside its points, px: an eighth of a millimetre on A4.
const TOLERANCE: f64 = 0.6;

/// A softened background shows what so much less detail, in tenths, would show of it.
const SOFT: u8 = 3;

/// The photo is flooded at half the working size.
const HALF: usize = 2;

/// Everything a photo needs once, whatever the style: all strokes that any detail may show.
#[derive(Clone, Debug)]
pub struct Sketch {
    width: f64,
    height: f64,
    /// From px of the working size to units of the page.
    to_page: Affine,
    lines: Vec<Line>,
    /// The lines, fitted with the usual smoothing.
    usual: Vec<BezPath>,
}

impl Sketch {
    /// Finds all strokes.
    pub fn new(photo: &Photo) -> Sketch {
        // In whole steps of 8 bits, so that whoever has only the working copy draws the same.
        let reduced = scale::down_to(photo, Photo::WORKING_EDGE);
        let photo = reduced.as_ref().unwrap_or(photo);
        let found = &find(photo);
        let crests = || features::crests(&found.energy, &found.flow);
        let (crests, (mut lines, witness, ground)) = bands::both(crests, || outlines(found));
        add_details(&mut lines, found, &crests, &witness, &ground);
        let (width, height) = page_size(photo);
        // The shape of the working size is the page's but for rounding.
        let energy = &found.energy;
        let to_page = Affine::scale_non_uniform(width / energy.width as f64, height / energy.height as f64);
        let usual = paths(&lines.iter().collect::<Vec<&Line>>(), Style::DEFAULT_SMOOTHING, to_page);
        Sketch { width, height, to_page, lines, usual }
    }

    /// The page in one style. What a page of less detail shows, a page of more detail shows too.
    pub fn draw(&self, style: &Style) -> Drawing {
        self.retouched(style, &Edits::default()).0
    }

    /// The same with what was changed by hand, and the numbers of the photo's own strokes: they come first.
    pub fn retouched(&self, style: &Style, edits: &Edits) -> (Drawing, Vec<u32>) {
        let level = (style.detail() * (LEVELS - 1) as f32 + 0.01) as u8;
        let line_width = style.line_width_units(self.width, self.height);
        let shown = || (0..).zip(&self.lines).zip(&self.usual).filter(|((_, line), _)| line.level <= level);
        let wanted = |(number, line): (u32, &Line)| {
            let in_place = match style.background {
                Background::Keep => true,
                Background::Soften => !line.ground || line.level + SOFT <= level,
                Background::Remove => !line.ground,
            };
            in_place && !edits.erased.contains(&number)
        };
        let (numbers, mut strokes): (Vec<u32>, Vec<BezPath>) = if style.smoothing() == Style::DEFAULT_SMOOTHING {
            shown().filter(|(line, _)| wanted(*line)).map(|((number, _), path)| (number, path.clone())).unzip()
        } else {
            // All that is shown takes part, so that what meets a line that is not wanted stays where it is.
            let lines: Vec<(u32, &Line)> = shown().map(|(line, _)| line).collect();
            let outlines: Vec<&Line> = lines.iter().map(|(_, line)| *line).collect();
            let paths = paths(&outlines, style.smoothing(), self.to_page);
            lines.iter().zip(paths).filter(|(line, _)| wanted(**line)).map(|(line, path)| (line.0, path)).unzip()
        };
        strokes.extend(edits.added_strokes(self.width, self.height));
        if style.frame {
            strokes.push(frame(self.width, self.height, line_width));
        }
        (Drawing { width: self.width, height: self.height, line_width, strokes }, numbers)
    }
}

/// The lines as curves on the page.
fn paths(lines: &[&Line], smoothing: f32, to_page: Affine) -> Vec<BezPath> {
    let outlines = strokes::outlines(lines, smoothing);
    outlines.iter().map(|outline| quantize_path(&(to_page * outline.path(TOLERANCE)))).collect()
}

/// A line along the page's edge, as wide as the others and all of it on the page.
fn frame(width: f64, height: f64, line_width: f64) -> BezPath {
    let inset = 0.5 * line_width;
    let (right, bottom) = (width - inset, height - inset);
    let mut rim = BezPath::new();
    rim.move_to((inset, inset));
    for corner in [(right, inset), (right, bottom), (inset, bottom)] {
        rim.line_to(corner);
    }
    rim.close_path();
    quantize_path(&rim)
}

/// What is found in a photo before anything is judged.
struct Found {
    smooth: Field<4>,
    flow: Field<2>,
    energy: Field<1>,
    far: Field<1>,
    crispness: f32,
    bustle: f32,
    basins: Basins,
    arcs: Arcs,
}

fn find(photo: &Photo) -> Found {
    let colours = opponent(photo);
    let flow = flow::flow(&colours);
    let smooth = flow::smooth_along(&colours, &flow, &[1.0, 2.0, 4.0]);
    let energy = lines::energy(&smooth, &flow);
    let far = lines::far(&smooth);
    let basins = basins::basins(&energy.reduced(HALF));
    let arcs = arcs::arcs(&basins);
    let crispness = worth::crispness(&energy);
    let bustle = bars::bustle(&energy, crispness);
    Found { crispness, bustle, smooth, flow, energy, far, basins, arcs }
}

/// The points of an arc in px of the working size.
fn spread(arc: &Arc) -> Chain {
    // From corners of pixels to distances from the centre of the first.
    arc.points.iter().map(|p| p.map(|at| at * HALF as f32 - 0.5)).collect()
}

/// All outlines, what they were judged by, and which basins are background.
fn outlines(found: &Found) -> (Vec<Line>, Witness<'_>, Vec<bool>) {
    let Found { smooth, flow, energy, far, crispness, bustle, basins, arcs } = found;
    let witness = Witness::new([energy, far], smooth, flow, *crispness);
    let evidence = weigh(arcs, &witness);
    let mut areas = vec![0.0; basins.count];
    basins.label.iter().for_each(|&basin| areas[basin as usize] += (HALF * HALF) as f32);
    let looks = look::looks(basins, smooth, energy);
    let (worth, large) = worth::worth(arcs, &evidence, &areas, &looks, *crispness);
    let levels = levels::levels(arcs, &worth, &areas, &bars::bars(&large, bars::ease(*bustle)));
    let ground = ground::ground(basins, arcs, &levels);
    let in_ground: Vec<bool> =
        arcs.arcs.iter().map(|arc| ground[arc.left as usize] && ground[arc.right as usize]).collect();
    (strokes::lines(energy, arcs, &levels, &in_ground, HALF as f32), witness, ground)
}

/// What outlines leave out: faces, then features, each where nothing runs yet.
fn add_details(lines: &mut Vec<Line>, found: &Found, crests: &[Chain], witness: &Witness, ground: &[bool]) {
    let Found { smooth, energy, crispness, bustle, basins, .. } = found;
    let in_ground = |[x, y]: [f32; 2]| {
        let column = (x as usize / HALF).min(basins.width - 1);
        ground[basins.label[(y as usize / HALF).min(basins.height - 1) * basins.width + column] as usize]
    };
    let fitted = |lines: &[Line]| strokes::outlines(&lines.iter().collect::<Vec<&Line>>(), Style::DEFAULT_SMOOTHING);
    let taken = |lines: &[Line], drawn: &[Outline], finest: u8, clear: usize| {
        let respected = lines.iter().zip(drawn).filter(|(line, _)| line.level <= finest);
        features::taken(energy.width, energy.height, respected, clear)
    };
    let mut drawn = fitted(lines);
    let marks = portrait::marks(smooth, &taken(lines, &drawn, portrait::FINEST, portrait::CLEAR), in_ground);
    drawn.extend(fitted(&marks));
    lines.extend(marks);
    let taken = taken(lines, &drawn, features::FINEST, features::CLEAR);
    let lenience = features::lenience(ground::subject(basins, ground), *bustle);
    lines.extend(features::features(crests, energy, witness, worth::haze(*crispness), lenience, &taken, in_ground));
}

/// Page units across and down: the photo's shape with [`Drawing::LONG_EDGE`] on the longer side.
fn page_size(photo: &Photo) -> (f64, f64) {
    let long = Drawing::LONG_EDGE / f64::from(photo.width().max(photo.height()));
    let side = |pixels: u32| (f64::from(pixels) * long * 100.0).round().max(100.0) / 100.0;
    (side(photo.width()), side(photo.height()))
}

/// Arcs fewer than these are not worth a thread.
const FEW: usize = 256;

/// Evidence along every arc.
fn weigh(arcs: &Arcs, witness: &Witness) -> Vec<Evidence> {
    let mut evidence = vec![Evidence::default(); arcs.arcs.len()];
    bands::in_parts(&mut evidence, 1, FEW, |first, part| {
        for (own, arc) in part.iter_mut().zip(&arcs.arcs[first..]) {
            *own = witness.along(&spread(arc), HALF as f32);
        }
    });
    evidence
}

/// Every arc of a photo with what the judge is told of it: its points in px of the working size, then its measures.
#[cfg(feature = "training")]
pub fn measures(photo: &Photo) -> Vec<(Vec<[f32; 2]>, Vec<f32>)> {
    let Found { smooth, flow, energy, far, crispness, arcs, .. } = &find(photo);
    let witness = Witness::new([energy, far], smooth, flow, *crispness);
    let measured = |arc| {
        let points = spread(arc);
        let (_, measures) = witness.measures(&points, HALF as f32);
        (points, measures.to_vec())
    };
    arcs.arcs.iter().map(measured).collect()
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
    use kurbo::Shape;

    use super::*;

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
            let drawing = sketch.draw(&Style::from_preset(preset));
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
