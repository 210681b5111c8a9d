//! Areas of faces: which lines of the photo lie inside a face and give way to its features.

use super::curve::{distance, is_inside, spline};
use super::polyline::Polyline;
use super::thresholds::LEVEL_COUNT;
use crate::hints::Face;

/// The level of lines that no page shows.
const HIDDEN: u8 = LEVEL_COUNT as u8;

/// The inside of a face is its oval, scaled about its centre: the outline of the face is not inside.
const INNER_SHARE: f32 = 0.88;

/// Lines inside a face are shading and folds; only pages of much detail show them, and none near a
/// feature, within this share of the extent of the face.
const FOLD_LEVEL: u8 = 8;
const FEATURE_CLEARANCE: f32 = 0.07;

/// The inside of every face.
pub(super) struct FaceAreas {
    areas: Vec<FaceArea>,
}

struct FaceArea {
    low: [f32; 2],
    high: [f32; 2],
    inner_oval: Polyline,
    /// Points of the features.
    features: Polyline,
    clearance: f32,
}

impl FaceAreas {
    pub fn new(faces: &[Face]) -> FaceAreas {
        FaceAreas { areas: faces.iter().map(FaceArea::new).collect() }
    }

    /// Sets the pixels inside the faces in a mask of `width` px.
    pub fn mark_pixels(&self, mask: &mut [bool], width: usize) {
        for area in &self.areas {
            let [left, top] = area.low.map(|at| at.max(0.0) as usize);
            let [right, bottom] = area.high.map(|at| at.max(0.0) as usize + 1);
            for (y, row) in mask.chunks_exact_mut(width).enumerate().take(bottom).skip(top) {
                for (x, pixel) in row.iter_mut().enumerate().take(right).skip(left) {
                    *pixel |= area.contains([x as f32 + 0.5, y as f32 + 0.5]);
                }
            }
        }
    }

    /// The lowest level that may show a line: 0 for a line outside of all faces.
    pub fn first_level(&self, line: &[[f32; 2]]) -> u8 {
        self.areas.iter().map(|area| area.first_level(line)).max().unwrap_or(0)
    }
}

impl FaceArea {
    fn new(face: &Face) -> FaceArea {
        let (low, high) = face.bounds();
        let centre = [0, 1].map(|axis| 0.5 * (low[axis] + high[axis]));
        let inner = face.oval.iter().map(|point| [0, 1].map(|axis| centre[axis] + INNER_SHARE * (point[axis] - centre[axis])));
        let features = face.feature_lines().flat_map(|line| spline(line, false)).collect();
        FaceArea { low, high, inner_oval: inner.collect(), features, clearance: FEATURE_CLEARANCE * face.extent() }
    }

    fn contains(&self, point: [f32; 2]) -> bool {
        let in_bounds = (0..2).all(|axis| point[axis] > self.low[axis] && point[axis] < self.high[axis]);
        in_bounds && is_inside(&self.inner_oval, point)
    }

    fn first_level(&self, line: &[[f32; 2]]) -> u8 {
        let inside = line.iter().filter(|&&point| self.contains(point)).count();
        if 2 * inside <= line.len() {
            return 0;
        }
        let near_feature = |&point: &[f32; 2]| self.features.iter().step_by(4).any(|&other| distance(point, other) < self.clearance);
        if line.iter().step_by(3).any(near_feature) { HIDDEN } else { FOLD_LEVEL }
    }
}
