//! Arcs that go on into each other across nodes, strung together: a crease is one line however many faint arcs
//! branch off it.

use super::arcs::Arcs;
use super::evidence::Evidence;
use super::order;

/// Points from a node that tell where an arc is heading.
const HEADING: usize = 6;

/// Cosine of the turn up to which two arcs may be one line.
const STRAIGHT: f32 = 0.6;

/// Share of the stronger arc's energy the weaker needs to be its continuation.
const ALIKE: f32 = 0.45;

/// For every arc the string it belongs to, and how many strings there are.
pub(super) struct Strings {
    pub of: Vec<u32>,
    pub count: usize,
}

/// The end of an arc at a node, and the unit vector along which it arrives there.
#[derive(Clone, Copy)]
struct End {
    node: u32,
    arc: u32,
    arriving: [f32; 2],
}

pub(super) fn strings(arcs: &Arcs, evidence: &[Evidence]) -> Strings {
    let mut ends = Vec::with_capacity(arcs.arcs.len() * 2);
    for (i, arc) in arcs.arcs.iter().enumerate() {
        let last = arc.points.len() - 1;
        let reach = HEADING.min(last);
        for (node, at, inside) in [(arc.nodes[0], 0, reach), (arc.nodes[1], last, last - reach)] {
            let (at, inside) = (arc.points[at], arc.points[inside]);
            let (dx, dy) = (at[0] - inside[0], at[1] - inside[1]);
            let length = (dx * dx + dy * dy).sqrt().max(1e-6);
            ends.push(End { node, arc: i as u32, arriving: [dx / length, dy / length] });
        }
    }
    order::by_key(&mut ends, |end| [end.node, end.arc, 0]);
    let mut parent: Vec<u32> = (0..arcs.arcs.len() as u32).collect();
    for meeting in ends.chunk_by(|a, b| a.node == b.node) {
        pair_up(meeting, evidence, &mut parent);
    }
    let mut number = vec![u32::MAX; parent.len()];
    let mut count = 0;
    let of = (0..parent.len() as u32)
        .map(|i| {
            let root = find(&mut parent, i) as usize;
            if number[root] == u32::MAX {
                number[root] = count;
                count += 1;
            }
            number[root]
        })
        .collect();
    Strings { of, count: count as usize }
}

/// Joins the ends that meet at a node, straightest pair first.
fn pair_up(meeting: &[End], evidence: &[Evidence], parent: &mut [u32]) {
    let mut free = vec![true; meeting.len()];
    loop {
        let mut best = (STRAIGHT, None);
        for a in 0..meeting.len() {
            for b in a + 1..meeting.len() {
                if !(free[a] && free[b]) {
                    continue;
                }
                let [u, v] = [&meeting[a], &meeting[b]].map(|end| end.arriving);
                let straight = -(u[0] * v[0] + u[1] * v[1]);
                let [e, f] = [&meeting[a], &meeting[b]].map(|end| evidence[end.arc as usize].energy());
                let alike = e.min(f) / e.max(f).max(1e-6);
                let worth = straight * alike.sqrt();
                if straight > STRAIGHT && alike > ALIKE && (worth > best.0 || best.1.is_none()) {
                    best = (worth, Some((a, b)));
                }
            }
        }
        let (_, Some((a, b))) = best else {
            return;
        };
        (free[a], free[b]) = (false, false);
        let (a, b) = (find(parent, meeting[a].arc), find(parent, meeting[b].arc));
        parent[a.max(b) as usize] = a.min(b);
    }
}

fn find(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::super::arcs::Arc;
    use super::*;

    /// Arcs from the middle (node 0) outwards, each 10 px long, with their energy.
    fn star(ways: &[([f32; 2], f32)]) -> Strings {
        let arc = |i: usize, [dx, dy]: [f32; 2]| Arc {
            left: 0,
            right: 1,
            nodes: [0, i as u32 + 1],
            points: (0..=10).map(|step| [dx * step as f32, dy * step as f32]).collect(),
        };
        let arcs: Vec<Arc> = ways.iter().enumerate().map(|(i, way)| arc(i, way.0)).collect();
        let weigh = |energy: f32| Evidence { length: 10.0, root_energy: 10.0 * energy.sqrt(), ..Evidence::default() };
        let evidence: Vec<Evidence> = ways.iter().map(|way| weigh(way.1)).collect();
        strings(&Arcs { arcs, on_border: vec![false; ways.len() + 1] }, &evidence)
    }

    #[test]
    fn a_line_goes_straight_on_where_another_joins_it() {
        let strings = star(&[([-1.0, 0.0], 0.2), ([1.0, 0.1], 0.2), ([0.0, 1.0], 0.2)]);
        assert_eq!((strings.count, strings.of), (2, vec![0, 0, 1]));
    }

    #[test]
    fn a_faint_arc_does_not_continue_a_strong_one() {
        assert_eq!(star(&[([-1.0, 0.0], 0.4), ([1.0, 0.0], 0.01)]).count, 2);
    }
}
