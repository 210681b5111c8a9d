//! Manual edits of a drawing: erased strokes and added lines.

use kurbo::{BezPath, Point, QuadBez};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::drawing::{Drawing, quantize_path};

/// Manual edits of the drawings of one photo. Strokes are identified by their index in the photo's
/// [`crate::Sketch`] and coordinates are in page units, so the edits apply to every style.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(example = json!({"erased": [12], "added": [[[100, 120.5], [180, 140]]]}))
)]
pub struct Edits {
    /// Indices of the strokes to leave out. An index that the sketch does not have is ignored.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub erased: Vec<u32>,
    /// Lines to add, each of two or more points `[x, y]`.
    #[cfg_attr(feature = "openapi", schema(schema_with = added_lines_schema))]
    pub added: Vec<Vec<[f32; 2]>>,
}

/// Lines of two or more points with coordinates on the page, as [`Edits::validate`] requires.
#[cfg(feature = "openapi")]
fn added_lines_schema() -> utoipa::openapi::schema::Array {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

    let coordinate = ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(Drawing::LONG_EDGE));
    let point = ArrayBuilder::new().items(coordinate).min_items(Some(2)).max_items(Some(2));
    let line = ArrayBuilder::new().items(point).min_items(Some(2));
    let description = format!("Lines in page units, with at most {} points in all", Edits::MAX_ADDED_POINTS);
    ArrayBuilder::new().items(line).max_items(Some(Edits::MAX_ADDED)).description(Some(description)).build()
}

/// Why edits are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EditsError {
    #[error("at most {} strokes can be erased", Edits::MAX_ERASED)]
    TooManyErased,
    #[error("at most {} lines with {} points in all can be added", Edits::MAX_ADDED, Edits::MAX_ADDED_POINTS)]
    TooManyAdded,
    #[error("an added line has two or more points from 0 to {}", Drawing::LONG_EDGE)]
    Line,
}

impl Edits {
    /// Largest number of erased strokes.
    pub const MAX_ERASED: usize = 1000;
    /// Largest number of added lines.
    pub const MAX_ADDED: usize = 100;
    /// Largest number of points of all added lines together.
    pub const MAX_ADDED_POINTS: usize = 600;

    pub fn is_empty(&self) -> bool {
        self.erased.is_empty() && self.added.is_empty()
    }

    /// Checks the limits on the number of edits, and that every added line has at least two points
    /// within the page.
    ///
    /// # Errors
    ///
    /// The first rule that the edits break.
    pub fn validate(&self) -> Result<(), EditsError> {
        if self.erased.len() > Edits::MAX_ERASED {
            return Err(EditsError::TooManyErased);
        }
        if self.added.len() > Edits::MAX_ADDED
            || self.added.iter().map(Vec::len).sum::<usize>() > Edits::MAX_ADDED_POINTS
        {
            return Err(EditsError::TooManyAdded);
        }
        let is_on_page = |coordinate: &f32| (0.0..=Drawing::LONG_EDGE as f32).contains(coordinate);
        let is_valid = |line: &Vec<[f32; 2]>| line.len() >= 2 && line.iter().flatten().all(is_on_page);
        if self.added.iter().all(is_valid) { Ok(()) } else { Err(EditsError::Line) }
    }

    /// The added lines as smooth strokes, clamped to a page of `width` x `height` page units.
    pub(crate) fn added_strokes(&self, width: f64, height: f64) -> impl Iterator<Item = BezPath> {
        self.added.iter().filter(|line| line.len() >= 2).map(move |line| {
            // `f64::clamp` can panic with a message that formats numbers, which adds 10 kB to the
            // WebAssembly build.
            let clamp = |coordinate: f32, max: f64| f64::from(coordinate).max(0.0).min(max);
            let to_point = |&[x, y]: &[f32; 2]| Point::new(clamp(x, width), clamp(y, height));
            quantize_path(&smooth_path(&line.iter().map(to_point).collect::<Vec<_>>()))
        })
    }
}

/// A curve from the first point to the last. The points between are control points of quadratic
/// Béziers that join at their midpoints, a quadratic B-spline.
fn smooth_path(points: &[Point]) -> BezPath {
    let mut path = BezPath::new();
    path.move_to(points[0]);
    let last = points.len() - 1;
    let mut from = points[0];
    for i in 1..last {
        let to = if i + 1 == last { points[last] } else { points[i].midpoint(points[i + 1]) };
        let curve = QuadBez::new(from, points[i], to).raise();
        path.curve_to(curve.p1, curve.p2, curve.p3);
        from = to;
    }
    if last == 1 {
        path.line_to(points[1]);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_added_line_is_rejected() {
        for points in [
            vec![[1.0, 1.0]],
            vec![[0.0, -1.0], [1.0, 1.0]],
            vec![[0.0, f32::NAN], [1.0, 1.0]],
            vec![[0.0, 2000.0], [1.0, 1.0]],
        ] {
            let edits = Edits { added: vec![points], ..Edits::default() };
            assert_eq!(edits.validate(), Err(EditsError::Line), "{edits:?}");
        }
    }

    #[test]
    fn number_of_edits_is_limited() {
        let erased = |count| Edits { erased: vec![0; count], ..Edits::default() };
        let added = |lines, points| Edits { added: vec![vec![[1.0, 1.0]; points]; lines], ..Edits::default() };
        for (edits, result) in [
            (erased(1000), Ok(())),
            (erased(1001), Err(EditsError::TooManyErased)),
            (added(1, 600), Ok(())),
            (added(1, 601), Err(EditsError::TooManyAdded)),
            (added(100, 2), Ok(())),
            (added(101, 2), Err(EditsError::TooManyAdded)),
        ] {
            assert_eq!(edits.validate(), result, "{} and {}", edits.erased.len(), edits.added.len());
        }
    }

    #[test]
    fn line_to_the_edge_of_the_page_is_valid() {
        assert_eq!(Edits { erased: vec![7], added: vec![vec![[0.0, 0.0], [1024.0, 5.0]]] }.validate(), Ok(()));
    }
}
