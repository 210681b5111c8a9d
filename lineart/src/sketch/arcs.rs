//! The lines between basins as a planar graph: nodes where three or more basins meet or a line leaves the photo,
//! arcs between them.

use super::basins::Basins;

/// Points about one pixel apart, in order.
pub(super) type Chain = Vec<[f32; 2]>;

/// A line between two basins, from node to node; a ring has the same node twice.
#[derive(Clone)]
pub(super) struct Arc {
    pub left: u32,
    pub right: u32,
    pub nodes: [u32; 2],
    /// Corners of pixels, one pixel apart, in px of the basins.
    pub points: Chain,
}

pub(super) struct Arcs {
    pub arcs: Vec<Arc>,
    /// For each node whether it lies on the photo's border.
    pub on_border: Vec<bool>,
}

/// Steps along the lattice of pixel corners: right, down, left, up.
const STEPS: [(isize, isize); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

struct Lattice<'a> {
    basins: &'a Basins,
    /// Corners across, one more than pixels.
    stride: usize,
    /// Bits of the steps that separate basins.
    open: Vec<u8>,
    node: Vec<u32>,
    on_border: Vec<bool>,
}

pub(super) fn arcs(basins: &Basins) -> Arcs {
    let mut lattice = Lattice::new(basins);
    let mut arcs = Vec::new();
    let corners = lattice.open.len();
    for rings in [false, true] {
        for corner in 0..corners {
            let bits = lattice.open[corner];
            if bits == 0 || !(rings || lattice.is_node(corner)) {
                continue;
            }
            for step in 0..4 {
                if lattice.open[corner] & (1 << step) != 0 {
                    arcs.push(lattice.walk(corner, step));
                }
            }
        }
    }
    Arcs { arcs, on_border: lattice.on_border }
}

impl Lattice<'_> {
    fn new(basins: &Basins) -> Lattice<'_> {
        let (width, height) = (basins.width, basins.height);
        let stride = width + 1;
        let mut open = vec![0u8; stride * (height + 1)];
        for y in 0..height {
            for x in 0..width {
                let here = basins.label[y * width + x];
                if x + 1 < width && basins.label[y * width + x + 1] != here {
                    open[y * stride + x + 1] |= 2;
                    open[(y + 1) * stride + x + 1] |= 8;
                }
                if y + 1 < height && basins.label[(y + 1) * width + x] != here {
                    open[(y + 1) * stride + x] |= 1;
                    open[(y + 1) * stride + x + 1] |= 4;
                }
            }
        }
        let mut lattice = Lattice { basins, stride, node: vec![u32::MAX; open.len()], open, on_border: Vec::new() };
        for corner in 0..lattice.open.len() {
            if !matches!(lattice.open[corner].count_ones(), 0 | 2) {
                lattice.add_node(corner);
            }
        }
        lattice
    }

    fn add_node(&mut self, corner: usize) {
        let (x, y) = (corner % self.stride, corner / self.stride);
        self.node[corner] = self.on_border.len() as u32;
        self.on_border.push(x == 0 || y == 0 || x == self.basins.width || y == self.basins.height);
    }

    fn is_node(&self, corner: usize) -> bool {
        self.node[corner] != u32::MAX
    }

    /// Follows a line from a corner to the next node, closing what it passes.
    fn walk(&mut self, start: usize, first: usize) -> Arc {
        if !self.is_node(start) {
            self.add_node(start);
        }
        let [left, right] = self.sides(start, first);
        let (mut at, mut step) = (start, first);
        let mut points = vec![self.point(at)];
        loop {
            self.open[at] &= !(1 << step);
            let (dx, dy) = STEPS[step];
            at = at.wrapping_add_signed(dy * self.stride as isize + dx);
            self.open[at] &= !(1 << (step ^ 2));
            points.push(self.point(at));
            if self.is_node(at) || self.open[at] == 0 {
                let nodes = [self.node[start], self.node[at]];
                return Arc { left, right, nodes, points };
            }
            step = self.open[at].trailing_zeros() as usize;
        }
    }

    fn point(&self, corner: usize) -> [f32; 2] {
        [(corner % self.stride) as f32, (corner / self.stride) as f32]
    }

    /// Basins to the left and right of a step.
    fn sides(&self, corner: usize, step: usize) -> [u32; 2] {
        let (x, y) = (corner % self.stride, corner / self.stride);
        let label = |x: usize, y: usize| self.basins.label[y * self.basins.width + x];
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

    fn between(rows: &[&str]) -> Arcs {
        let label = rows.concat().bytes().map(|c| u32::from(c - b'a')).collect();
        arcs(&Basins { width: rows[0].len(), height: rows.len(), label, count: 3 })
    }

    #[test]
    fn an_island_is_ringed_by_one_arc() {
        let arcs = between(&["aaaa", "abba", "aaaa"]).arcs;
        assert_eq!(arcs.len(), 1);
        assert_eq!(arcs[0].points.len(), 7);
        assert_eq!(arcs[0].points.first(), arcs[0].points.last());
    }

    #[test]
    fn three_basins_meet_in_a_node() {
        let Arcs { arcs, on_border } = between(&["aaaa", "aaaa", "bbcc", "bbcc"]);
        assert_eq!(arcs.len(), 3);
        assert_eq!(on_border.iter().filter(|&&border| border).count(), 3);
        assert!(arcs.iter().all(|arc| arc.points.len() == 3 && arc.left != arc.right));
    }
}
