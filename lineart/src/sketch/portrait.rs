//! Eyes, brows and mouths of small faces: the dark marks on a patch of skin. They are smaller than anything the outlines
//! keep, and without them a face is blank. A patch with texture, or one that the photo's border cuts, is no face.

use super::arcs::Chain;
use super::field::Field;
use super::inked;
use super::ridges::Ridges;
use super::strokes::Line;
use super::{join, trace};

/// Skin is looked for at a quarter of the size, its colour averaged over so many px of that.
const QUARTER: usize = 4;
const EVEN: f32 = 2.0;

/// Colours of skin, light to dark: least lightness, red-green, yellow-blue, and how much yellower than red it may be.
const LIGHT: f32 = 0.42;
const RED: std::ops::Range<f32> = 0.02..0.115;
const YELLOW: std::ops::Range<f32> = 0.01..0.12;
const YELLOWER: f32 = 2.0;

/// Marks at most twice as wide as this are seen, in px of a quarter of the size, and at least as much darker than the skin.
const WIDTH: usize = 3;
const DARKER: f32 = 0.1;

/// A face has at least this area, px^2, at most this share of the photo, and fills as much of its bounding box.
const SMALLEST: usize = 2500;
const LARGEST: f32 = 0.15;
const FILL: f32 = 0.45;

/// How much of a face its marks may cover.
const COVER: f32 = 0.25;

/// More marks than these are texture; fewer are no face.
const MARKS: std::ops::RangeInclusive<usize> = 2..=32;

/// A mark is a filling from so much width on, px, of which a rim is drawn, else a line.
const FILLED: usize = 5;
const RIM: usize = 3;

/// Gaps up to this are closed, and what is shorter is left out, px.
const GAP: f32 = 3.0;
const SHORTEST: usize = 12;

/// Large faces have their marks on a simple page, others on a standard one; the area that parts them, px^2.
const LARGE: usize = 16_000;
const SIMPLE: u8 = 3;
const STANDARD: u8 = 5;

/// Outlines up to this detail keep marks this far off, px: beside them lies shade.
pub(super) const FINEST: u8 = STANDARD;
pub(super) const CLEAR: usize = 12;

/// Skin that hangs together.
struct Patch {
    /// Rows and columns of a quarter of the size, and for each row the first and last column that is skin.
    top: usize,
    columns: [usize; 2],
    rows: Vec<[usize; 2]>,
    area: usize,
}

impl Patch {
    /// Its leftmost column and topmost row, px.
    fn corner(&self) -> [usize; 2] {
        [self.columns[0] * QUARTER, self.top * QUARTER]
    }
}

/// The marks of every face; `taken` tells where outlines run.
pub(super) fn marks(colours: &Field<4>, taken: &[bool], ground: impl Fn([f32; 2]) -> bool) -> Vec<Line> {
    let quarter = colours.reduced(QUARTER);
    let mut light = Field::<1>::new(quarter.width, quarter.height);
    light.data.iter_mut().zip(&quarter.data).for_each(|(light, colour)| *light = [colour[0]]);
    let skin_light = inked::least(&inked::most(&light, WIDTH), WIDTH);
    let mut lines = Vec::new();
    for patch in patches(&quarter.blurred(EVEN)) {
        let level = if patch.area >= LARGE { SIMPLE } else { STANDARD };
        let Some(ink) = ink(colours, &skin_light, &patch, taken) else {
            continue;
        };
        let chains = chains(&ink, patch.corner());
        if !MARKS.contains(&chains.len()) {
            continue;
        }
        for points in chains {
            let ground = ground(points[points.len() / 2]);
            lines.push(Line { level, ground, points, nodes: Vec::new(), firmness: Vec::new() });
        }
    }
    lines
}

/// Patches of skin that have the size and shape of a face, well within the photo.
fn patches(colours: &Field<4>) -> Vec<Patch> {
    let (width, height) = (colours.width, colours.height);
    let is_skin = |&[light, red, yellow, _]: &[f32; 4]| {
        light > LIGHT && RED.contains(&red) && YELLOW.contains(&yellow) && yellow < YELLOWER * red
    };
    let mut left: Vec<bool> = colours.data.iter().map(is_skin).collect();
    let mut patches = Vec::new();
    for start in 0..left.len() {
        if !std::mem::take(&mut left[start]) {
            continue;
        }
        let top = start / width;
        let mut patch = Patch { top, columns: [width, 0], rows: Vec::new(), area: 0 };
        let mut next = vec![start];
        while let Some(at) = next.pop() {
            let (x, y) = (at % width, at / width);
            patch.area += QUARTER * QUARTER;
            // The first pixel found is the topmost.
            patch.rows.resize(patch.rows.len().max(y - top + 1), [width, 0]);
            for [first, last] in [&mut patch.rows[y - top], &mut patch.columns] {
                *first = x.min(*first);
                *last = x.max(*last);
            }
            let beside = [(x > 0, at.wrapping_sub(1)), (x + 1 < width, at + 1), (y > 0, at.wrapping_sub(width))];
            for (_, other) in beside.into_iter().chain([(y + 1 < height, at + width)]).filter(|&(inside, _)| inside) {
                if std::mem::take(&mut left[other]) {
                    next.push(other);
                }
            }
        }
        let [first, last] = patch.columns;
        let bounds = (last + 1 - first) * patch.rows.len() * QUARTER * QUARTER;
        let most = LARGEST * (left.len() * QUARTER * QUARTER) as f32;
        let sized = patch.area >= SMALLEST && patch.area as f32 <= most && patch.area as f32 >= FILL * bounds as f32;
        if sized && top > 0 && first > 0 && last + 1 < width {
            patches.push(patch);
        }
    }
    patches
}

/// 1 where a patch is darker than its skin and no outline runs, or nothing if that is too much of it. As large as the
/// patch, with its top left corner at `corner`.
fn ink(colours: &Field<4>, skin_light: &Field<1>, patch: &Patch, taken: &[bool]) -> Option<Field<1>> {
    let [left, top] = patch.corner();
    let right = ((patch.columns[1] + 1) * QUARTER).min(colours.width);
    let bottom = ((patch.top + patch.rows.len()) * QUARTER).min(colours.height);
    let mut ink = Field::<1>::new(right - left, bottom - top);
    let (mut all, mut dark) = (0, 0);
    for y in top..bottom {
        let [first, last] = patch.rows[y / QUARTER - patch.top];
        for x in first * QUARTER..((last + 1) * QUARTER).min(right) {
            let at = y * colours.width + x;
            let place = [x, y].map(|at| (at as f32 - 1.5) / QUARTER as f32);
            let depth = skin_light.sample(place[0], place[1])[0] - colours.data[at][0];
            let marked = depth > DARKER && !taken[at];
            all += 1;
            dark += usize::from(marked);
            ink.data[(y - top) * ink.width + x - left] = [f32::from(u8::from(marked))];
        }
    }
    (dark > 0 && dark as f32 <= COVER * all as f32).then_some(ink)
}

/// The rims of what is filled, and the middles of lines.
fn chains(ink: &Field<1>, corner: [usize; 2]) -> Vec<Chain> {
    let mut ridges = Ridges::of(&inked::hollow(ink, FILLED, RIM));
    ridges.thin();
    let chains = join::join(trace::chains(&ridges), GAP);
    let long = chains.into_iter().filter(|chain| chain.len() >= SHORTEST);
    // From centres of pixels to their corners.
    let [left, top] = corner.map(|at| at as f32 + 0.5);
    long.map(|chain| chain.iter().map(|p| [p[0] + left, p[1] + top]).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::opponent;
    use super::*;
    use crate::photo::Photo;

    /// A round face of 160 px with two eyes and a mouth on a grey wall, moved by `aside` px.
    fn face(skin: [u8; 3], aside: i32) -> Vec<Line> {
        let pixel = |i: i32| {
            let (x, y) = (i % 1024 - 512 - aside, i / 1024 - 512);
            let eye = (x.abs() - 30) * (x.abs() - 30) + (y + 20) * (y + 20) < 60;
            let mouth = x.abs() < 30 && (y - 35).abs() < 3;
            match x * x + y * y < 6400 {
                true if eye || mouth => [60, 35, 30],
                true => skin,
                false => [120, 125, 135],
            }
        };
        let photo = Photo::from_rgb(1024, 1024, (0..1024 * 1024).flat_map(pixel).collect()).unwrap();
        marks(&opponent(&photo), &vec![false; 1024 * 1024], |_| false)
    }

    #[test]
    fn a_face_light_or_dark_has_two_eyes_and_a_mouth() {
        for skin in [[230, 195, 175], [150, 105, 80]] {
            let marks = face(skin, 0);
            assert_eq!(marks.len(), 3, "{skin:?}");
            assert!(marks.iter().all(|mark| mark.level == SIMPLE));
        }
    }

    #[test]
    fn what_has_no_colour_of_skin_or_is_cut_by_the_border_is_no_face() {
        assert!(face([90, 160, 90], 0).is_empty());
        assert!(face([230, 195, 175], 470).is_empty());
    }
}
