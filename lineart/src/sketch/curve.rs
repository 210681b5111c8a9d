//! Smooth curves through a few points, and parts of them.

use super::polyline::Polyline;

/// Distance of the points of a curve, px: below that of other strokes, so that smoothing moves
/// small shapes less.
pub(super) const SPACING_PX: f32 = 0.5;

/// Largest number of points between two of the given ones.
const MAX_STEPS: f32 = 400.0;

/// A Catmull-Rom spline through `points`, at least two. A closed one returns to its first point.
pub(super) fn spline(points: &[[f32; 2]], closed: bool) -> Polyline {
    let count = points.len();
    let at = |i: isize| match closed {
        true => points[i.rem_euclid(count as isize) as usize],
        // Mirrored ends keep the tangent of the first and the last part.
        false if i < 0 => mirrored(points[1], points[0]),
        false if i >= count as isize => mirrored(points[count - 2], points[count - 1]),
        false => points[i as usize],
    };
    let parts = if closed { count } else { count - 1 } as isize;
    let mut curve = Polyline::new();
    for part in 0..parts {
        let [a, b, c, d] = [part - 1, part, part + 1, part + 2].map(at);
        let steps = (distance(b, c) / SPACING_PX).clamp(1.0, MAX_STEPS) as usize;
        curve.extend((0..steps).map(|step| catmull_rom([a, b, c, d], step as f32 / steps as f32)));
    }
    curve.push(at(parts));
    curve
}

/// The point on the curve from `b` to `c` at `t`, 0 to 1.
fn catmull_rom([a, b, c, d]: [[f32; 2]; 4], t: f32) -> [f32; 2] {
    std::array::from_fn(|i| {
        let linear = c[i] - a[i];
        let square = 2.0 * a[i] - 5.0 * b[i] + 4.0 * c[i] - d[i];
        let cubic = 3.0 * b[i] - a[i] - 3.0 * c[i] + d[i];
        b[i] + 0.5 * t * (linear + t * (square + t * cubic))
    })
}

/// `point` reflected at `centre`.
fn mirrored(point: [f32; 2], centre: [f32; 2]) -> [f32; 2] {
    [0, 1].map(|axis| 2.0 * centre[axis] - point[axis])
}

/// A closed circle.
pub(super) fn circle(centre: [f32; 2], radius: f32) -> Polyline {
    spiral(centre, radius, radius, 1.0)
}

/// A filled disc: a spiral from the rim to the centre with `pitch` px from one turn to the next.
pub(super) fn disc(centre: [f32; 2], radius: f32, pitch: f32) -> Polyline {
    let mut disc = circle(centre, radius);
    let turns = (radius / pitch).ceil().max(1.0);
    disc.extend(spiral(centre, radius, 0.0, turns));
    disc
}

/// `turns` around `centre`, clockwise on the page.
fn spiral([x, y]: [f32; 2], from_radius: f32, to_radius: f32, turns: f32) -> Polyline {
    let length = std::f32::consts::TAU * turns * from_radius.max(to_radius);
    let steps = (length / SPACING_PX).clamp(24.0 * turns, MAX_STEPS * turns) as usize;
    let mut spiral: Polyline = (0..steps)
        .map(|step| {
            let share = step as f32 / steps as f32;
            let (angle, radius) =
                (std::f32::consts::TAU * turns * share, from_radius + (to_radius - from_radius) * share);
            [x + radius * libm::cosf(angle), y + radius * libm::sinf(angle)]
        })
        .collect();
    spiral.push([x + to_radius, y]);
    spiral
}

/// The longest runs of points that satisfy `keep`, each of at least `min_points`. A closed curve is
/// rotated so that no run is split at its start.
pub(super) fn parts(curve: &[[f32; 2]], min_points: usize, keep: impl Fn([f32; 2]) -> bool) -> Vec<Polyline> {
    let closed = curve.len() > 2 && curve.first() == curve.last();
    let rotated: Polyline = match curve.iter().position(|&point| !keep(point)) {
        None => curve.to_vec(),
        Some(first) if closed => curve[first..].iter().chain(&curve[1..=first]).copied().collect(),
        Some(_) => curve.to_vec(),
    };
    let runs = rotated.split(|&point| !keep(point));
    runs.filter(|run| run.len() >= min_points.max(2)).map(<[[f32; 2]]>::to_vec).collect()
}

/// Whether a point lies inside a polygon (even-odd rule).
pub(super) fn is_inside(polygon: &[[f32; 2]], [x, y]: [f32; 2]) -> bool {
    let mut inside = false;
    let mut previous = polygon[polygon.len() - 1];
    for &point in polygon {
        let crosses = (point[1] > y) != (previous[1] > y);
        if crosses && x < (previous[0] - point[0]) * (y - point[1]) / (previous[1] - point[1]) + point[0] {
            inside = !inside;
        }
        previous = point;
    }
    inside
}

pub(super) fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    let (dx, dy) = (a[0] - b[0], a[1] - b[1]);
    (dx * dx + dy * dy).sqrt()
}

/// The point halfway between two.
pub(super) fn midpoint(a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
    [0, 1].map(|axis| 0.5 * (a[axis] + b[axis]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spline_passes_through_its_points() {
        let points = [[0.0, 0.0], [10.0, 5.0], [20.0, 0.0]];
        for closed in [false, true] {
            let curve = spline(&points, closed);
            assert!(points.iter().all(|point| curve.contains(point)), "{closed}");
            assert_eq!(curve.first() == curve.last(), closed);
        }
    }

    #[test]
    fn circle_is_closed_and_round() {
        let circle = circle([5.0, 5.0], 4.0);
        assert_eq!(circle.first(), circle.last());
        assert!(circle.iter().all(|&point| (distance(point, [5.0, 5.0]) - 4.0).abs() < 1e-3));
    }

    #[test]
    fn part_of_a_circle_is_not_split_at_its_start() {
        let right_half = parts(&circle([0.0, 0.0], 10.0), 2, |point| point[0] > 0.0);
        assert_eq!(right_half.len(), 1);
    }

    #[test]
    fn point_in_the_notch_of_a_polygon_is_outside() {
        let arrow = [[0.0, 0.0], [10.0, 0.0], [5.0, 5.0], [10.0, 10.0], [0.0, 10.0]];
        assert!(is_inside(&arrow, [2.0, 5.0]));
        assert!(!is_inside(&arrow, [8.0, 5.0]));
    }
}
