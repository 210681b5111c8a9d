//! Polylines, and the direction in which they arrive at an end.

/// Points about 1 px apart, in order. A closed polyline repeats its first point at the end.
pub(super) type Polyline = Vec<[f32; 2]>;

/// The first or (`at_tail`) last point, and the unit vector with which the polyline arrives there,
/// taken from the point `reach` steps inside. The vector is zero where both points coincide.
pub(super) fn end_heading(points: &[[f32; 2]], at_tail: bool, reach: usize) -> ([f32; 2], [f32; 2]) {
    let last = points.len() - 1;
    let reach = reach.min(last);
    let (end, inside) = if at_tail { (points[last], points[last - reach]) } else { (points[0], points[reach]) };
    let (dx, dy) = (end[0] - inside[0], end[1] - inside[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    (end, [dx / length, dy / length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_points_out_of_either_end() {
        let points = [[0.0, 0.0], [0.0, 2.0], [3.0, 2.0]];
        assert_eq!(end_heading(&points, false, 1), ([0.0, 0.0], [0.0, -1.0]));
        assert_eq!(end_heading(&points, true, 1), ([3.0, 2.0], [1.0, 0.0]));
    }
}
