//! A freehand line while it is drawn: sampling and even thinning of its points.

use super::stroke_layer::{PagePoint, distance};

/// Distance between two points of a line, in page units.
const SPACING: f64 = 14.0;
/// Points of a line at most.
const MAX_POINTS: usize = 60;
/// A line whose ends are this near, in page units, less one for every point, was a tap.
const TAP_LENGTH: f64 = 4.0;

/// A line that follows the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnLine {
    /// The points that are kept, one for every [`SPACING`] at most.
    points: Vec<PagePoint>,
    /// Where the pointer is.
    to: PagePoint,
}

impl DrawnLine {
    pub fn new(from: PagePoint) -> Self {
        Self { points: vec![from], to: from }
    }

    /// Follows the pointer.
    pub fn push(&mut self, point: PagePoint) {
        self.to = point;
        if self.points.last().is_none_or(|&last| distance(point, last) >= SPACING) {
            self.points.push(point);
        }
    }

    /// Returns the SVG path data of the line so far.
    pub fn path(&self) -> String {
        let point = |[x, y]: &PagePoint| format!("{x},{y}");
        format!("M{}", self.all_points().iter().map(point).collect::<Vec<_>>().join("L"))
    }

    /// Ends the line and returns its points, evenly thinned to [`MAX_POINTS`]; `None` for a tap.
    pub fn finish(self) -> Option<Vec<PagePoint>> {
        let is_tap = distance(self.points[0], self.to) + self.points.len() as f64 <= TAP_LENGTH;
        (!is_tap).then(|| thinned(self.all_points()))
    }

    fn all_points(&self) -> Vec<PagePoint> {
        let mut points = self.points.clone();
        if points.last() != Some(&self.to) {
            points.push(self.to);
        }
        points
    }
}

/// Keeps every nth point and the last one, so that a long line bends evenly where the hand did.
fn thinned(points: Vec<PagePoint>) -> Vec<PagePoint> {
    let last = points.len().saturating_sub(1);
    let step = last.div_ceil(MAX_POINTS - 1).max(1);
    points.into_iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last).map(|(_, point)| point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: impl IntoIterator<Item = PagePoint>) -> DrawnLine {
        let mut points = points.into_iter();
        let mut line = DrawnLine::new(points.next().expect("a point"));
        points.for_each(|point| line.push(point));
        line
    }

    fn along(count: usize, step: f64) -> impl Iterator<Item = PagePoint> {
        (0..count).map(move |at| [at as f64 * step, 0.0])
    }

    #[test]
    fn tap_is_no_line() {
        assert_eq!(DrawnLine::new([5.0, 5.0]).finish(), None);
        assert_eq!(drawn([[5.0, 5.0], [8.0, 5.0]]).finish(), None);
        assert_eq!(drawn([[5.0, 5.0], [8.1, 5.0]]).finish(), Some(vec![[5.0, 5.0], [8.1, 5.0]]));
    }

    #[test]
    fn closed_line_is_no_tap() {
        let circle = [[0.0, 0.0], [20.0, 0.0], [20.0, 20.0], [0.0, 20.0], [0.0, 0.0]];
        assert_eq!(drawn(circle).finish(), Some(circle.to_vec()));
    }

    #[test]
    fn points_are_sampled_at_a_distance() {
        let points = drawn(along(11, 5.0)).finish().expect("a line");
        assert_eq!(points, [[0.0, 0.0], [15.0, 0.0], [30.0, 0.0], [45.0, 0.0], [50.0, 0.0]]);
    }

    #[test]
    fn path_leads_to_the_pointer() {
        assert_eq!(drawn([[1.0, 2.0], [15.5, 2.0], [17.0, 3.0]]).path(), "M1,2L15.5,2L17,3");
        assert_eq!(DrawnLine::new([1.0, 2.0]).path(), "M1,2");
    }

    #[test]
    fn long_line_is_thinned_evenly() {
        for count in [2, 59, 60, 61, 62, 119, 120, 121, 1000] {
            let points = thinned(along(count, 20.0).collect());
            assert!(points.len() <= MAX_POINTS, "{count} become {}", points.len());
            assert!(points.len() > MAX_POINTS / 2 || points.len() == count, "{count} become {}", points.len());
            assert_eq!((points[0][0], points[points.len() - 1][0]), (0.0, (count - 1) as f64 * 20.0));
            let step = points[1][0];
            assert!(points.windows(2).all(|pair| pair[1][0] - pair[0][0] <= step), "{count} uneven");
        }
    }
}
