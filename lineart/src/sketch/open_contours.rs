//! Open contours: arcs that continue each other across nodes (good continuation), grouped so that a
//! crease is scored as one line, however many faint arcs branch off it.

use super::boundary_score::BoundaryScore;
use super::planar_graph::PlanarGraph;
use super::polyline::end_heading;
use super::sort::sort_by_key;

/// Points from a node over which the heading of an arc is measured.
const HEADING_POINTS: usize = 6;

/// Cosine of the largest turn from an arc to its continuation: 53 degrees.
const MIN_TURN_COSINE: f32 = 0.6;

/// Smallest ratio between the energies of an arc and its continuation.
const MIN_ENERGY_RATIO: f32 = 0.45;

/// A partition of the arcs into contours.
pub(super) struct OpenContours {
    /// For every arc the number of its contour, from 0.
    pub contour_of: Vec<u32>,
    pub count: usize,
}

/// The end of an arc at a node.
#[derive(Clone, Copy)]
struct End {
    node: u32,
    arc: u32,
    /// Unit vector along which the arc arrives at the node.
    heading: [f32; 2],
}

/// Groups the arcs of `graph`; `scores` holds one score for each arc.
pub(super) fn group_arcs(graph: &PlanarGraph, scores: &[BoundaryScore]) -> OpenContours {
    let mut ends = Vec::with_capacity(graph.arcs.len() * 2);
    for (i, arc) in graph.arcs.iter().enumerate() {
        for (node, at_tail) in [(arc.nodes[0], false), (arc.nodes[1], true)] {
            let (_, heading) = end_heading(&arc.points, at_tail, HEADING_POINTS);
            ends.push(End { node, arc: i as u32, heading });
        }
    }
    sort_by_key(&mut ends, |end| [end.node, end.arc, 0]);
    let mut parent: Vec<u32> = (0..graph.arcs.len() as u32).collect();
    for ends_at_node in ends.chunk_by(|a, b| a.node == b.node) {
        link_at_node(ends_at_node, scores, &mut parent);
    }
    let mut number = vec![u32::MAX; parent.len()];
    let mut count = 0;
    let contour_of = (0..parent.len() as u32)
        .map(|i| {
            let root = find_root(&mut parent, i) as usize;
            if number[root] == u32::MAX {
                number[root] = count;
                count += 1;
            }
            number[root]
        })
        .collect();
    OpenContours { contour_of, count: count as usize }
}

/// Links pairs of the ends that meet at a node, the straightest and most alike first; each end is
/// linked once.
fn link_at_node(ends: &[End], scores: &[BoundaryScore], parent: &mut [u32]) {
    let mut free = vec![true; ends.len()];
    loop {
        let mut best = (MIN_TURN_COSINE, None);
        for a in 0..ends.len() {
            for b in a + 1..ends.len() {
                if !(free[a] && free[b]) {
                    continue;
                }
                let [u, v] = [&ends[a], &ends[b]].map(|end| end.heading);
                let turn_cosine = -(u[0] * v[0] + u[1] * v[1]);
                let [e, f] = [&ends[a], &ends[b]].map(|end| scores[end.arc as usize].mean_energy());
                let energy_ratio = e.min(f) / e.max(f).max(1e-6);
                let affinity = turn_cosine * energy_ratio.sqrt();
                let may_link = turn_cosine > MIN_TURN_COSINE && energy_ratio > MIN_ENERGY_RATIO;
                if may_link && (affinity > best.0 || best.1.is_none()) {
                    best = (affinity, Some((a, b)));
                }
            }
        }
        let (_, Some((a, b))) = best else {
            return;
        };
        (free[a], free[b]) = (false, false);
        let (a, b) = (find_root(parent, ends[a].arc), find_root(parent, ends[b].arc));
        parent[a.max(b) as usize] = a.min(b);
    }
}

/// Root of `i` in a disjoint-set forest, with path halving.
fn find_root(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::super::planar_graph::Arc;
    use super::*;

    /// Contours of arcs that start at node 0, each 10 px long, with the given direction and energy.
    fn contours_of_star(rays: &[([f32; 2], f32)]) -> OpenContours {
        let arc = |i: usize, [dx, dy]: [f32; 2]| Arc {
            left: 0,
            right: 1,
            nodes: [0, i as u32 + 1],
            points: (0..=10).map(|step| [dx * step as f32, dy * step as f32]).collect(),
        };
        let arcs: Vec<Arc> = rays.iter().enumerate().map(|(i, ray)| arc(i, ray.0)).collect();
        let score =
            |energy: f32| BoundaryScore { length: 10.0, root_energy: 10.0 * energy.sqrt(), ..BoundaryScore::default() };
        let scores: Vec<BoundaryScore> = rays.iter().map(|ray| score(ray.1)).collect();
        group_arcs(&PlanarGraph { arcs, node_on_border: vec![false; rays.len() + 1] }, &scores)
    }

    #[test]
    fn straightest_pair_at_a_node_is_one_contour() {
        let contours = contours_of_star(&[([-1.0, 0.0], 0.2), ([1.0, 0.1], 0.2), ([0.0, 1.0], 0.2)]);
        assert_eq!((contours.count, contours.contour_of), (2, vec![0, 0, 1]));
    }

    #[test]
    fn faint_arc_does_not_continue_a_strong_one() {
        assert_eq!(contours_of_star(&[([-1.0, 0.0], 0.4), ([1.0, 0.0], 0.01)]).count, 2);
    }
}
