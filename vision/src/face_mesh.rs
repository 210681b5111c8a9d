//! Face mesh: landmarks of a face (Kartynnik et al. 2019), those of the mesh's 468 points that a
//! drawing needs.

use lineart::{Brow, Circle, Eye, Face, Mouth, Nose, Photo};

use crate::crop::Square;
use crate::face_detector::Detection;
use crate::net::{Net, Shape, logistic};
use crate::weights::WeightsError;

const INPUT_SIZE: usize = 192;

/// Points of the mesh, in the order of `POINTS` in `weights/convert.py`.
const POINT_COUNT: usize = 144;

/// Side of the crop relative to that of the detection, and to the extent of the oval.
const CROP_MARGIN: f32 = 1.5;

/// Score below which the first pass shows no face, and below which the second one is not sure.
const MIN_FIRST_SCORE: f32 = 0.5;
const MIN_SCORE: f32 = 0.9;

/// Radius of the iris relative to the distance of the corners of the eye: 5.9 of 28 mm.
const IRIS_RADIUS: f32 = 0.21;

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
        let (points, score) = self.run(photo, square);
        if score < MIN_FIRST_SCORE {
            return None;
        }
        let face = face_of(&points);
        let eyes = [0, 1].map(|eye| face.eyes[eye].upper_lid[0]);
        let square = aligned_square(face.centre(), face.extent(), eyes);
        let (points, score) = self.run(photo, square);
        (score >= MIN_SCORE).then(|| face_of(&points))
    }

    /// Points in px of the photo, and the probability that the square shows a face.
    fn run(&self, photo: &Photo, square: Square) -> (Vec<[f32; 2]>, f32) {
        let outputs = self.net.run(square.sample(photo, INPUT_SIZE, |colour| colour * (1.0 / 255.0)));
        let points = outputs[0].numbers.as_chunks::<2>().0.iter();
        let points = points.map(|point| square.to_photo(point.map(|px| px / INPUT_SIZE as f32)));
        (points.collect(), logistic(outputs[1].numbers[0]))
    }
}

/// A square around a face with the eyes on a horizontal line.
fn aligned_square(centre: [f32; 2], side: f32, [right, left]: [[f32; 2]; 2]) -> Square {
    let (dx, dy) = (left[0] - right[0], left[1] - right[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-3);
    Square { centre, side: CROP_MARGIN * side, across: [dx / length, dy / length] }
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
        let iris = centred_iris(&upper_lid, &lower_lid);
        Eye { upper_lid, lower_lid, iris }
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
    Face { eyes, brows, mouth, nose: Nose { bridge: take(7), base: take(9) }, oval: take(36) }
}

/// `inside` with the ends of `line` added.
fn between_ends(line: &[[f32; 2]], inside: &[[f32; 2]]) -> Vec<[f32; 2]> {
    [&line[..1], inside, &line[line.len() - 1..]].concat()
}

/// An iris in the middle of the eye.
fn centred_iris(upper_lid: &[[f32; 2]], lower_lid: &[[f32; 2]]) -> Circle {
    let (outer, inner) = (upper_lid[0], upper_lid[upper_lid.len() - 1]);
    let (upper, lower) = (upper_lid[upper_lid.len() / 2], lower_lid[lower_lid.len() / 2]);
    let centre = [0, 1].map(|axis| 0.25 * (outer[axis] + inner[axis] + upper[axis] + lower[axis]));
    let (dx, dy) = (inner[0] - outer[0], inner[1] - outer[1]);
    Circle { centre, radius: IRIS_RADIUS * (dx * dx + dy * dy).sqrt() }
}
