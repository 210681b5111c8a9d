//! Face detector: an anchor-free detector of one scale (BlazeFace, full range; Bazarevsky et al.
//! 2019), run on the whole photo, on overlapping tiles for small faces, and on the turned photo.

use lineart::Photo;

use crate::aligned_crop::distance;
use crate::byte_reader::WeightsError;
use crate::crop::Square;
use crate::net::{Net, Shape, logistic};

/// Side of the input, and cells on a side of the output grid.
const INPUT_SIZE: usize = 192;
const GRID: usize = 48;

/// Numbers of a cell: centre and size of the face, then six key points, all in px of the input; the
/// first two are the eyes.
const BOX_NUMBERS: usize = 16;

/// Lowest score of a detection on the whole photo, and on a tile or the turned photo, since
/// every further look may show something that looks like a face.
const MIN_SCORE: f32 = 0.5;
const MIN_TILE_SCORE: f32 = 0.6;

/// A face with a side of at least this share of the photo's longer side makes tiles unnecessary:
/// the photo shows persons from near.
const NEAR_FACE_SHARE: f32 = 0.2;

/// A tile's side, and the step from one tile to the next, as shares of the photo's longer side: a
/// face of up to a fifth is whole in some tile.
const TILE_SIDE: f32 = 0.5;
const TILE_STEP: f32 = 0.3;

/// Detections nearer than this share of the larger side show the same face.
const SAME_FACE_DISTANCE: f32 = 0.5;

/// A face in px of the photo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detection {
    pub score: f32,
    pub centre: [f32; 2],
    /// Side of the square around the face, without the top of the head.
    pub side: f32,
    /// Left to right in an upright photo: the person's right one first.
    pub eyes: [[f32; 2]; 2],
}

#[derive(Debug)]
pub(crate) struct FaceDetector {
    net: Net,
}

impl FaceDetector {
    pub fn new(net: Net) -> Result<FaceDetector, WeightsError> {
        let is_detector = net.input == Shape { height: INPUT_SIZE, width: INPUT_SIZE, channels: 3 }
            && net.output_shapes == [BOX_NUMBERS, 1].map(|channels| Shape { height: GRID, width: GRID, channels });
        if is_detector { Ok(FaceDetector { net }) } else { Err(WeightsError::Task) }
    }

    /// The faces of a photo, those with the highest score first.
    pub fn detect(&self, photo: &Photo) -> Vec<Detection> {
        let [width, height] = [photo.width(), photo.height()].map(|side| side as f32);
        let long_edge = width.max(height);
        let whole = Square::upright([width * 0.5, height * 0.5], long_edge);
        let mut found = self.detect_in(photo, whole, MIN_SCORE);
        if found.iter().all(|face| face.side < NEAR_FACE_SHARE * long_edge) {
            for tile in tiles(width, height) {
                found.extend(self.detect_in(photo, tile, MIN_TILE_SCORE));
            }
        }
        distinct(found)
    }

    /// The faces of a photo that lies on its side or is upside down: the net knows tilts of up to
    /// 45 degrees or so.
    pub fn detect_turned(&self, photo: &Photo) -> Vec<Detection> {
        let [width, height] = [photo.width(), photo.height()].map(|side| side as f32);
        let whole = Square::upright([width * 0.5, height * 0.5], width.max(height));
        let turns = [[0.0, 1.0], [0.0, -1.0], [-1.0, 0.0]];
        distinct(
            turns
                .iter()
                .flat_map(|&across| self.detect_in(photo, Square { across, ..whole }, MIN_TILE_SCORE))
                .collect(),
        )
    }

    fn detect_in(&self, photo: &Photo, square: Square, min_score: f32) -> Vec<Detection> {
        let input = square.sample(photo, INPUT_SIZE, |colour| colour * (1.0 / 127.5) - 1.0);
        let outputs = self.net.run(input);
        let (boxes, scores) = (outputs[0].numbers.as_chunks::<BOX_NUMBERS>().0, &outputs[1].numbers);
        let mut found = Vec::new();
        for (cell, (numbers, &log_odds)) in boxes.iter().zip(scores).enumerate() {
            let score = logistic(log_odds);
            if score < min_score {
                continue;
            }
            let centre_of_cell = [cell % GRID, cell / GRID].map(|at| (at as f32 + 0.5) / GRID as f32);
            let place = |at: usize| {
                let offset = [numbers[at], numbers[at + 1]].map(|px| px / INPUT_SIZE as f32);
                square.to_photo([centre_of_cell[0] + offset[0], centre_of_cell[1] + offset[1]])
            };
            let side = numbers[2].max(numbers[3]) / INPUT_SIZE as f32 * square.side;
            found.push(Detection { score, centre: place(0), side, eyes: [place(4), place(6)] });
        }
        distinct(found)
    }
}

/// Upright squares that cover the photo.
fn tiles(width: f32, height: f32) -> Vec<Square> {
    let long_edge = width.max(height);
    let (side, step) = (TILE_SIDE * long_edge, TILE_STEP * long_edge);
    let centres = |length: f32| {
        let rest = (length - side).max(0.0);
        let steps = (rest / step).ceil();
        let first = if length > side { 0.5 * side } else { 0.5 * length };
        (0..=steps as usize).map(move |i| first + rest * i as f32 / steps.max(1.0))
    };
    centres(height).flat_map(|y| centres(width).map(move |x| Square::upright([x, y], side))).collect()
}

/// Non-maximum suppression: the best detection of each face.
fn distinct(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Detection> = Vec::new();
    for face in found {
        let is_other =
            |other: &Detection| distance(face.centre, other.centre) > SAME_FACE_DISTANCE * face.side.max(other.side);
        if kept.iter().all(is_other) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_the_photo_and_overlap() {
        let centres: Vec<[f32; 2]> = tiles(1000.0, 700.0).iter().map(|tile| tile.centre).collect();
        let columns = [250.0, 500.0, 750.0];
        let expected = [250.0, 450.0].iter().flat_map(|&y| columns.map(|x| [x, y]));
        assert_eq!(centres, expected.collect::<Vec<_>>());
        assert_eq!(tiles(1000.0, 100.0).len(), 3);
    }

    #[test]
    fn only_the_best_of_near_detections_is_kept() {
        let face = |score: f32, x: f32| Detection { score, centre: [x, 0.0], side: 10.0, eyes: [[0.0; 2]; 2] };
        let kept = distinct(vec![face(0.6, 0.0), face(0.9, 3.0), face(0.7, 20.0)]);
        assert_eq!(kept.iter().map(|face| face.score).collect::<Vec<_>>(), [0.9, 0.7]);
    }
}
