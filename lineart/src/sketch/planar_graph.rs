//! Planar graph of the boundaries between watershed basins: nodes where three or more basins meet
//! or a boundary reaches the image border, arcs between them, traced along pixel corners (crack
//! following).

use super::polyline::Polyline;
use super::watershed::Basins;

/// A boundary between two basins from node to node; a closed boundary has the same node twice.
#[derive(Clone)]
pub(super) struct Arc {
    pub left: u32,
    pub right: u32,
    pub nodes: [u32; 2],
    /// Corners of pixels, 1 px apart, in px of the basins.
    pub points: Polyline,
}

/// Arcs, and what is known of their nodes, which are numbered from 0.
pub(super) struct PlanarGraph {
    pub arcs: Vec<Arc>,
    /// For each node whether it lies on the image border.
    pub node_on_border: Vec<bool>,
}

/// Steps between neighbouring pixel corners: right, down, left, up.
const CORNER_STEPS: [(isize, isize); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// `node_of_corner` where the corner is no node.
const NO_NODE: u32 = u32::MAX;

/// The lattice of pixel corners while arcs are traced.
struct CornerLattice<'a> {
    basins: &'a Basins,
    /// Corners per row, one more than pixels.
    stride: usize,
    /// For each corner, a bit for each of [`CORNER_STEPS`] that separates two basins and is not
    /// traced yet.
    untraced: Vec<u8>,
    node_of_corner: Vec<u32>,
    node_on_border: Vec<bool>,
}

/// Traces all boundaries between basins, open arcs first, then closed ones without a junction.
pub(super) fn trace_boundaries(basins: &Basins) -> PlanarGraph {
    let mut lattice = CornerLattice::new(basins);
    let mut arcs = Vec::new();
    let corners = lattice.untraced.len();
    for closed in [false, true] {
        for corner in 0..corners {
            let bits = lattice.untraced[corner];
            if bits == 0 || !(closed || lattice.is_node(corner)) {
                continue;
            }
            for step in 0..4 {
                if lattice.untraced[corner] & (1 << step) != 0 {
                    arcs.push(lattice.trace_arc(corner, step));
                }
            }
        }
    }
    PlanarGraph { arcs, node_on_border: lattice.node_on_border }
}

impl CornerLattice<'_> {
    fn new(basins: &Basins) -> CornerLattice<'_> {
        let (width, height) = (basins.width, basins.height);
        let stride = width + 1;
        let mut untraced = vec![0u8; stride * (height + 1)];
        for y in 0..height {
            for x in 0..width {
                let here = basins.labels[y * width + x];
                if x + 1 < width && basins.labels[y * width + x + 1] != here {
                    untraced[y * stride + x + 1] |= 2;
                    untraced[(y + 1) * stride + x + 1] |= 8;
                }
                if y + 1 < height && basins.labels[(y + 1) * width + x] != here {
                    untraced[(y + 1) * stride + x] |= 1;
                    untraced[(y + 1) * stride + x + 1] |= 4;
                }
            }
        }
        let node_of_corner = vec![NO_NODE; untraced.len()];
        let mut lattice = CornerLattice { basins, stride, untraced, node_of_corner, node_on_border: Vec::new() };
        for corner in 0..lattice.untraced.len() {
            if !matches!(lattice.untraced[corner].count_ones(), 0 | 2) {
                lattice.add_node(corner);
            }
        }
        lattice
    }

    fn add_node(&mut self, corner: usize) {
        let (x, y) = (corner % self.stride, corner / self.stride);
        self.node_of_corner[corner] = self.node_on_border.len() as u32;
        self.node_on_border.push(x == 0 || y == 0 || x == self.basins.width || y == self.basins.height);
    }

    fn is_node(&self, corner: usize) -> bool {
        self.node_of_corner[corner] != NO_NODE
    }

    /// Follows a boundary from a corner to the next node and clears the steps it passes.
    fn trace_arc(&mut self, start: usize, first_step: usize) -> Arc {
        if !self.is_node(start) {
            self.add_node(start);
        }
        let [left, right] = self.basins_beside(start, first_step);
        let (mut at, mut step) = (start, first_step);
        let mut points = vec![self.corner_point(at)];
        loop {
            self.untraced[at] &= !(1 << step);
            let (dx, dy) = CORNER_STEPS[step];
            at = at.wrapping_add_signed(dy * self.stride as isize + dx);
            self.untraced[at] &= !(1 << (step ^ 2));
            points.push(self.corner_point(at));
            if self.is_node(at) || self.untraced[at] == 0 {
                let nodes = [self.node_of_corner[start], self.node_of_corner[at]];
                return Arc { left, right, nodes, points };
            }
            step = self.untraced[at].trailing_zeros() as usize;
        }
    }

    fn corner_point(&self, corner: usize) -> [f32; 2] {
        [(corner % self.stride) as f32, (corner / self.stride) as f32]
    }

    /// Basins to the left and right of a step.
    fn basins_beside(&self, corner: usize, step: usize) -> [u32; 2] {
        let (x, y) = (corner % self.stride, corner / self.stride);
        let label = |x: usize, y: usize| self.basins.labels[y * self.basins.width + x];
        match step {
            0 => [label(x, y - 1), label(x, y)],
            1 => [label(x, y), label(x - 1, y)],
            2 => [label(x - 1, y), label(x - 1, y - 1)],
            _ => [label(x - 1, y - 1), label(x, y - 1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph_of(rows: &[&str]) -> PlanarGraph {
        let labels = rows.concat().bytes().map(|c| u32::from(c - b'a')).collect();
        trace_boundaries(&Basins { width: rows[0].len(), height: rows.len(), labels, count: 3 })
    }

    #[test]
    fn island_is_bounded_by_one_closed_arc() {
        let arcs = graph_of(&["aaaa", "abba", "aaaa"]).arcs;
        assert_eq!(arcs.len(), 1);
        assert_eq!(arcs[0].points.len(), 7);
        assert_eq!(arcs[0].points.first(), arcs[0].points.last());
    }

    #[test]
    fn three_basins_meet_in_a_node() {
        let PlanarGraph { arcs, node_on_border } = graph_of(&["aaaa", "aaaa", "bbcc", "bbcc"]);
        assert_eq!(arcs.len(), 3);
        assert_eq!((node_on_border.len(), node_on_border.iter().filter(|&&border| border).count()), (4, 3));
        assert!(arcs.iter().all(|arc| arc.points.len() == 3 && arc.left != arc.right));
    }
}
