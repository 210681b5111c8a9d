//! Assigns each arc the lowest level of detail that shows it.
//!
//! Every level keeps the arcs of the one before and adds boundaries and open contours above its
//! thresholds. It then removes sliver regions, extends loose ends to the nearest line over faint
//! arcs (shortest paths, Dijkstra 1959), and prunes spurs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::planar_graph::PlanarGraph;
use super::regions::Regions;
use super::saliency::ArcSaliency;
use super::sort::{ascending_key, sort_by_key};
use super::thresholds::{LEVEL_COUNT, LevelThresholds};

/// The level of an arc that no page shows.
const HIDDEN: u8 = LEVEL_COUNT as u8;

const NO_ARC: u32 = u32::MAX;

/// Resolution of path costs in the priority queue, which orders integers.
const COST_UNITS_PER_PX: f32 = 16.0;

/// Highest cost of an extension of a loose end, in px of arcs of strength -2; the length of the
/// line that ends there is a bound too.
const MAX_EXTENSION_COST: f32 = 90.0;

/// Length below which a line with a loose end is a spur, px. It is lower for lines above the
/// threshold.
const MAX_SPUR_PX: f32 = 36.0;

/// Added strength that an open contour needs to keep its loose end.
const LOOSE_END_MARGIN: f32 = 0.8;

/// Half the white space that a strip needs between its two outlines, px: the outlines of a narrower
/// one print as one line.
const MIN_HALF_STRIP_PX: f32 = 1.0;

/// Ratio of area to perimeter, px, below which a region is so narrow that arcs across it look like
/// the rungs of a ladder.
const MAX_RUNG_RATIO_PX: f32 = 5.5;

struct LevelAssignment<'a> {
    graph: &'a PlanarGraph,
    saliency: &'a [ArcSaliency],
    /// Arcs at each node.
    arcs_at_node: Vec<Vec<u32>>,
    /// px^2 of each basin.
    areas: &'a [f32],
    /// Whether no level may show the arc.
    excluded: &'a [bool],
    /// The level at which each arc appears, or [`HIDDEN`].
    levels: Vec<u8>,
}

/// The level at which each arc appears, 0 to 10, or [`LEVEL_COUNT`] for arcs that no page shows.
/// `areas` are those of the basins, px^2; no level shows the arcs that are `excluded`.
pub(super) fn assign_levels(
    graph: &PlanarGraph,
    saliency: &[ArcSaliency],
    areas: &[f32],
    excluded: &[bool],
    thresholds: &[LevelThresholds; LEVEL_COUNT],
) -> Vec<u8> {
    let mut arcs_at_node = vec![Vec::new(); graph.node_on_border.len()];
    for (i, arc) in graph.arcs.iter().enumerate() {
        for node in arc.nodes {
            arcs_at_node[node as usize].push(i as u32);
        }
    }
    let levels = vec![HIDDEN; saliency.len()];
    let mut assignment = LevelAssignment { graph, saliency, arcs_at_node, areas, excluded, levels };
    for (level, thresholds) in thresholds.iter().enumerate() {
        assignment.add_level(level as u8, thresholds);
    }
    assignment.levels
}

impl LevelAssignment<'_> {
    fn add_level(&mut self, level: u8, thresholds: &LevelThresholds) {
        for (i, arc) in self.saliency.iter().enumerate() {
            let may_appear = self.levels[i] > level && !self.excluded[i];
            if may_appear && (arc.closed >= thresholds.closed || arc.open >= thresholds.open) {
                self.levels[i] = level;
            }
        }
        let loose_threshold = thresholds.open + LOOSE_END_MARGIN;
        self.remove_slivers(level, thresholds);
        self.extend_loose_ends(level);
        self.prune_spurs(level, loose_threshold);
        self.remove_slivers(level, thresholds);
        self.prune_spurs(level, loose_threshold);
    }

    fn is_shown(&self, arc: u32) -> bool {
        self.levels[arc as usize] < HIDDEN
    }

    /// Number of shown arcs at a node.
    fn degree(&self, node: u32) -> usize {
        self.arcs_at_node[node as usize].iter().filter(|&&arc| self.is_shown(arc)).count()
    }

    /// Whether a line ends at a node inside the photo.
    fn is_loose_end(&self, node: u32) -> bool {
        !self.graph.node_on_border[node as usize] && self.degree(node) == 1
    }

    /// The node at the other end of an arc.
    fn opposite_node(&self, arc: u32, node: u32) -> u32 {
        let [a, b] = self.graph.arcs[arc as usize].nodes;
        if a == node { b } else { a }
    }

    /// The arcs from a loose end to the next junction or the other end, and the node there.
    fn branch_from(&self, end: u32) -> (Vec<u32>, u32) {
        let (mut branch, mut node) = (Vec::new(), end);
        loop {
            let mut shown = self.arcs_at_node[node as usize].iter().filter(|&&arc| self.is_shown(arc));
            let next = shown.find(|&&arc| branch.last() != Some(&arc));
            let Some(&arc) = next else {
                return (branch, node);
            };
            branch.push(arc);
            node = self.opposite_node(arc, node);
            if self.degree(node) != 2 || node == end {
                return (branch, node);
            }
        }
    }

    /// Spur pruning: hides branches with a loose end that are short or weaker than `threshold`, up
    /// to the first arc that an earlier level shows.
    fn prune_spurs(&mut self, level: u8, threshold: f32) {
        let mut loose: Vec<u32> = (0..self.arcs_at_node.len() as u32).filter(|&node| self.is_loose_end(node)).collect();
        while let Some(end) = loose.pop() {
            if !self.is_loose_end(end) {
                continue;
            }
            let (branch, until) = self.branch_from(end);
            let length: f32 = branch.iter().map(|&arc| self.saliency[arc as usize].length).sum();
            let strength: f32 =
                branch.iter().map(|&arc| self.saliency[arc as usize]).map(|arc| arc.open * arc.length).sum::<f32>()
                    / length;
            let excess = strength - threshold;
            if excess >= 0.0 && length >= MAX_SPUR_PX * (1.0 - 0.2 * excess).max(0.4) {
                continue;
            }
            for arc in branch {
                if self.levels[arc as usize] < level {
                    break;
                }
                self.levels[arc as usize] = HIDDEN;
            }
            if self.is_loose_end(until) {
                loose.push(until);
            }
        }
    }

    /// Shows the cheapest path of hidden arcs from every loose end to another line or the border,
    /// if its cost is within the bound.
    fn extend_loose_ends(&mut self, level: u8) {
        let mut distance = vec![f32::INFINITY; self.arcs_at_node.len()];
        let mut via = vec![NO_ARC; self.arcs_at_node.len()];
        for end in 0..self.arcs_at_node.len() as u32 {
            if !self.is_loose_end(end) {
                continue;
            }
            let (branch, until) = self.branch_from(end);
            let own_nodes: Vec<u32> = branch.iter().flat_map(|&arc| self.graph.arcs[arc as usize].nodes).collect();
            let length: f32 = branch.iter().map(|&arc| self.saliency[arc as usize].length).sum();
            let max_cost = MAX_EXTENSION_COST.min(length);
            let mut touched = vec![end];
            distance[end as usize] = 0.0;
            let mut queue = BinaryHeap::from([Reverse((0u32, end))]);
            let mut reached = None;
            while let Some(Reverse((cost, node))) = queue.pop() {
                let cost = cost as f32 / COST_UNITS_PER_PX;
                if cost > distance[node as usize] + 0.1 {
                    continue;
                }
                let is_target = self.degree(node) > 0 || self.graph.node_on_border[node as usize];
                if node != end && is_target && (!own_nodes.contains(&node) || node == until) {
                    reached = Some(node);
                    break;
                }
                for &arc in &self.arcs_at_node[node as usize] {
                    if self.is_shown(arc) || self.excluded[arc as usize] {
                        continue;
                    }
                    let next = self.opposite_node(arc, node);
                    let total = cost + self.extension_cost(arc);
                    if total < distance[next as usize] && total <= max_cost {
                        distance[next as usize] = total;
                        via[next as usize] = arc;
                        touched.push(next);
                        queue.push(Reverse(((total * COST_UNITS_PER_PX) as u32, next)));
                    }
                }
            }
            let mut node = reached.unwrap_or(end);
            while node != end {
                let arc = via[node as usize];
                self.levels[arc as usize] = level;
                node = self.opposite_node(arc, node);
            }
            for node in touched {
                distance[node as usize] = f32::INFINITY;
            }
        }
    }

    /// Length of an arc, px, times 0.3 for strong arcs (strength above 0.8) to 4 for faint ones
    /// (below -14).
    fn extension_cost(&self, arc: u32) -> f32 {
        let saliency = &self.saliency[arc as usize];
        let strength = saliency.own.max(saliency.closed).max(saliency.open);
        saliency.length * (0.5 - 0.25 * strength).clamp(0.3, 4.0)
    }

    /// Merges regions too small to colour with a neighbour across their weakest arc of this level;
    /// arcs of earlier levels stay.
    fn remove_slivers(&mut self, level: u8, thresholds: &LevelThresholds) {
        let mut regions = Regions::new(self.areas);
        for (i, arc) in self.graph.arcs.iter().enumerate() {
            if !self.is_shown(i as u32) {
                regions.unite(arc.left, arc.right);
            }
        }
        let mut perimeters = vec![0.0f32; self.areas.len()];
        for (i, arc) in self.graph.arcs.iter().enumerate() {
            let (left, right) = (regions.find_region(arc.left), regions.find_region(arc.right));
            if self.is_shown(i as u32) && left != right {
                perimeters[left as usize] += self.saliency[i].length;
                perimeters[right as usize] += self.saliency[i].length;
            }
        }
        let mut weakest_first: Vec<u32> =
            (0..self.saliency.len() as u32).filter(|&arc| self.levels[arc as usize] == level).collect();
        sort_by_key(&mut weakest_first, |&arc| [ascending_key(self.saliency[arc as usize].open), 0, 0]);
        let sides = |arc: u32, regions: &mut Regions| {
            let arc = &self.graph.arcs[arc as usize];
            (regions.find_region(arc.left), regions.find_region(arc.right))
        };
        weakest_first.retain(|&arc| {
            let (left, right) = sides(arc, &mut regions);
            left != right
        });
        // Rungs of a strip go first, so that the strip is kept or removed as a whole.
        let passes = [true, false].into_iter().flat_map(|rungs| weakest_first.iter().map(move |&arc| (rungs, arc)));
        for (rungs, arc) in passes {
            let (left, right) = sides(arc, &mut regions);
            let is_sliver = |region: u32| {
                let (area, perimeter) = (regions.sizes[region as usize], perimeters[region as usize]);
                let white = area - thresholds.half_line * perimeter;
                white < thresholds.min_region_area || area < (thresholds.half_line + MIN_HALF_STRIP_PX) * perimeter
            };
            let is_narrow =
                |region: u32| regions.sizes[region as usize] < MAX_RUNG_RATIO_PX * perimeters[region as usize];
            let may_merge = match rungs {
                true => is_narrow(left) && is_narrow(right),
                false => is_sliver(left) || is_sliver(right),
            };
            if left != right && may_merge {
                let length = self.saliency[arc as usize].length;
                let perimeter = perimeters[left as usize] + perimeters[right as usize] - 2.0 * length;
                let merged = regions.unite(left, right);
                perimeters[merged as usize] = perimeter;
            }
        }
        // Hide every arc of this level that no longer separates two regions.
        for arc in weakest_first {
            let (left, right) = sides(arc, &mut regions);
            if left == right {
                self.levels[arc as usize] = HIDDEN;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::planar_graph::{Arc, trace_boundaries};
    use super::super::watershed::Basins;
    use super::*;

    /// Levels of the arcs of a picture of 10 x 10 px per letter, by the two letters an arc
    /// separates in alphabetical order, which also give its strength. The thresholds fall from 5 by
    /// 1 a level.
    fn levels_of(rows: &[&str], strength: impl Fn(char, char) -> f32) -> Vec<(String, u8)> {
        let (width, height) = (rows[0].len() * 10, rows.len() * 10);
        let letter = |at: usize| u32::from(rows[at / width / 10].as_bytes()[at % width / 10] - b'a');
        let labels: Vec<u32> = (0..width * height).map(letter).collect();
        let count = *labels.iter().max().unwrap() as usize + 1;
        let mut areas = vec![0.0; count];
        labels.iter().for_each(|&basin| areas[basin as usize] += 4.0);
        let graph = trace_boundaries(&Basins { width, height, labels, count });
        let name = |basin: u32| char::from(b'a' + basin as u8);
        let sides: Vec<(char, char)> =
            graph.arcs.iter().map(|a| (name(a.left.min(a.right)), name(a.left.max(a.right)))).collect();
        let arc_saliency = |(arc, &(a, b)): (&Arc, &(char, char))| {
            let (length, own) = ((arc.points.len() - 1) as f32 * 2.0, strength(a, b));
            ArcSaliency { length, closed: own, open: own, own }
        };
        let saliency: Vec<ArcSaliency> = graph.arcs.iter().zip(&sides).map(arc_saliency).collect();
        let thresholds = std::array::from_fn(|level| {
            let closed = 5.0 - level as f32;
            LevelThresholds { closed, open: closed, min_region_area: 60.0, half_line: 1.0 }
        });
        let levels = assign_levels(&graph, &saliency, &areas, &vec![false; saliency.len()], &thresholds);
        sides.into_iter().map(|(a, b)| format!("{a}{b}")).zip(levels).collect()
    }

    fn level_of(name: &str, levels: &[(String, u8)]) -> u8 {
        levels.iter().find(|arc| arc.0 == name).unwrap().1
    }

    #[test]
    fn arc_appears_at_the_first_threshold_it_passes() {
        let levels = levels_of(&["aabbcc", "aabbcc"], |a, _| if a == 'a' { 3.0 } else { -9.0 });
        assert_eq!((level_of("ab", &levels), level_of("bc", &levels)), (2, HIDDEN));
    }

    #[test]
    fn loose_end_is_extended_over_a_faint_arc() {
        // A strong line between c and d ends in the middle; a faint one between b and e leads on to
        // the border.
        let rows = ["ccccdddd", "ccccdddd", "ccccdddd", "bbbbeeee"];
        let levels = levels_of(&rows, |a, b| match (a, b) {
            ('c', 'd') => 5.0,
            ('b', 'e') => 0.0,
            _ => -9.0,
        });
        assert_eq!((level_of("cd", &levels), level_of("be", &levels)), (0, 0));
        assert_eq!(level_of("bc", &levels), HIDDEN);
    }

    #[test]
    fn short_spur_needs_more_strength() {
        // 20 px long: at level 3 the limit is 20.16 px, at level 4 it is 14.4 px.
        let levels = levels_of(&["cd", "be"], |a, b| if (a, b) == ('c', 'd') { 5.0 } else { -99.0 });
        assert_eq!(level_of("cd", &levels), 4);
    }

    #[test]
    fn wide_strip_keeps_both_sides() {
        let rows = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"].map(|row| row.repeat(40));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let levels = levels_of(&rows, |_, _| 5.0);
        assert_eq!(levels, [("ab".to_owned(), 0), ("bc".to_owned(), 0)]);
    }

    #[test]
    fn strip_too_narrow_to_colour_keeps_one_side() {
        // The strip is 2 px of the basins high, that is 4 px, of which the lines take 2.
        let (width, height) = (400, 102);
        let labels: Vec<u32> = (0..width * height)
            .map(|at| [0, 1, 2][usize::from(at / width >= 50) + usize::from(at / width >= 52)])
            .collect();
        let graph = trace_boundaries(&Basins { width, height, labels, count: 3 });
        let saliency = [5.0, 4.0].map(|own| ArcSaliency { length: 800.0, closed: own, open: own, own });
        let thresholds = LevelThresholds { closed: 3.0, open: 3.0, min_region_area: 60.0, half_line: 1.0 };
        let excluded = vec![false; saliency.len()];
        let areas = [80_000.0, 3_000.0, 80_000.0];
        let levels = assign_levels(&graph, &saliency, &areas, &excluded, &[thresholds; LEVEL_COUNT]);
        assert_eq!(levels, [0, HIDDEN]);
    }
}
