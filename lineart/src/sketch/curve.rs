//! From chains of points to smooth cubic Bezier centre lines (Schneider 1990, "An algorithm for
//! automatically fitting digitized curves"). Only the four operations and square roots.

use kurbo::{BezPath, CubicBez, ParamCurve, Point, Vec2};

/// A smoothed line, one point for every point of its chain, cut at its corners.
pub(super) struct Outline {
    pub points: Vec<Point>,
    pub cuts: Vec<usize>,
    pub closed: bool,
}

impl Outline {
    /// The curve within `tolerance` px of the points.
    pub fn path(&self, tolerance: f64) -> BezPath {
        let mut path = BezPath::new();
        path.move_to(self.points[0]);
        for pair in self.cuts.windows(2) {
            let points = &self.points[pair[0]..=pair[1]];
            let (mut start, mut end) = (heading(points), heading_back(points));
            if self.closed && self.cuts.len() == 2 {
                let through = (start - end).normalize_or_zero();
                (start, end) = (through, -through);
            }
            cubics(points, start, end, tolerance, &mut path);
        }
        if self.closed {
            path.close_path();
        }
        path
    }
}

pub(super) trait NormalizeOrZero {
    fn normalize_or_zero(self) -> Vec2;
}

impl NormalizeOrZero for Vec2 {
    fn normalize_or_zero(self) -> Vec2 {
        let length = self.hypot2().sqrt();
        if length > 1e-9 { self / length } else { Vec2::ZERO }
    }
}

fn heading(points: &[Point]) -> Vec2 {
    let reach = 4.min(points.len() - 1);
    (points[reach] - points[0]).normalize_or_zero()
}

fn heading_back(points: &[Point]) -> Vec2 {
    let last = points.len() - 1;
    (points[last - 4.min(last)] - points[last]).normalize_or_zero()
}

/// One cubic if it fits, else two halves that share a tangent.
fn cubics(points: &[Point], start: Vec2, end: Vec2, tolerance: f64, path: &mut BezPath) {
    let last = points.len() - 1;
    if last < 2 {
        path.line_to(points[last]);
        return;
    }
    let mut at = chord_lengths(points);
    let mut split = last / 2;
    // Moving the parameters to the nearest points of the curve often saves a cut.
    for _ in 0..3 {
        let cubic = least_squares(points, &at, start, end);
        let (worst, error) = worst(points, &at, &cubic);
        if error <= tolerance * tolerance {
            path.curve_to(cubic.p1, cubic.p2, cubic.p3);
            return;
        }
        split = worst;
        if error > 16.0 * tolerance * tolerance {
            break;
        }
        nearer(points, &mut at, &cubic);
    }
    let split = split.clamp(1, last - 1);
    let (back, ahead) = (split.saturating_sub(3), (split + 3).min(last));
    let through = (points[back] - points[ahead]).normalize_or_zero();
    cubics(&points[..=split], start, through, tolerance, path);
    cubics(&points[split..], -through, end, tolerance, path);
}

fn chord_lengths(points: &[Point]) -> Vec<f64> {
    let mut at = vec![0.0];
    let mut total = 0.0;
    for pair in points.windows(2) {
        total += (pair[1] - pair[0]).hypot2().sqrt();
        at.push(total);
    }
    let whole = total.max(1e-9);
    at.iter().map(|length| length / whole).collect()
}

/// The cubic with given end tangents nearest to the points.
fn least_squares(points: &[Point], at: &[f64], start: Vec2, end: Vec2) -> CubicBez {
    let (first, last) = (points[0], points[points.len() - 1]);
    let (mut ss, mut se, mut ee, mut xs, mut xe) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (&point, &t) in points.iter().zip(at) {
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
    let (mut reach_start, mut reach_end) = ((xs * ee - xe * se) / determinant, (ss * xe - se * xs) / determinant);
    let sound = |reach: f64| reach > chord * 1e-3 && reach < chord * 3.0;
    if !(sound(reach_start) && sound(reach_end)) {
        (reach_start, reach_end) = (chord / 3.0, chord / 3.0);
    }
    CubicBez::new(first, first + start * reach_start, last + end * reach_end, last)
}

fn worst(points: &[Point], at: &[f64], cubic: &CubicBez) -> (usize, f64) {
    let mut worst = (points.len() / 2, 0.0);
    for (i, (&point, &t)) in points.iter().zip(at).enumerate() {
        let error = (cubic.eval(t) - point).hypot2();
        if error > worst.1 {
            worst = (i, error);
        }
    }
    worst
}

/// One Newton step of every parameter towards its nearest point on the curve.
fn nearer(points: &[Point], at: &mut [f64], cubic: &CubicBez) {
    let (p0, p1, p2, p3) = (cubic.p0.to_vec2(), cubic.p1.to_vec2(), cubic.p2.to_vec2(), cubic.p3.to_vec2());
    let (d0, d1, d2) = ((p1 - p0) * 3.0, (p2 - p1) * 3.0, (p3 - p2) * 3.0);
    for (&point, t) in points.iter().zip(at) {
        let u = 1.0 - *t;
        let miss = cubic.eval(*t) - point;
        let first = d0 * (u * u) + d1 * (2.0 * u * *t) + d2 * (*t * *t);
        let second = (d1 - d0) * (2.0 * u) + (d2 - d1) * (2.0 * *t);
        let slope = first.dot(first) + miss.dot(second);
        if slope.abs() > 1e-12 {
            *t = (*t - miss.dot(first) / slope).clamp(0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::arcs::Chain;
    use super::super::smooth::smooth;
    use super::*;
    use kurbo::{ParamCurveNearest, Shape};

    fn fit(chain: &Chain) -> BezPath {
        smooth(chain, &[], None, None, 0.5).path(0.6)
    }

    /// A digitised circle of 40 px.
    fn circle() -> Chain {
        let mut chain: Chain = (0..250)
            .map(|i| kurbo::Vec2::from_angle(f64::from(i) * std::f64::consts::TAU / 250.0) * 40.0)
            .map(|v| [v.x.round() as f32, v.y.round() as f32])
            .collect();
        chain.push(chain[0]);
        chain.dedup();
        chain
    }

    #[test]
    fn a_circle_takes_few_cubics_and_closes() {
        let path = fit(&circle());
        assert!(path.elements().len() <= 14, "{}", path.elements().len());
        assert!((path.area().abs() / (std::f64::consts::PI * 1600.0) - 1.0).abs() < 0.04);
    }

    #[test]
    fn the_curve_stays_near_its_points() {
        let wave: Chain = (0..300).map(|x| [x as f32, (x as f32 / 20.0).sin() * 25.0]).collect();
        let path = fit(&wave);
        for p in &wave {
            let p = Point::new(f64::from(p[0]), f64::from(p[1]));
            let nearest = path.segments().map(|s| s.nearest(p, 1e-3).distance_sq).fold(f64::MAX, f64::min);
            assert!(nearest < 1.5, "{p} is {nearest} away");
        }
    }

    #[test]
    fn a_corner_stays_sharp() {
        let mut chain: Chain = (0..40).map(|x| [x as f32, 0.0]).collect();
        chain.extend((1..40).map(|y| [39.0, y as f32]));
        let path = fit(&chain);
        let corner = path.segments().map(|s| s.nearest(Point::new(39.0, 0.0), 1e-3).distance_sq);
        assert!(corner.fold(f64::MAX, f64::min) < 0.5);
    }

    #[test]
    fn standing_still_is_no_reason_to_panic() {
        let path = fit(&vec![[3.0, 3.0]; 12]);
        assert!(path.elements().len() > 1 && path.is_finite());
    }
}
