//! Edge linking: connects polylines whose ends face each other, across junctions and small gaps.

use super::polyline::{Polyline, end_heading};
use super::sort::{ascending_key, sort_by_key};

/// Points from an end over which its heading is measured.
const HEADING_POINTS: usize = 8;

/// Cosine of the largest turn at a link: 53 degrees.
const MIN_TURN_COSINE: f32 = 0.6;

/// Below this distance, px, the direction from one end to the other is dominated by rounding to
/// pixels.
const MIN_DIRECTED_GAP_PX: f32 = 2.5;

/// One end of a polyline.
#[derive(Clone, Copy)]
struct End {
    line: usize,
    at_tail: bool,
    position: [f32; 2],
    /// Unit vector along which the polyline would continue.
    heading: [f32; 2],
}

/// Connects ends that are at most `max_gap` px apart and turn little, greedily, the cheapest pair
/// first. Closed polylines stay as they are.
pub(super) fn link_ends(lines: Vec<Polyline>, max_gap: f32) -> Vec<Polyline> {
    let ends: Vec<End> = lines
        .iter()
        .enumerate()
        .filter(|(_, points)| points.first() != points.last())
        .flat_map(|(i, points)| [end_of(i, points, false), end_of(i, points, true)])
        .collect();
    let mut pairs = linkable_pairs(&ends, max_gap);
    sort_by_key(&mut pairs, |&(cost, a, b)| [ascending_key(cost), a as u32, b as u32]);
    // Indexed by twice the polyline, plus one for its tail.
    let mut partner = vec![NO_PARTNER; lines.len() * 2];
    let side = |end: &End| end.line * 2 + usize::from(end.at_tail);
    for (_, a, b) in pairs {
        let (a, b) = (side(&ends[a]), side(&ends[b]));
        if partner[a] == NO_PARTNER && partner[b] == NO_PARTNER {
            (partner[a], partner[b]) = (b, a);
        }
    }
    join_linked(&lines, &partner)
}

const NO_PARTNER: usize = usize::MAX;

fn end_of(line: usize, points: &Polyline, at_tail: bool) -> End {
    let (position, heading) = end_heading(points, at_tail, HEADING_POINTS);
    End { line, at_tail, position, heading }
}

/// Cost and indices of all pairs of ends that may be linked.
fn linkable_pairs(ends: &[End], max_gap: f32) -> Vec<(f32, usize, usize)> {
    let mut by_row: Vec<usize> = (0..ends.len()).collect();
    sort_by_key(&mut by_row, |&end| [ascending_key(ends[end].position[1]), 0, 0]);
    let mut pairs = Vec::new();
    for (i, &a) in by_row.iter().enumerate() {
        let is_within_gap = |&&b: &&usize| ends[b].position[1] - ends[a].position[1] <= max_gap;
        for &b in by_row[i + 1..].iter().take_while(is_within_gap) {
            if let Some(cost) = link_cost(&ends[a], &ends[b], max_gap) {
                pairs.push((cost, a.min(b), a.max(b)));
            }
        }
    }
    pairs
}

/// Weighted sum of distance and turn, 0 to 1.8, or `None` for ends that are too far apart or turn
/// too much.
fn link_cost(a: &End, b: &End, max_gap: f32) -> Option<f32> {
    let (dx, dy) = (b.position[0] - a.position[0], b.position[1] - a.position[1]);
    let distance = (dx * dx + dy * dy).sqrt();
    if distance > max_gap {
        return None;
    }
    let opposed = -(a.heading[0] * b.heading[0] + a.heading[1] * b.heading[1]);
    let (ahead_a, ahead_b) = if distance < MIN_DIRECTED_GAP_PX {
        (1.0, 1.0)
    } else {
        let (ux, uy) = (dx / distance, dy / distance);
        (a.heading[0] * ux + a.heading[1] * uy, -(b.heading[0] * ux + b.heading[1] * uy))
    };
    let turn_cosine = opposed.min(ahead_a).min(ahead_b);
    (turn_cosine > MIN_TURN_COSINE).then(|| distance / max_gap + 2.0 * (1.0 - turn_cosine))
}

/// Concatenates polylines over their linked ends: first those with a free end, then closed ones.
fn join_linked(lines: &[Polyline], partner: &[usize]) -> Vec<Polyline> {
    let mut used = vec![false; lines.len()];
    let mut out = Vec::new();
    for closed in [false, true] {
        for start in 0..lines.len() * 2 {
            if used[start / 2] || (!closed && partner[start] != NO_PARTNER) {
                continue;
            }
            let mut joined = Polyline::new();
            let mut side = start;
            while side != NO_PARTNER && !used[side / 2] {
                used[side / 2] = true;
                let points = &lines[side / 2];
                if side % 2 == 0 {
                    joined.extend(points);
                } else {
                    joined.extend(points.iter().rev());
                }
                side = partner[side ^ 1];
            }
            if side == start {
                joined.push(joined[0]);
            }
            joined.dedup();
            out.push(joined);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn horizontal(xs: std::ops::Range<i32>, y: f32) -> Polyline {
        xs.map(|x| [x as f32, y]).collect()
    }

    #[test]
    fn small_gap_in_a_line_is_linked() {
        let linked = link_ends(vec![horizontal(0..20, 5.0), horizontal(26..50, 5.0)], 8.0);
        assert_eq!(linked.len(), 1);
        assert_eq!(linked[0].len(), 44);
    }

    #[test]
    fn wide_gap_is_not_linked() {
        assert_eq!(link_ends(vec![horizontal(0..20, 5.0), horizontal(40..60, 5.0)], 8.0).len(), 2);
    }

    #[test]
    fn parallel_lines_are_not_linked() {
        assert_eq!(link_ends(vec![horizontal(0..20, 5.0), horizontal(0..20, 9.0)], 8.0).len(), 2);
    }
}
