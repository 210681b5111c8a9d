//! Cubic Bezier fitting of smoothed polylines (Schneider 1990, "An Algorithm for Automatically
//! Fitting Digitized Curves").
//!
//! Uses only arithmetic and square roots, which round alike on every machine.

use kurbo::{BezPath, CubicBez, ParamCurve, Point, Vec2};

/// How far a fitted curve may deviate from its points, px of the working size: 0.16 mm on A4.
pub(super) const FIT_TOLERANCE_PX: f64 = 0.6;

/// Points from an end, or on either side of a split, over which the tangent is measured.
const TANGENT_POINTS: usize = 4;
const SPLIT_TANGENT_POINTS: usize = 3;

/// Rounds of least squares and reparameterisation before a curve is split.
const MAX_FIT_ROUNDS: usize = 3;

/// Squared error, in squares of the tolerance, above which reparameterisation is not tried.
const MAX_ERROR_TO_ITERATE: f64 = 16.0;

/// A smoothed polyline in px of the working size, with one point for every point of the original.
pub(super) struct SmoothedLine {
    pub points: Vec<Point>,
    /// Indices of the first point, the corners and the last point: the curve is smooth between two
    /// of them.
    pub corners: Vec<usize>,
    /// The last point equals the first.
    pub closed: bool,
}

impl SmoothedLine {
    /// A path of cubics, each within `tolerance` px of the points it replaces.
    pub fn fit_path(&self, tolerance: f64) -> BezPath {
        let mut path = BezPath::new();
        path.move_to(self.points[0]);
        for pair in self.corners.windows(2) {
            let points = &self.points[pair[0]..=pair[1]];
            let (mut start, mut end) = (start_tangent(points), end_tangent(points));
            if self.closed && self.corners.len() == 2 {
                let through = (start - end).normalize_or_zero();
                (start, end) = (through, -through);
            }
            append_fitted_cubics(points, start, end, tolerance, &mut path);
        }
        if self.closed {
            path.close_path();
        }
        path
    }
}

/// A unit vector by `sqrt`, in place of kurbo's `normalize`: `hypot` rounds differently between
/// platforms.
pub(super) trait NormalizeOrZero {
    /// The unit vector, or zero for a vector shorter than 1e-9.
    fn normalize_or_zero(self) -> Vec2;
}

impl NormalizeOrZero for Vec2 {
    fn normalize_or_zero(self) -> Vec2 {
        let length = self.hypot2().sqrt();
        if length > 1e-9 { self / length } else { Vec2::ZERO }
    }
}

/// Unit tangent into the curve at its first point.
fn start_tangent(points: &[Point]) -> Vec2 {
    let reach = TANGENT_POINTS.min(points.len() - 1);
    (points[reach] - points[0]).normalize_or_zero()
}

/// Unit tangent into the curve at its last point.
fn end_tangent(points: &[Point]) -> Vec2 {
    let last = points.len() - 1;
    (points[last - TANGENT_POINTS.min(last)] - points[last]).normalize_or_zero()
}

/// Appends one cubic if it fits, else fits both sides of the point of largest error with a common
/// tangent there.
fn append_fitted_cubics(points: &[Point], start: Vec2, end: Vec2, tolerance: f64, path: &mut BezPath) {
    let last = points.len() - 1;
    if last < 2 {
        path.line_to(points[last]);
        return;
    }
    let mut parameters = chord_length_parameters(points);
    let mut split = last / 2;
    for _ in 0..MAX_FIT_ROUNDS {
        let cubic = fit_least_squares(points, &parameters, start, end);
        let (worst, error) = max_squared_error(points, &parameters, &cubic);
        if error <= tolerance * tolerance {
            path.curve_to(cubic.p1, cubic.p2, cubic.p3);
            return;
        }
        split = worst;
        if error > MAX_ERROR_TO_ITERATE * tolerance * tolerance {
            break;
        }
        reparameterize(points, &mut parameters, &cubic);
    }
    let split = split.clamp(1, last - 1);
    let (back, ahead) = (split.saturating_sub(SPLIT_TANGENT_POINTS), (split + SPLIT_TANGENT_POINTS).min(last));
    let through = (points[back] - points[ahead]).normalize_or_zero();
    append_fitted_cubics(&points[..=split], start, through, tolerance, path);
    append_fitted_cubics(&points[split..], -through, end, tolerance, path);
}

/// Parameters from 0 to 1, proportional to the length of the polyline up to each point.
fn chord_length_parameters(points: &[Point]) -> Vec<f64> {
    let mut lengths = vec![0.0];
    let mut total = 0.0;
    for pair in points.windows(2) {
        total += (pair[1] - pair[0]).hypot2().sqrt();
        lengths.push(total);
    }
    let whole = total.max(1e-9);
    lengths.iter().map(|length| length / whole).collect()
}

/// The cubic with unit end tangents `start` and `end` that is nearest to the points in the
/// least-squares sense. Handles that would degenerate are a third of the chord instead.
fn fit_least_squares(points: &[Point], parameters: &[f64], start: Vec2, end: Vec2) -> CubicBez {
    let (first, last) = (points[0], points[points.len() - 1]);
    let (mut ss, mut se, mut ee, mut xs, mut xe) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (&point, &t) in points.iter().zip(parameters) {
        let u = 1.0 - t;
        let (b0, b1, b2, b3) = (u * u * u, 3.0 * t * u * u, 3.0 * t * t * u, t * t * t);
        let rest = point.to_vec2() - first.to_vec2() * (b0 + b1) - last.to_vec2() * (b2 + b3);
        let (a, b) = (start * b1, end * b2);
        ss += a.dot(a);
        se += a.dot(b);
        ee += b.dot(b);
        xs += a.dot(rest);
        xe += b.dot(rest);
    }
    let determinant = ss * ee - se * se;
    let chord = (last - first).hypot2().sqrt();
    let (mut start_handle, mut end_handle) = ((xs * ee - xe * se) / determinant, (ss * xe - se * xs) / determinant);
    let is_sound = |handle: f64| handle > chord * 1e-3 && handle < chord * 3.0;
    if !(is_sound(start_handle) && is_sound(end_handle)) {
        (start_handle, end_handle) = (chord / 3.0, chord / 3.0);
    }
    CubicBez::new(first, first + start * start_handle, last + end * end_handle, last)
}

/// Index and squared distance of the point farthest from the curve at its parameter.
fn max_squared_error(points: &[Point], parameters: &[f64], cubic: &CubicBez) -> (usize, f64) {
    let mut worst = (points.len() / 2, 0.0);
    for (i, (&point, &t)) in points.iter().zip(parameters).enumerate() {
        let error = (cubic.eval(t) - point).hypot2();
        if error > worst.1 {
            worst = (i, error);
        }
    }
    worst
}

/// One Newton-Raphson step of every parameter towards the nearest point of the curve.
fn reparameterize(points: &[Point], parameters: &mut [f64], cubic: &CubicBez) {
    let (p0, p1, p2, p3) = (cubic.p0.to_vec2(), cubic.p1.to_vec2(), cubic.p2.to_vec2(), cubic.p3.to_vec2());
    let (d0, d1, d2) = ((p1 - p0) * 3.0, (p2 - p1) * 3.0, (p3 - p2) * 3.0);
    for (&point, t) in points.iter().zip(parameters) {
        let u = 1.0 - *t;
        let residual = cubic.eval(*t) - point;
        let first = d0 * (u * u) + d1 * (2.0 * u * *t) + d2 * (*t * *t);
        let second = (d1 - d0) * (2.0 * u) + (d2 - d1) * (2.0 * *t);
        let slope = first.dot(first) + residual.dot(second);
        if slope.abs() > 1e-12 {
            *t = (*t - residual.dot(first) / slope).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use kurbo::ParamCurveNearest;

    use super::*;

    fn fit_open(points: Vec<Point>) -> BezPath {
        let corners = vec![0, points.len() - 1];
        SmoothedLine { points, corners, closed: false }.fit_path(FIT_TOLERANCE_PX)
    }

    #[test]
    fn curve_stays_within_the_tolerance() {
        let wave: Vec<Point> = (0..300).map(|x| Point::new(f64::from(x), (f64::from(x) / 20.0).sin() * 25.0)).collect();
        let path = fit_open(wave.clone());
        assert!(path.elements().len() < 40, "{}", path.elements().len());
        for p in wave {
            let nearest = path.segments().map(|s| s.nearest(p, 1e-6).distance_sq).fold(f64::MAX, f64::min);
            assert!(nearest <= FIT_TOLERANCE_PX * FIT_TOLERANCE_PX, "{p} is {nearest} away");
        }
    }

    #[test]
    fn coincident_points_give_a_finite_path() {
        let path = fit_open(vec![Point::new(3.0, 3.0); 12]);
        assert!(path.elements().len() > 1 && path.is_finite());
    }
}
