//! Face mesh: landmarks of a face (Kartynnik et al. 2019), those of the mesh's 468 points that a
//! drawing needs.

use lineart::{Brow, Eye, Face, Mouth, Nose, Photo};

use crate::aligned_crop::{AlignedCrop, distance};
use crate::byte_reader::WeightsError;
use crate::crop::Square;
use crate::face_detector::Detection;
use crate::net::{Net, Shape, Tensor, logistic};
use crate::{eye_state, face_outline};

const INPUT_SIZE: usize = 192;

/// Points of the mesh, in the order of `POINTS` in `weights/convert.py`.
const POINT_COUNT: usize = 144;

/// Side of the crop relative to that of the detection, and to the extent of the oval.
const CROP_MARGIN: f32 = 1.5;

/// Score below which the first pass shows no face, and below which the second one is not sure.
const MIN_FIRST_SCORE: f32 = 0.5;
const MIN_SCORE: f32 = 0.9;

/// Lightness of the darkest place below a nose relative to its tip, at most: of persons 0.4 to
/// 0.75, of cartoons 0.9 and more.
const MAX_BASE_LIGHTNESS: f32 = 0.82;

/// Width of the narrower eye relative to the other one below which a face is a profile. A face that
/// is turned by 45 degrees has about 0.7.
const MIN_EYE_RATIO: f32 = 0.5;

#[derive(Debug)]
pub(crate) struct FaceMesh {
    net: Net,
}

impl FaceMesh {
    pub fn new(net: Net) -> Result<FaceMesh, WeightsError> {
        let single = |channels: usize| Shape { height: 1, width: 1, channels };
        let is_mesh = net.input == Shape { height: INPUT_SIZE, width: INPUT_SIZE, channels: 3 }
            && net.output_shapes[..] == [single(2 * POINT_COUNT), single(1)];
        if is_mesh { Ok(FaceMesh { net }) } else { Err(WeightsError::Task) }
    }

    /// The landmarks of a detected face in px of the photo, or `None` if they are uncertain.
    ///
    /// The second pass crops the photo by the landmarks of the first one, which are more exact than
    /// the detection.
    pub fn landmarks(&self, photo: &Photo, detection: &Detection) -> Option<Face> {
        let square = aligned_square(detection.centre, detection.side, detection.eyes);
        let (mut face, score) = self.run(&crop(photo, square));
        if score < MIN_FIRST_SCORE {
            return None;
        }
        face.map(square.side / INPUT_SIZE as f32, |point| to_photo(square, point));
        let eyes = [0, 1].map(|eye| face.eyes[eye].upper_lid[0]);
        let square = aligned_square(face.centre(), face.extent(), eyes);
        let pixels = crop(photo, square);
        let (mut face, score) = self.run(&pixels);
        if score < MIN_SCORE || is_profile(&face) {
            return None;
        }
        let pixels = AlignedCrop { pixels: &pixels };
        if !has_nose(&pixels, &face) || eye_state::are_covered(&pixels, &face) {
            return None;
        }
        eye_state::read_eyes(&pixels, &mut face);
        face_outline::fit_outline(&pixels, &mut face);
        face.map(square.side / INPUT_SIZE as f32, |point| to_photo(square, point));
        Some(face)
    }

    /// A face in px of the crop, without irises, and the probability that the crop shows one.
    fn run(&self, crop: &Tensor) -> (Face, f32) {
        let outputs = self.net.run(crop.clone());
        (face_of(outputs[0].numbers.as_chunks().0), logistic(outputs[1].numbers[0]))
    }
}

fn crop(photo: &Photo, square: Square) -> Tensor {
    square.sample(photo, INPUT_SIZE, |colour| colour * (1.0 / 255.0))
}

/// From px of the crop to px of the photo.
fn to_photo(square: Square, point: [f32; 2]) -> [f32; 2] {
    square.to_photo(point.map(|px| px / INPUT_SIZE as f32))
}

/// Whether the base of the nose is darker than its tip somewhere, as nostrils and the shade of a
/// nose are. Faces of cartoons have no such nose, and their other features differ from a person's
/// too.
fn has_nose(crop: &AlignedCrop, face: &Face) -> bool {
    let Nose { bridge, base } = &face.nose;
    let tip = bridge[4..].iter().map(|&point| crop.lightness(point)).sum::<f32>() / (bridge.len() - 4) as f32;
    base.iter().any(|&point| crop.lightness(point) < MAX_BASE_LIGHTNESS * tip)
}

/// Whether a face is turned so far that the mesh invents its other side: one eye is much narrower.
fn is_profile(face: &Face) -> bool {
    let [right, left] = [0, 1].map(|side| {
        let lid = &face.eyes[side].upper_lid;
        distance(lid[0], lid[lid.len() - 1])
    });
    right.min(left) < MIN_EYE_RATIO * right.max(left)
}

/// A square around a face with the eyes on a horizontal line.
fn aligned_square(centre: [f32; 2], side: f32, [right, left]: [[f32; 2]; 2]) -> Square {
    let length = distance(left, right).max(1e-3);
    Square { centre, side: CROP_MARGIN * side, across: [0, 1].map(|axis| (left[axis] - right[axis]) / length) }
}

/// Names the points of the mesh.
fn face_of(points: &[[f32; 2]]) -> Face {
    let mut rest = points;
    let mut take = |count: usize| {
        let (taken, after) = rest.split_at(count);
        rest = after;
        taken.to_vec()
    };
    let mut eye = || {
        let (upper_lid, inside) = (take(9), take(7));
        let lower_lid = between_ends(&upper_lid, &inside);
        Eye { upper_lid, lower_lid, iris: None }
    };
    let eyes = [eye(), eye()];
    let mut brow = || Brow { upper_edge: take(5), lower_edge: take(5) };
    let brows = [brow(), brow()];
    let (upper_outline, lower_outline) = (take(11), take(9));
    let (upper_inner_edge, lower_inner_edge) = (take(11), take(9));
    let mouth = Mouth {
        lower_outline: between_ends(&upper_outline, &lower_outline),
        lower_inner_edge: between_ends(&upper_inner_edge, &lower_inner_edge),
        upper_outline,
        upper_inner_edge,
    };
    Face { eyes, brows, mouth, nose: Nose { bridge: take(7), base: take(9) }, oval: take(36), has_hairline: false }
}

/// `inside` with the ends of `line` added.
fn between_ends(line: &[[f32; 2]], inside: &[[f32; 2]]) -> Vec<[f32; 2]> {
    [&line[..1], inside, &line[line.len() - 1..]].concat()
}
