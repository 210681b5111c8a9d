//! Joins chains whose ends look at each other, across branchings and small gaps.

use super::arcs::Chain;
use super::order;

/// Points from an end that tell where a chain is heading.
const HEADING: usize = 8;

/// One end of a chain: where it is and where it would go on.
#[derive(Clone, Copy)]
struct End {
    chain: usize,
    tail: bool,
    at: [f32; 2],
    heading: [f32; 2],
}

/// Joins greedily, best pair first, ends at most `gap` px apart that turn little.
pub(super) fn join(chains: Vec<Chain>, gap: f32) -> Vec<Chain> {
    let ends: Vec<End> = chains
        .iter()
        .enumerate()
        .filter(|(_, chain)| chain.first() != chain.last())
        .flat_map(|(i, chain)| [end(i, chain, false), end(i, chain, true)])
        .collect();
    let mut pairs = pairs(&ends, gap);
    order::by_key(&mut pairs, |&(cost, a, b)| [order::ascending(cost), a as u32, b as u32]);
    let mut partner = vec![usize::MAX; chains.len() * 2];
    let side = |end: &End| end.chain * 2 + usize::from(end.tail);
    for (_, a, b) in pairs {
        let (a, b) = (side(&ends[a]), side(&ends[b]));
        if partner[a] == usize::MAX && partner[b] == usize::MAX {
            (partner[a], partner[b]) = (b, a);
        }
    }
    string_together(&chains, &partner)
}

fn end(chain: usize, points: &Chain, tail: bool) -> End {
    let last = points.len() - 1;
    let reach = HEADING.min(last);
    let (at, inside) = if tail { (points[last], points[last - reach]) } else { (points[0], points[reach]) };
    let (dx, dy) = (at[0] - inside[0], at[1] - inside[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    End { chain, tail, at, heading: [dx / length, dy / length] }
}

/// Cost and indices of all pairs of ends that may be joined.
fn pairs(ends: &[End], gap: f32) -> Vec<(f32, usize, usize)> {
    let mut by_row: Vec<usize> = (0..ends.len()).collect();
    order::by_key(&mut by_row, |&end| [order::ascending(ends[end].at[1]), 0, 0]);
    let mut pairs = Vec::new();
    for (i, &a) in by_row.iter().enumerate() {
        let within = |&&b: &&usize| ends[b].at[1] - ends[a].at[1] <= gap;
        for &b in by_row[i + 1..].iter().take_while(within) {
            if let Some(cost) = cost(&ends[a], &ends[b], gap) {
                pairs.push((cost, a.min(b), a.max(b)));
            }
        }
    }
    pairs
}

/// Distance and turning weighed against each other, or nothing for ends that do not belong together.
fn cost(a: &End, b: &End, gap: f32) -> Option<f32> {
    let (dx, dy) = (b.at[0] - a.at[0], b.at[1] - a.at[1]);
    let distance = (dx * dx + dy * dy).sqrt();
    if distance > gap {
        return None;
    }
    let opposed = -(a.heading[0] * b.heading[0] + a.heading[1] * b.heading[1]);
    // Ends that nearly touch have no direction between them.
    let (ahead_a, ahead_b) = if distance < 2.5 {
        (1.0, 1.0)
    } else {
        let (ux, uy) = (dx / distance, dy / distance);
        (a.heading[0] * ux + a.heading[1] * uy, -(b.heading[0] * ux + b.heading[1] * uy))
    };
    let straight = opposed.min(ahead_a).min(ahead_b);
    (straight > 0.6).then(|| distance / gap + 2.0 * (1.0 - straight))
}

fn string_together(chains: &[Chain], partner: &[usize]) -> Vec<Chain> {
    let mut used = vec![false; chains.len()];
    let mut out = Vec::new();
    // Strings with a free end first, then rings.
    for rings in [false, true] {
        for start in 0..chains.len() * 2 {
            if used[start / 2] || (!rings && partner[start] != usize::MAX) {
                continue;
            }
            let mut string = Chain::new();
            let mut side = start;
            while side != usize::MAX && !used[side / 2] {
                used[side / 2] = true;
                let chain = &chains[side / 2];
                if side % 2 == 0 {
                    string.extend(chain);
                } else {
                    string.extend(chain.iter().rev());
                }
                side = partner[side ^ 1];
            }
            if side == start {
                string.push(string[0]);
            }
            string.dedup();
            out.push(string);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(xs: std::ops::Range<i32>, y: f32) -> Chain {
        xs.map(|x| [x as f32, y]).collect()
    }

    #[test]
    fn a_gap_in_a_line_is_joined() {
        let joined = join(vec![line(0..20, 5.0), line(26..50, 5.0)], 8.0);
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].len(), 44);
    }

    #[test]
    fn wide_gaps_and_parallels_stay_apart() {
        let apart = vec![line(0..20, 5.0), line(40..60, 5.0), line(0..20, 9.0)];
        assert_eq!(join(apart, 8.0).len(), 3);
    }
}
