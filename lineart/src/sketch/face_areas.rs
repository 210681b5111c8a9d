//! Areas of faces: which lines of the photo lie inside a face and give way to its features.

use super::curve::is_inside;
use super::polyline::Polyline;
use crate::hints::Face;

/// The inside of a face is its oval, scaled about its centre: the outline of the face is not
/// inside.
const INNER_SHARE: f32 = 0.94;

/// The inside of every face.
pub(super) struct FaceAreas {
    areas: Vec<FaceArea>,
}

struct FaceArea {
    low: [f32; 2],
    high: [f32; 2],
    inner_oval: Polyline,
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

    /// Whether a line lies inside a face: shading, folds and the features themselves.
    pub fn hold(&self, line: &[[f32; 2]]) -> bool {
        self.areas.iter().any(|area| area.holds(line))
    }
}

impl FaceArea {
    fn new(face: &Face) -> FaceArea {
        let ((low, high), centre) = (face.bounds(), face.centre());
        let inner =
            face.oval.iter().map(|point| [0, 1].map(|axis| centre[axis] + INNER_SHARE * (point[axis] - centre[axis])));
        FaceArea { low, high, inner_oval: inner.collect() }
    }

    fn contains(&self, point: [f32; 2]) -> bool {
        let in_bounds = (0..2).all(|axis| point[axis] > self.low[axis] && point[axis] < self.high[axis]);
        in_bounds && is_inside(&self.inner_oval, point)
    }

    /// Whether more than half of a line is inside.
    fn holds(&self, line: &[[f32; 2]]) -> bool {
        2 * line.iter().filter(|&&point| self.contains(point)).count() > line.len()
    }
}
