//! Lines evened out. A crest that stands alone is followed closely; where it hardly rises above what lies beside it, as in
//! fur, its wriggles say nothing, and the line sweeps over them. Sharp corners stay where the crest is sure.

use kurbo::Point;

use super::arcs::Chain;
use super::curve::{NormalizeOrZero, Outline};
use super::field::Field;

/// Points on either side that tell a corner from a bend.
const CORNER_REACH: usize = 7;

/// Cosine of the turn at a corner: sharper than 60 degrees.
const CORNER_COSINE: f64 = 0.5;

/// Firmness from which on a corner is one.
const CORNER_FIRMNESS: f32 = 0.6;

/// Distance from a line, px, at which its energy is compared with its own, and the points that even the ratio out.
const ASIDE: f32 = 9.0;
const AVERAGED: f32 = 6.0;

/// Energy of a crest over that beside it from which on it begins to be firm, and is.
const VAGUE: f32 = 1.4;
const FIRM: f32 = 3.2;

/// How many more points to either side are averaged where a line is not firm at all, for a smoothing of 1.
const SWEEP: f32 = 9.0;

/// A line shorter than so many times what is averaged would shrink.
const SHRINKING: f32 = 12.0;

/// Points to either side that are averaged, three times, for a smoothing of 0 to 1: the staircase of pixels goes even at
/// 0, and at 1 what is left bends over a few mm.
fn reach(smoothing: f32) -> f32 {
    0.8 + smoothing + 1.6 * smoothing * smoothing
}

/// How sure a line is of its place, 0 to 1 at every point.
pub(super) fn firmness(energy: &Field<1>, chain: &Chain) -> Vec<f32> {
    let sure = |i: usize| {
        let (from, to) = (chain[i.saturating_sub(4)], chain[(i + 4).min(chain.len() - 1)]);
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let length = (dx * dx + dy * dy).sqrt().max(1e-6);
        let (nx, ny) = (-dy / length, dx / length);
        let [x, y] = chain[i];
        let at = |aside: f32| energy.sample(x - 0.5 + nx * aside, y - 0.5 + ny * aside)[0];
        let crest = at(-2.0).max(at(0.0)).max(at(2.0));
        let beside = 0.5 * (at(-ASIDE) + at(ASIDE));
        crest / (beside + 0.004)
    };
    let ratios: Vec<[f64; 2]> = (0..chain.len()).map(|i| [f64::from(sure(i).min(8.0)), 0.0]).collect();
    let mean = averaged(&ratios, false, |_| AVERAGED);
    mean.iter().map(|ratio| ((ratio[0] as f32 - VAGUE) / (FIRM - VAGUE)).clamp(0.0, 1.0)).collect()
}

/// Smooths `chain` between its corners, by 0 to 1; ends that are given stay where they are given. No firmness at all
/// means firm all along.
pub(super) fn smooth(
    chain: &Chain,
    firmness: &[f32],
    first: Option<Point>,
    last: Option<Point>,
    smoothing: f32,
) -> Outline {
    let closed = chain.len() > 3 && chain.first() == chain.last();
    let mut points: Vec<[f64; 2]> = chain.iter().map(|p| p.map(f64::from)).collect();
    let end = points.len() - 1;
    let given = |point: Option<Point>, or: [f64; 2]| point.map_or(or, |point| [point.x, point.y]);
    points[0] = given(first, points[0]);
    points[end] = given(last, points[end]);
    if closed && first.is_none() {
        points[0] = points[end];
    }
    let firm = |i: usize| firmness.get(i).copied().unwrap_or(1.0);
    let cuts = corners(&points, firm, closed);
    let free = closed && cuts.len() == 2 && first.is_none();
    for pair in cuts.windows(2) {
        let sweep = (SWEEP * smoothing).min((pair[1] - pair[0]) as f32 / SHRINKING);
        let reach = |i: usize| reach(smoothing) + sweep * (1.0 - firm(pair[0] + i));
        let mut part = points[pair[0]..=pair[1]].to_vec();
        for _ in 0..3 {
            part = averaged(&part, free, reach);
        }
        points[pair[0]..=pair[1]].copy_from_slice(&part);
    }
    Outline { points: points.iter().map(|&[x, y]| Point::new(x, y)).collect(), cuts, closed }
}

/// Where the chain is cut: its ends and its sharp corners.
fn corners(points: &[[f64; 2]], firm: impl Fn(usize) -> f32, closed: bool) -> Vec<usize> {
    let last = points.len() - 1;
    let at = |i: usize| Point::new(points[i][0], points[i][1]);
    let turn = |i: usize| {
        let into = (at(i) - at(i - CORNER_REACH)).normalize_or_zero();
        let out = (at(i + CORNER_REACH) - at(i)).normalize_or_zero();
        into.dot(out)
    };
    let mut cuts = vec![0];
    let mut i = CORNER_REACH;
    while i + CORNER_REACH <= last {
        if firm(i) >= CORNER_FIRMNESS && turn(i) < CORNER_COSINE {
            let until = (i + CORNER_REACH).min(last - CORNER_REACH);
            let sharpest = (i..=until).min_by(|&a, &b| turn(a).total_cmp(&turn(b)));
            let at = sharpest.unwrap_or(i);
            cuts.push(at);
            i = at + CORNER_REACH;
        } else {
            i += 1;
        }
    }
    // One corner on a ring would be smoothed as a ring without.
    if closed && cuts.len() == 2 {
        cuts.pop();
    }
    cuts.push(last);
    cuts
}

/// Every point the mean of those within its own `reach`, which may end between two; ends stay, or on a ring are
/// neighbours. Running sums make it as fast for any reach.
fn averaged(points: &[[f64; 2]], ring: bool, reach: impl Fn(usize) -> f32) -> Vec<[f64; 2]> {
    let last = points.len() - 1;
    let beyond = if ring { last } else { 0 };
    // sums[i] is the sum of all points before point i - beyond; a ring is followed once more at either end.
    let mut sums = Vec::with_capacity(points.len() + 2 * beyond + 1);
    let mut sum = [0.0; 2];
    sums.push(sum);
    for i in 0..points.len() + 2 * beyond {
        let point = points[if ring { i % last } else { i }];
        sum = [sum[0] + point[0], sum[1] + point[1]];
        sums.push(sum);
    }
    let until = |at: f64| {
        let whole = (at as usize).min(sums.len() - 2);
        let part = at - whole as f64;
        [0, 1].map(|c| sums[whole][c] + (sums[whole + 1][c] - sums[whole][c]) * part)
    };
    let mut means: Vec<[f64; 2]> = (0..points.len())
        .map(|i| {
            let room = if ring { last / 2 } else { i.min(last - i) };
            let reach = f64::from(reach(i)).min(room as f64);
            let middle = (i + beyond) as f64 + 0.5;
            let (from, to) = (until(middle - reach - 0.5), until(middle + reach + 0.5));
            [0, 1].map(|c| (to[c] - from[c]) / (2.0 * reach + 1.0))
        })
        .collect();
    if ring {
        means[last] = means[0];
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line that wriggles by 2 px.
    fn wriggle() -> Chain {
        (0..120).map(|x| [x as f32 * 2.0, 40.0 + if x / 5 % 2 == 0 { 2.0 } else { -2.0 }]).collect()
    }

    fn rest(firmness: f32, smoothing: f32) -> f64 {
        let outline = smooth(&wriggle(), &[firmness; 120], None, None, smoothing);
        outline.points[20..100].iter().map(|point| (point.y - 40.0).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn what_is_not_firm_is_swept_over_and_more_smoothing_is_smoother() {
        assert!(rest(0.0, 0.5) < 0.3 * rest(1.0, 0.5));
        assert!(rest(1.0, 1.0) < rest(1.0, 0.5) && rest(1.0, 0.5) < rest(1.0, 0.0));
    }

    #[test]
    fn ends_stay_and_a_ring_stays_closed() {
        let outline = smooth(&wriggle(), &[0.0; 120], None, Some(Point::new(240.0, 50.0)), 0.5);
        assert_eq!((outline.points[0], outline.points[119]), (Point::new(0.0, 42.0), Point::new(240.0, 50.0)));
        let mut ring: Chain = (0..200)
            .map(|i| kurbo::Vec2::from_angle(f64::from(i) * std::f64::consts::TAU / 200.0) * 60.0)
            .map(|v| [v.x as f32, v.y as f32])
            .collect();
        ring.push(ring[0]);
        let outline = smooth(&ring, &[], None, None, 0.5);
        assert_eq!(outline.points[0], outline.points[200]);
        assert!(outline.points.iter().all(|point| (point.to_vec2().hypot() - 60.0).abs() < 0.5));
    }

    #[test]
    fn a_crest_alone_is_firm_and_one_among_many_is_not() {
        let firm = |of: &dyn Fn(usize) -> f32| {
            let mut energy = Field::<1>::new(60, 60);
            energy.data.iter_mut().enumerate().for_each(|(at, value)| *value = [of(at % 60)]);
            firmness(&energy, &(10..50).map(|y| [30.5, y as f32]).collect())[20]
        };
        assert_eq!(firm(&|x| if x == 30 { 0.3 } else { 0.01 }), 1.0);
        assert!(firm(&|x| if x % 3 == 0 { 0.3 } else { 0.2 }) < 0.3);
    }
}
