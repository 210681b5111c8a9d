//! Adaptive smoothing of polylines by moving averages between detected corners.
//!
//! The radius grows where localisation is uncertain: an isolated crest is followed closely; where a
//! crest hardly rises above its surroundings, as in fur, its wiggles are noise and are averaged
//! out. Corners are kept on certain crests only.

use kurbo::Point;

use super::bezier_fit::{NormalizeOrZero, SmoothedLine};
use super::field::Field;
use super::polyline::Polyline;

/// Points on either side over which the turn at a corner is measured.
const CORNER_POINTS: usize = 7;

/// Cosine of the turn at a corner, at most: corners turn by more than 60 degrees.
const MAX_CORNER_COSINE: f64 = 0.5;

/// Lowest confidence at which a corner is kept.
const MIN_CORNER_CONFIDENCE: f32 = 0.6;

/// Distance to either side of a line, px, of the energy that its own is compared with.
const FLANK_DISTANCE_PX: f32 = 9.0;

/// Points to either side over which the ratio of both energies is averaged.
const RATIO_RADIUS: f32 = 6.0;

/// Ratio of the energy on a line to that beside it at which the confidence is 0, and at which it is
/// 1.
const UNCERTAIN_RATIO: f32 = 1.4;
const CERTAIN_RATIO: f32 = 3.2;

/// Points added to the averaging radius where the confidence is 0, at a smoothing of 1.
const MAX_EXTRA_RADIUS: f32 = 9.0;

/// Smallest ratio of a line's length to its extra radius, both in points: a shorter line would
/// shrink.
const MIN_LENGTH_TO_RADIUS: f32 = 12.0;

/// Number of passes of the moving average; three are close to a Gaussian.
const SMOOTHING_PASSES: usize = 3;

/// Points to either side of the moving average for a smoothing of 0 to 1. At 0 the staircase of
/// pixels disappears; at 1 the remaining bends are a few mm long on A4.
fn base_radius(smoothing: f32) -> f32 {
    0.8 + smoothing + 1.6 * smoothing * smoothing
}

/// Confidence in the localisation of a line, 0 to 1 at every point, from how far `energy` on it
/// exceeds that beside it.
pub(super) fn localisation_confidence(energy: &Field<1>, line: &Polyline) -> Vec<f32> {
    let crest_ratio = |i: usize| {
        let (from, to) = (line[i.saturating_sub(4)], line[(i + 4).min(line.len() - 1)]);
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length = (dx * dx + dy * dy).sqrt().max(1e-6);
        let (nx, ny) = (-dy / length, dx / length);
        let [x, y] = line[i];
        let at = |offset: f32| energy.sample(x - 0.5 + nx * offset, y - 0.5 + ny * offset)[0];
        let crest = at(-2.0).max(at(0.0)).max(at(2.0));
        let flanks = 0.5 * (at(-FLANK_DISTANCE_PX) + at(FLANK_DISTANCE_PX));
        crest / (flanks + 0.004)
    };
    let ratios: Vec<[f64; 2]> = (0..line.len()).map(|i| [f64::from(crest_ratio(i).min(8.0)), 0.0]).collect();
    let mean = moving_average(&ratios, false, |_| RATIO_RADIUS);
    let confidence = |ratio: f32| (ratio - UNCERTAIN_RATIO) / (CERTAIN_RATIO - UNCERTAIN_RATIO);
    mean.iter().map(|ratio| confidence(ratio[0] as f32).clamp(0.0, 1.0)).collect()
}

/// Smooths `line` between its corners; `smoothing` is 0 to 1. The ends move to `first` and `last`
/// where these are given and stay otherwise. Points beyond the end of `confidence` have confidence
/// 1.
pub(super) fn smooth_line(
    line: &Polyline,
    confidence: &[f32],
    first: Option<Point>,
    last: Option<Point>,
    smoothing: f32,
) -> SmoothedLine {
    let closed = line.len() > 3 && line.first() == line.last();
    let mut points: Vec<[f64; 2]> = line.iter().map(|p| p.map(f64::from)).collect();
    let end = points.len() - 1;
    let fixed_or = |point: Option<Point>, own: [f64; 2]| point.map_or(own, |point| [point.x, point.y]);
    points[0] = fixed_or(first, points[0]);
    points[end] = fixed_or(last, points[end]);
    if closed && first.is_none() {
        points[0] = points[end];
    }
    let confidence_at = |i: usize| confidence.get(i).copied().unwrap_or(1.0);
    let corners = find_corners(&points, confidence_at, closed);
    let is_periodic = closed && corners.len() == 2 && first.is_none();
    for pair in corners.windows(2) {
        let extra = (MAX_EXTRA_RADIUS * smoothing).min((pair[1] - pair[0]) as f32 / MIN_LENGTH_TO_RADIUS);
        let radius = |i: usize| base_radius(smoothing) + extra * (1.0 - confidence_at(pair[0] + i));
        let mut part = points[pair[0]..=pair[1]].to_vec();
        for _ in 0..SMOOTHING_PASSES {
            part = moving_average(&part, is_periodic, radius);
        }
        points[pair[0]..=pair[1]].copy_from_slice(&part);
    }
    SmoothedLine { points: points.iter().map(|&[x, y]| Point::new(x, y)).collect(), corners, closed }
}

/// Indices of the first point, the sharpest point of each corner, and the last point.
fn find_corners(points: &[[f64; 2]], confidence: impl Fn(usize) -> f32, closed: bool) -> Vec<usize> {
    let last = points.len() - 1;
    let at = |i: usize| Point::new(points[i][0], points[i][1]);
    let turn_cosine = |i: usize| {
        let into = (at(i) - at(i - CORNER_POINTS)).normalize_or_zero();
        let out = (at(i + CORNER_POINTS) - at(i)).normalize_or_zero();
        into.dot(out)
    };
    let mut corners = vec![0];
    let mut i = CORNER_POINTS;
    while i + CORNER_POINTS <= last {
        if confidence(i) >= MIN_CORNER_CONFIDENCE && turn_cosine(i) < MAX_CORNER_COSINE {
            let until = (i + CORNER_POINTS).min(last - CORNER_POINTS);
            let sharpest = (i..=until).min_by(|&a, &b| turn_cosine(a).total_cmp(&turn_cosine(b)));
            let at = sharpest.unwrap_or(i);
            corners.push(at);
            i = at + CORNER_POINTS;
        } else {
            i += 1;
        }
    }
    // A closed line with a single corner is smoothed as one without corners.
    if closed && corners.len() == 2 {
        corners.pop();
    }
    corners.push(last);
    corners
}

/// Moving average: every point becomes the mean of those within its own `radius`, which need not be
/// whole. The ends stay, unless the line is `periodic`, that is closed without corners. Prefix sums
/// make the cost independent of the radius.
fn moving_average(points: &[[f64; 2]], periodic: bool, radius: impl Fn(usize) -> f32) -> Vec<[f64; 2]> {
    let last = points.len() - 1;
    let padding = if periodic { last } else { 0 };
    // sums[i] is the sum of all points before point i - padding; a periodic line is repeated once
    // at either end.
    let mut sums = Vec::with_capacity(points.len() + 2 * padding + 1);
    let mut sum = [0.0; 2];
    sums.push(sum);
    for i in 0..points.len() + 2 * padding {
        let point = points[if periodic { i % last } else { i }];
        sum = [sum[0] + point[0], sum[1] + point[1]];
        sums.push(sum);
    }
    let sum_until = |at: f64| {
        let whole = (at as usize).min(sums.len() - 2);
        let fraction = at - whole as f64;
        [0, 1].map(|c| sums[whole][c] + (sums[whole + 1][c] - sums[whole][c]) * fraction)
    };
    let mut means: Vec<[f64; 2]> = (0..points.len())
        .map(|i| {
            let max_radius = if periodic { last / 2 } else { i.min(last - i) };
            let radius = f64::from(radius(i)).min(max_radius as f64);
            let middle = (i + padding) as f64 + 0.5;
            let (from, to) = (sum_until(middle - radius - 0.5), sum_until(middle + radius + 0.5));
            [0, 1].map(|c| (to[c] - from[c]) / (2.0 * radius + 1.0))
        })
        .collect();
    if periodic {
        means[last] = means[0];
    }
    means
}

#[cfg(test)]
mod tests {
    use kurbo::{BezPath, ParamCurve, ParamCurveNearest, Shape};

    use super::super::bezier_fit::FIT_TOLERANCE_PX;
    use super::*;

    /// A horizontal line at y = 40 with a square wave of 2 px.
    fn wiggly_line() -> Polyline {
        (0..120).map(|x| [x as f32 * 2.0, 40.0 + if x / 5 % 2 == 0 { 2.0 } else { -2.0 }]).collect()
    }

    fn circle(radius: f64, count: u32) -> impl Iterator<Item = kurbo::Vec2> {
        let angle = move |i: u32| f64::from(i) * std::f64::consts::TAU / f64::from(count);
        (0..count).map(move |i| kurbo::Vec2::from_angle(angle(i)) * radius)
    }

    /// Amplitude that is left of the wiggle.
    fn residual_wiggle(confidence: f32, smoothing: f32) -> f64 {
        let smoothed = smooth_line(&wiggly_line(), &[confidence; 120], None, None, smoothing);
        smoothed.points[20..100].iter().map(|point| (point.y - 40.0).abs()).fold(0.0, f64::max)
    }

    fn smooth_and_fit(line: &Polyline) -> BezPath {
        smooth_line(line, &[], None, None, 0.5).fit_path(FIT_TOLERANCE_PX)
    }

    #[test]
    fn low_confidence_is_smoothed_more() {
        assert!(residual_wiggle(0.0, 0.5) < 0.3 * residual_wiggle(1.0, 0.5));
    }

    #[test]
    fn more_smoothing_leaves_less_wiggle() {
        let [none, half, full] = [0.0, 0.5, 1.0].map(|smoothing| residual_wiggle(1.0, smoothing));
        assert!(full < half && half < none);
    }

    #[test]
    fn ends_stay_or_move_to_the_given_points() {
        let smoothed = smooth_line(&wiggly_line(), &[0.0; 120], None, Some(Point::new(240.0, 50.0)), 0.5);
        assert_eq!((smoothed.points[0], smoothed.points[119]), (Point::new(0.0, 42.0), Point::new(240.0, 50.0)));
    }

    #[test]
    fn closed_line_stays_closed_and_does_not_shrink() {
        let mut ring: Polyline = circle(60.0, 200).map(|v| [v.x as f32, v.y as f32]).collect();
        ring.push(ring[0]);
        let smoothed = smooth_line(&ring, &[], None, None, 0.5);
        assert_eq!(smoothed.points[0], smoothed.points[200]);
        assert!(smoothed.points.iter().all(|point| (point.to_vec2().hypot() - 60.0).abs() < 0.5));
    }

    #[test]
    fn confidence_is_high_on_isolated_crests_only() {
        let confidence = |of: &dyn Fn(usize) -> f32| {
            let mut energy = Field::<1>::new(60, 60);
            energy.data.iter_mut().enumerate().for_each(|(at, value)| *value = [of(at % 60)]);
            localisation_confidence(&energy, &(10..50).map(|y| [30.5, y as f32]).collect())[20]
        };
        assert_eq!(confidence(&|x| if x == 30 { 0.3 } else { 0.01 }), 1.0);
        assert!(confidence(&|x| if x % 3 == 0 { 0.3 } else { 0.2 }) < 0.3);
    }

    #[test]
    fn digitised_circle_takes_few_cubics_and_closes() {
        let mut ring: Polyline = circle(40.0, 250).map(|v| [v.x.round() as f32, v.y.round() as f32]).collect();
        ring.push(ring[0]);
        ring.dedup();
        let path = smooth_and_fit(&ring);
        assert!(path.elements().len() <= 14, "{}", path.elements().len());
        assert_eq!(path.elements().last(), Some(&kurbo::PathEl::ClosePath));
        assert!((path.area().abs() / (std::f64::consts::PI * 1600.0) - 1.0).abs() < 0.04);
    }

    #[test]
    fn smoothed_curve_stays_near_its_points() {
        let wave: Polyline = (0..300).map(|x| [x as f32, (x as f32 / 20.0).sin() * 25.0]).collect();
        let path = smooth_and_fit(&wave);
        for p in &wave {
            let p = Point::new(f64::from(p[0]), f64::from(p[1]));
            let nearest = path.segments().map(|s| s.nearest(p, 1e-3).distance_sq).fold(f64::MAX, f64::min);
            assert!(nearest < 1.5, "{p} is {nearest} away");
        }
    }

    #[test]
    fn corner_stays_sharp() {
        let mut line: Polyline = (0..40).map(|x| [x as f32, 0.0]).collect();
        line.extend((1..40).map(|y| [39.0, y as f32]));
        let path = smooth_and_fit(&line);
        let corner = Point::new(39.0, 0.0);
        let to_corner = path.segments().map(|s| s.nearest(corner, 1e-3).distance_sq);
        assert!(to_corner.fold(f64::MAX, f64::min) < 0.5);
        assert!(path.segments().any(|segment| segment.end().distance(corner) < 0.5));
    }

    #[test]
    fn coincident_points_are_smoothed_without_panic() {
        let path = smooth_and_fit(&vec![[3.0, 3.0]; 12]);
        assert!(path.elements().len() > 1 && path.is_finite());
    }
}
