//! Line extraction from a photo: strokes, each with the lowest level of detail that shows it.
//!
//! 1. [`opponent_colours`]: the photo at 1024 px on its long side in an opponent colour space.
//! 2. [`edge_tangent_flow`]: edge tangents from the structure tensor of all channels (Kang, Lee,
//!    Chui 2007; Kyprianidis, Kang 2011), sigma 3 px; the photo averaged along them over 14 px,
//!    which removes fur and grain.
//! 3. [`local_energy`]: local energy across the edges (Morrone, Owens 1987), 0 to about 0.5, with
//!    crests on lines and on edges; and once more at a quarter of the size, where edges with a
//!    transition of 7 to 16 px have crests.
//! 4. [`watershed`], [`planar_graph`]: watershed basins of the energy at half size (Vincent, Soille
//!    1991). The boundaries between 2,000 to 10,000 basins form a planar graph that contains every
//!    outline and crease, closed from the start.
//! 5. [`boundary_features`]: 41 features of an arc: its energy profile out to 22 px, the contrast
//!    of lightness and of chroma 7, 14 and 26 px to either side (half-disc gradients, Martin,
//!    Fowlkes, Malik 2004), how much darker than both sides it is, how steady its contrast, the
//!    energy and direction of the texture within 10, 24 and 60 px, and its profile at a quarter of
//!    the size out to 36 px. [`classifier`]: a multilayer perceptron maps them to log odds, -8 to
//!    8; it is fitted to synthetic scenes whose outlines are known (`training/`).
//!    [`boundary_score`] pools the log odds of the parts of a line with cues that only the whole
//!    shows: contrast that keeps its sign.
//! 6. [`region_merging`]: a hierarchy of regions (Arbelaez, Maire, Fowlkes, Malik 2011) whose
//!    boundaries pool the scores of their arcs and gain from dissimilar regions
//!    ([`region_appearance`]: mean colour and energy): closed outlines with a strength, about log
//!    odds, -10 to 5. [`open_contours`] pools scores along arcs that continue each other: creases,
//!    lashes, smiles, which end anywhere. [`saliency`] combines both.
//! 7. [`thresholds`]: the strength that a detail of 0 to 1, in tenths, requires: 4 to -4, lower for
//!    faint and for rich photos, higher for crowded ones.
//! 8. [`detail_levels`]: arcs above a threshold appear at its level; loose ends are extended to the
//!    next line over the cheapest arcs (Dijkstra 1959), spurs below 36 px and regions with less
//!    than 60 px^2 of white removed.
//! 9. [`detail_lines`]: from a detail of 0.5 on, lines that half size is too coarse for, such as
//!    the eyes of a small face: ridges of the energy at full size ([`ridges`], thinned after Guo,
//!    Hall 1989, [`ridge_tracing`], [`edge_linking`]) where no outline runs within 6 px, scored
//!    like arcs; weaker but longer ones too where texture hides the subject.
//! 10. [`face_areas`], [`face_strokes`]: where landmarks of faces are known, eyes, brows, noses and
//!     mouths are drawn from them and other lines inside the faces are left out.
//! 11. [`background`], [`person_mask`]: which regions are background, for styles that soften or
//!     remove it. A person mask decides where there is one, and strengthens boundaries.
//! 12. [`strokes`], [`line_smoothing`], [`bezier_fit`]: arcs are concatenated, averaged over 2 to 6
//!     points to either side, the more the less their energy exceeds that 9 px beside, and fitted
//!     with cubics (Schneider 1990) within 0.6 px; a point where strokes meet belongs to all of
//!     them.

mod background;
mod bezier_fit;
mod boundary_features;
mod boundary_score;
mod classifier;
mod coverage;
mod curve;
mod detail_levels;
mod detail_lines;
mod edge_linking;
mod edge_tangent_flow;
mod face_areas;
mod face_strokes;
mod field;
mod line_art;
mod line_smoothing;
mod local_energy;
mod morphology;
mod open_contours;
mod opponent_colours;
mod outlines;
mod page_geometry;
mod person_mask;
mod photo_stats;
mod planar_graph;
mod polyline;
mod region_appearance;
mod region_merging;
mod regions;
mod ridge_tracing;
mod ridges;
mod saliency;
mod silhouette;
mod sort;
mod strokes;
mod thresholds;
mod watershed;

use kurbo::{Affine, BezPath};

use crate::drawing::{Drawing, quantize_path};
use crate::edits::Edits;
use crate::hints::Hints;
use crate::parallel;
use crate::photo::Photo;
use crate::style::{Background, Style};
use bezier_fit::FIT_TOLERANCE_PX;
use boundary_features::FeatureExtractor;
use face_areas::FaceAreas;
use field::Field;
pub use line_art::trace_lines;
use outlines::{Outlines, find_outlines};
use page_geometry::{frame_stroke, page_size};
use person_mask::PersonMask;
use planar_graph::PlanarGraph;
use polyline::Polyline;
use strokes::{Role, Stroke};
use thresholds::LEVEL_COUNT;
use watershed::{BASIN_SCALE, Basins};

/// A softened background is drawn at a detail that is lower by this much, in tenths.
const SOFTENED_LEVELS: u8 = 3;

/// Steps of the smoothing along edges, px; they sum to half the length that is averaged.
const EDGE_SMOOTHING_STEPS: [f32; 3] = [1.0, 2.0, 4.0];

/// The result of analysing a photo once: all strokes that any style may show.
#[derive(Clone, Debug)]
pub struct Sketch {
    /// Page size, in page units.
    width: f64,
    height: f64,
    /// From px of the working size to page units.
    to_page: Affine,
    /// In order of level for strokes from arcs, then the strokes of details and faces.
    strokes: Vec<Stroke>,
    /// The strokes fitted with [`Style::DEFAULT_SMOOTHING`], in page units.
    default_paths: Vec<BezPath>,
}

impl Sketch {
    /// Analyses `photo` at [`Photo::WORKING_EDGE`] px. A photo and its [`Photo::into_working_size`]
    /// copy give equal sketches.
    pub fn new(photo: &Photo) -> Sketch {
        Sketch::with_hints(photo, &Hints::default())
    }

    /// [`Sketch::new`] with the features of faces in place of the lines inside them, and the person
    /// mask as evidence of outlines and as the subject.
    pub fn with_hints(photo: &Photo, hints: &Hints) -> Sketch {
        Analysis::new(photo).sketch(hints)
    }

    /// The page in one style. A page of more detail contains all strokes of a page of less detail,
    /// except that the features of faces are drawn in other ways.
    pub fn draw(&self, style: &Style) -> Drawing {
        self.retouched(style, &Edits::default()).0
    }

    /// The page in one style with manual edits, and the numbers of the strokes that come from the
    /// photo. These are the first strokes of the drawing; added strokes and the frame follow.
    pub fn retouched(&self, style: &Style, edits: &Edits) -> (Drawing, Vec<u32>) {
        let level = (style.detail() * (LEVEL_COUNT - 1) as f32 + 0.01) as u8;
        let line_width = style.line_width_units(self.width, self.height);
        let at_level =
            || (0..).zip(&self.strokes).zip(&self.default_paths).filter(|((_, stroke), _)| stroke.is_shown_at(level));
        let is_drawn = |(number, stroke): (u32, &Stroke)| {
            let in_style = match style.background {
                Background::Keep => stroke.role != Role::Silhouette,
                Background::Soften => stroke.role != Role::Background || stroke.level + SOFTENED_LEVELS <= level,
                Background::Remove => stroke.role != Role::Background,
            };
            in_style && !edits.erased.contains(&number)
        };
        let (numbers, mut strokes): (Vec<u32>, Vec<BezPath>) = if style.smoothing() == Style::DEFAULT_SMOOTHING {
            at_level().filter(|(stroke, _)| is_drawn(*stroke)).map(|((number, _), path)| (number, path.clone())).unzip()
        } else {
            // Strokes that are not drawn are smoothed too, so that the strokes that meet them do
            // not move.
            let numbered: Vec<(u32, &Stroke)> = at_level().map(|(stroke, _)| stroke).collect();
            let strokes: Vec<&Stroke> = numbered.iter().map(|(_, stroke)| *stroke).collect();
            let paths = fit_paths(&strokes, style.smoothing(), self.to_page);
            let drawn = numbered.iter().zip(paths).filter(|(stroke, _)| is_drawn(**stroke));
            drawn.map(|(stroke, path)| (stroke.0, path)).unzip()
        };
        strokes.extend(edits.added_strokes(self.width, self.height));
        if style.frame {
            strokes.push(frame_stroke(self.width, self.height, line_width));
        }
        (Drawing { width: self.width, height: self.height, line_width, strokes }, numbers)
    }
}

/// Smooths the strokes and fits curves in page units.
fn fit_paths(strokes: &[&Stroke], smoothing: f32, to_page: Affine) -> Vec<BezPath> {
    let lines = strokes::smooth_strokes(strokes, smoothing);
    lines.iter().map(|line| quantize_path(&(to_page * line.fit_path(FIT_TOLERANCE_PX)))).collect()
}

/// Fields, graph and statistics of a photo at the working size: what its sketches have in common,
/// about 30 bytes for each pixel.
pub struct Analysis {
    /// Of the photo at the working size.
    photo_size: [u32; 2],
    /// Opponent colours smoothed along the edges.
    colours: Field<4>,
    normals: Field<2>,
    energy: Field<1>,
    coarse_energy: Field<1>,
    sharpness: f32,
    texture_density: f32,
    basins: Basins,
    graph: PlanarGraph,
}

impl Analysis {
    /// Analyses `photo` at [`Photo::WORKING_EDGE`] px.
    pub fn new(photo: &Photo) -> Analysis {
        // The working copy is rounded to 8 bits, so that a caller who has only that copy gets the
        // same drawing.
        let reduced = photo.downscaled(Photo::WORKING_EDGE);
        let photo = reduced.as_ref().unwrap_or(photo);
        let unsmoothed = opponent_colours::opponent_colours(photo);
        let normals = edge_tangent_flow::edge_normals(&unsmoothed);
        let colours = edge_tangent_flow::smooth_along_edges(&unsmoothed, &normals, &EDGE_SMOOTHING_STEPS);
        let energy = local_energy::local_energy(&colours, &normals);
        let coarse_energy = local_energy::coarse_energy(&colours);
        let basins = watershed::segment_basins(&energy.downsampled(BASIN_SCALE));
        let graph = planar_graph::trace_boundaries(&basins);
        let sharpness = photo_stats::sharpness(&energy);
        let texture_density = photo_stats::texture_density(&energy, sharpness);
        let photo_size = [photo.width(), photo.height()];
        Analysis { photo_size, colours, normals, energy, coarse_energy, sharpness, texture_density, basins, graph }
    }

    /// The strokes of the photo, as [`Sketch::with_hints`] says.
    pub fn sketch(&self, hints: &Hints) -> Sketch {
        let find_ridge_lines = || detail_lines::find_ridge_lines(&self.energy, &self.normals);
        let energy = &self.energy;
        let faces = FaceAreas::new(&hints.faces);
        let person = hints.person.as_ref().and_then(|mask| PersonMask::new(mask, [energy.width, energy.height]));
        let (ridge_lines, outlines) = parallel::join(find_ridge_lines, || find_outlines(self, &faces, person.as_ref()));
        let mut strokes = outlines_with_details(outlines, self, &ridge_lines, &faces);
        let size = [energy.width as f32, energy.height as f32];
        let face_strokes: Vec<Stroke> =
            hints.faces.iter().flat_map(|face| face_strokes::face_strokes(face, &strokes, size)).collect();
        strokes.extend(face_strokes);
        if let Some(person) = &person {
            let grid_size = [self.basins.width, self.basins.height];
            strokes.extend(silhouette::silhouettes(person, &strokes, grid_size));
        }
        let (width, height) = page_size(self.photo_size[0], self.photo_size[1]);
        // The scales differ by rounding only.
        let to_page = Affine::scale_non_uniform(width / energy.width as f64, height / energy.height as f64);
        let default_paths = fit_paths(&strokes.iter().collect::<Vec<&Stroke>>(), Style::DEFAULT_SMOOTHING, to_page);
        Sketch { width, height, to_page, strokes, default_paths }
    }

    fn feature_extractor(&self) -> FeatureExtractor<'_> {
        FeatureExtractor::new([&self.energy, &self.coarse_energy], &self.colours, &self.normals, self.sharpness)
    }
}

/// The strokes of the outlines, then detail lines where no outline runs, outside of faces.
fn outlines_with_details(
    outlines: Outlines,
    analysis: &Analysis,
    ridge_lines: &[Polyline],
    faces: &FaceAreas,
) -> Vec<Stroke> {
    let Analysis { energy, basins, .. } = analysis;
    let Outlines { mut strokes, extractor, background, subject_share } = outlines;
    let in_background = |[x, y]: [f32; 2]| {
        let column = (x as usize / BASIN_SCALE).min(basins.width - 1);
        let row = (y as usize / BASIN_SCALE).min(basins.height - 1);
        background[basins.labels[row * basins.width + column] as usize]
    };
    let smoothed = strokes::smooth_strokes(&strokes.iter().collect::<Vec<&Stroke>>(), Style::DEFAULT_SMOOTHING);
    let lines = strokes.iter().zip(&smoothed);
    let lines = lines.filter(|(stroke, _)| stroke.level <= detail_lines::MAX_OUTLINE_LEVEL).map(|(_, line)| line);
    let mut is_taken = detail_lines::mask_near_lines(energy.width, energy.height, lines, detail_lines::CLEARANCE_PX);
    faces.mark_pixels(&mut is_taken, energy.width);
    strokes.extend(detail_lines::select_detail_lines(
        ridge_lines,
        energy,
        &extractor,
        photo_stats::sharpness_offset(analysis.sharpness),
        detail_lines::leniency(subject_share, analysis.texture_density),
        &is_taken,
        in_background,
    ));
    strokes
}

/// For every arc its points, in px of the working size, and its 41 boundary features: training data
/// for the classifier.
#[cfg(feature = "training")]
pub fn arc_features(photo: &Photo) -> Vec<(Vec<[f32; 2]>, Vec<f32>)> {
    let analysis = &Analysis::new(photo);
    let extractor = analysis.feature_extractor();
    let extract = |arc| {
        let points = outlines::arc_in_working_px(arc);
        let (_, features) = extractor.extract(&points, BASIN_SCALE as f32);
        (points, features.to_vec())
    };
    analysis.graph.arcs.iter().map(extract).collect()
}

#[cfg(test)]
mod tests {
    use kurbo::Shape;

    use super::*;

    #[test]
    fn blank_photo_has_no_strokes() {
        for grey in [0, 128, 255] {
            let photo = Photo::from_rgb(30, 20, vec![grey; 1800]).unwrap();
            let drawing = Sketch::new(&photo).draw(&Style::default());
            assert_eq!((drawing.width, drawing.height), (1024.0, 682.67));
            assert!(drawing.strokes.is_empty());
        }
    }

    #[test]
    fn ball_is_one_closed_stroke_in_every_preset() {
        let rgb = (0..300 * 300).flat_map(|i: i32| {
            let (x, y) = (i % 300 - 150, i / 300 - 150);
            if x * x + y * y < 100 * 100 { [200, 60, 40] } else { [220, 230, 240] }
        });
        let sketch = Sketch::new(&Photo::from_rgb(300, 300, rgb.collect()).unwrap());
        for preset in crate::Preset::ALL {
            let drawing = sketch.draw(&Style::from_preset(preset));
            assert_eq!(drawing.strokes.len(), 1, "{preset}");
            assert_eq!(drawing.strokes[0].elements().last(), Some(&kurbo::PathEl::ClosePath), "{preset}");
            let bounds = drawing.strokes[0].bounding_box();
            let diameter = 200.0 / 300.0 * 1024.0;
            assert!((bounds.width() - diameter).abs() < 6.0 && (bounds.height() - diameter).abs() < 6.0);
        }
    }

    #[test]
    fn line_width_on_a4_is_as_requested() {
        let photo = Photo::from_rgb(20, 30, vec![9; 1800]).unwrap();
        let style = Style { line_mm: Some(1.0), ..Style::default() };
        let drawing = Sketch::new(&photo).draw(&style);
        // At the full height of 273 mm the page is 182 mm wide, which fits into the 186 mm between
        // the margins.
        assert!((drawing.line_width - 1024.0 / 273.0).abs() < 0.01);
    }
}
