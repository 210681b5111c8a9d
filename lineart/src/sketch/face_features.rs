//! Face features: eyes, brows and mouths of small faces, found as dark marks on face-sized patches
//! of skin colour.
//!
//! They are smaller than any outline that is kept, and a face is blank without them. The marks are
//! the residue of a morphological closing of the lightness (black top-hat). Patches with texture or
//! cut by the image border are no faces.

use super::edge_linking::link_ends;
use super::field::Field;
use super::morphology::{dilate, erode, hollow_fills};
use super::polyline::Polyline;
use super::ridge_tracing::trace_ridges;
use super::ridges::RidgeMask;
use super::strokes::Stroke;

/// Skin is detected at a quarter of the size, after a Gaussian of this sigma in px of that.
const QUARTER: usize = 4;
const SKIN_BLUR_SIGMA: f32 = 2.0;

/// Skin colours, from light to dark skin: lowest lightness, ranges of red-green and yellow-blue,
/// and the highest ratio of yellow-blue to red-green.
const MIN_SKIN_LIGHTNESS: f32 = 0.42;
const SKIN_RED_GREEN: std::ops::Range<f32> = 0.02..0.115;
const SKIN_YELLOW_BLUE: std::ops::Range<f32> = 0.01..0.12;
const MAX_YELLOW_TO_RED: f32 = 2.0;

/// Radius of the closing in px of a quarter of the size: marks up to twice as wide are found.
const CLOSING_RADIUS: usize = 3;

/// How much darker than the skin a mark is, at least, in lightness.
const MIN_MARK_DEPTH: f32 = 0.1;

/// Size of a face: lowest area, px^2, highest share of the photo, and lowest share of its bounding
/// box.
const MIN_FACE_AREA_PX2: usize = 2500;
const MAX_FACE_SHARE: f32 = 0.15;
const MIN_BOX_FILL: f32 = 0.45;

/// Highest share of a face that its marks cover.
const MAX_MARK_SHARE: f32 = 0.25;

/// Number of marks of a face: more are texture, a single one is no face.
const MARK_COUNT: std::ops::RangeInclusive<usize> = 2..=32;

/// Marks that contain a square of twice this radius are drawn as rims of this width, px; others as
/// lines.
const FILL_RADIUS_PX: usize = 5;
const RIM_PX: usize = 3;

/// Largest gap between ends that are linked, px, and the shortest mark, points.
const MAX_LINK_GAP_PX: f32 = 3.0;
const MIN_MARK_POINTS: usize = 12;

/// Area from which the features of a face are shown from the level of the simple preset on, px^2.
/// Those of smaller faces are shown from the level of the standard preset on.
const LARGE_FACE_AREA_PX2: usize = 16_000;
const SIMPLE_LEVEL: u8 = 3;
const STANDARD_LEVEL: u8 = 5;

/// Marks keep this distance from outlines up to this level, px: the skin beside an outline is often
/// shaded.
pub(super) const MAX_OUTLINE_LEVEL: u8 = STANDARD_LEVEL;
pub(super) const CLEARANCE_PX: usize = 12;

/// A connected component of skin, in px of a quarter of the size.
struct SkinPatch {
    top: usize,
    /// First and last column.
    columns: [usize; 2],
    /// For each row from `top` the first and last column of skin.
    rows: Vec<[usize; 2]>,
    /// px^2 of the full size.
    area: usize,
}

impl SkinPatch {
    /// Column and row of the top left corner of the bounding box, px of the full size.
    fn top_left(&self) -> [usize; 2] {
        [self.columns[0] * QUARTER, self.top * QUARTER]
    }
}

/// Strokes of the features of every face. The mask `near_outlines` holds pixels without marks;
/// `in_background` tells whether a point lies in the background.
pub(super) fn find_face_features(
    colours: &Field<4>,
    near_outlines: &[bool],
    in_background: impl Fn([f32; 2]) -> bool,
) -> Vec<Stroke> {
    let quarter = colours.downsampled(QUARTER);
    let mut lightness = Field::<1>::new(quarter.width, quarter.height);
    lightness.data.iter_mut().zip(&quarter.data).for_each(|(lightness, colour)| *lightness = [colour[0]]);
    let closed_lightness = erode(&dilate(&lightness, CLOSING_RADIUS), CLOSING_RADIUS);
    let mut strokes = Vec::new();
    for patch in face_sized_patches(&quarter.gaussian_blurred(SKIN_BLUR_SIGMA)) {
        let level = if patch.area >= LARGE_FACE_AREA_PX2 { SIMPLE_LEVEL } else { STANDARD_LEVEL };
        let Some(marks) = mark_mask(colours, &closed_lightness, &patch, near_outlines) else {
            continue;
        };
        let lines = trace_marks(&marks, patch.top_left());
        if !MARK_COUNT.contains(&lines.len()) {
            continue;
        }
        for points in lines {
            let in_background = in_background(points[points.len() / 2]);
            strokes.push(Stroke { level, in_background, points, nodes: Vec::new(), confidence: Vec::new() });
        }
    }
    strokes
}

/// Connected components of skin with the size and shape of a face that do not touch the image
/// border.
fn face_sized_patches(colours: &Field<4>) -> Vec<SkinPatch> {
    let (width, height) = (colours.width, colours.height);
    let is_skin = |&[lightness, red_green, yellow_blue, _]: &[f32; 4]| {
        lightness > MIN_SKIN_LIGHTNESS
            && SKIN_RED_GREEN.contains(&red_green)
            && SKIN_YELLOW_BLUE.contains(&yellow_blue)
            && yellow_blue < MAX_YELLOW_TO_RED * red_green
    };
    let mut unvisited: Vec<bool> = colours.data.iter().map(is_skin).collect();
    let mut patches = Vec::new();
    for start in 0..unvisited.len() {
        if !std::mem::take(&mut unvisited[start]) {
            continue;
        }
        let top = start / width;
        let mut patch = SkinPatch { top, columns: [width, 0], rows: Vec::new(), area: 0 };
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            patch.area += QUARTER * QUARTER;
            // Scanning starts every patch at its topmost row.
            patch.rows.resize(patch.rows.len().max(y - top + 1), [width, 0]);
            for [first, last] in [&mut patch.rows[y - top], &mut patch.columns] {
                *first = x.min(*first);
                *last = x.max(*last);
            }
            let neighbours = [(x > 0, at.wrapping_sub(1)), (x + 1 < width, at + 1), (y > 0, at.wrapping_sub(width))];
            for (_, other) in neighbours.into_iter().chain([(y + 1 < height, at + width)]).filter(|&(inside, _)| inside)
            {
                if std::mem::take(&mut unvisited[other]) {
                    stack.push(other);
                }
            }
        }
        let [first, last] = patch.columns;
        let box_area = (last + 1 - first) * patch.rows.len() * QUARTER * QUARTER;
        let max_area = MAX_FACE_SHARE * (unvisited.len() * QUARTER * QUARTER) as f32;
        let is_face_sized = patch.area >= MIN_FACE_AREA_PX2
            && patch.area as f32 <= max_area
            && patch.area as f32 >= MIN_BOX_FILL * box_area as f32;
        if is_face_sized && top > 0 && first > 0 && last + 1 < width {
            patches.push(patch);
        }
    }
    patches
}

/// 1 where the bounding box of a patch has a mark, else 0. `None` where there are no marks or they
/// cover too much of it.
fn mark_mask(
    colours: &Field<4>,
    closed_lightness: &Field<1>,
    patch: &SkinPatch,
    near_outlines: &[bool],
) -> Option<Field<1>> {
    let [left, top] = patch.top_left();
    let right = ((patch.columns[1] + 1) * QUARTER).min(colours.width);
    let bottom = ((patch.top + patch.rows.len()) * QUARTER).min(colours.height);
    let mut mask = Field::<1>::new(right - left, bottom - top);
    let (mut pixels, mut marked_pixels) = (0, 0);
    for y in top..bottom {
        let [first, last] = patch.rows[y / QUARTER - patch.top];
        for x in first * QUARTER..((last + 1) * QUARTER).min(right) {
            let at = y * colours.width + x;
            let [quarter_x, quarter_y] = [x, y].map(|at| (at as f32 - 1.5) / QUARTER as f32);
            let depth = closed_lightness.sample(quarter_x, quarter_y)[0] - colours.data[at][0];
            let is_marked = depth > MIN_MARK_DEPTH && !near_outlines[at];
            pixels += 1;
            marked_pixels += usize::from(is_marked);
            mask.data[(y - top) * mask.width + x - left] = [f32::from(u8::from(is_marked))];
        }
    }
    (marked_pixels > 0 && marked_pixels as f32 <= MAX_MARK_SHARE * pixels as f32).then_some(mask)
}

/// Centre lines of the marks, of filled ones along their rims, in px of the photo; `top_left` is
/// the mask's corner there.
fn trace_marks(marks: &Field<1>, top_left: [usize; 2]) -> Vec<Polyline> {
    let mut ridges = RidgeMask::threshold(&hollow_fills(marks, FILL_RADIUS_PX, RIM_PX));
    ridges.thin();
    let lines = link_ends(trace_ridges(&ridges), MAX_LINK_GAP_PX);
    let long = lines.into_iter().filter(|points| points.len() >= MIN_MARK_POINTS);
    // From pixel centres to pixel corners.
    let [left, top] = top_left.map(|at| at as f32 + 0.5);
    long.map(|points| points.iter().map(|p| [p[0] + left, p[1] + top]).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::opponent_colours::opponent_colours;
    use super::*;
    use crate::photo::Photo;

    const LIGHT_SKIN: [u8; 3] = [230, 195, 175];

    /// Features of a round face of 160 px with two eyes and a mouth on a grey wall, `offset` px
    /// right of the centre.
    fn features_of_face(skin: [u8; 3], offset: i32) -> Vec<Stroke> {
        let pixel = |i: i32| {
            let (x, y) = (i % 1024 - 512 - offset, i / 1024 - 512);
            let eye = (x.abs() - 30) * (x.abs() - 30) + (y + 20) * (y + 20) < 60;
            let mouth = x.abs() < 30 && (y - 35).abs() < 3;
            match x * x + y * y < 6400 {
                true if eye || mouth => [60, 35, 30],
                true => skin,
                false => [120, 125, 135],
            }
        };
        let photo = Photo::from_rgb(1024, 1024, (0..1024 * 1024).flat_map(pixel).collect()).unwrap();
        find_face_features(&opponent_colours(&photo), &vec![false; 1024 * 1024], |_| false)
    }

    #[test]
    fn eyes_and_mouth_are_found_on_light_and_dark_skin() {
        for skin in [LIGHT_SKIN, [150, 105, 80]] {
            let features = features_of_face(skin, 0);
            assert_eq!(features.len(), 3, "{skin:?}");
            assert!(features.iter().all(|feature| feature.level == SIMPLE_LEVEL));
        }
    }

    #[test]
    fn green_disc_is_no_face() {
        assert!(features_of_face([90, 160, 90], 0).is_empty());
    }

    #[test]
    fn face_cut_by_the_image_border_is_left_out() {
        assert_eq!(features_of_face(LIGHT_SKIN, 420).len(), 3);
        assert!(features_of_face(LIGHT_SKIN, 470).is_empty());
    }
}
