//! Which arcs a page of each detail shows. Every level keeps what the one before shows, adds the boundaries and
//! creases that are strong enough for it, leads loose ends on to the nearest line along the faint arcs, and leaves out
//! spurs and slivers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arcs::Arcs;
use super::faces::Faces;
use super::merge::NOBODY;
use super::order;

/// Details that are told apart: 0 to 1 in tenths.
pub(super) const LEVELS: usize = 11;

/// What is known of an arc.
#[derive(Clone, Copy)]
pub(super) struct Worth {
    /// px.
    pub length: f32,
    /// Strength of the boundary it is part of, which closes.
    pub closed: f32,
    /// Strength of the string it is part of, which may end anywhere.
    pub open: f32,
    /// Strength of itself alone.
    pub own: f32,
}

/// What a level asks for.
#[derive(Clone, Copy)]
pub(super) struct Bar {
    pub closed: f32,
    pub open: f32,
    /// A face with less white than this is a sliver, px^2.
    pub face: f32,
    /// What half the line takes from a face on either side, px.
    pub half_line: f32,
}

/// A free end is led on over at most this many px of the faintest arcs.
const FARTHEST: f32 = 90.0;

/// A line with a loose end that is shorter is a spur, px; one stronger than need be may be shorter.
const SPUR: f32 = 36.0;

/// Half the white a strip needs between its two lines, px: a narrower one is one thick line, drawn twice.
const HALF_STRIP: f32 = 1.0;

/// Area over rim, px, below which a face is so narrow that a line across it is a rung of a ladder.
const RUNG: f32 = 5.5;

/// How much stronger a line with a loose end has to be than one without.
const LOOSE: f32 = 0.8;

pub(super) struct Levels<'a> {
    arcs: &'a Arcs,
    worth: &'a [Worth],
    /// Arcs at each node.
    at_node: Vec<Vec<u32>>,
    /// px^2 of each basin.
    areas: &'a [f32],
    /// The level at which each arc appears, or `LEVELS`.
    level: Vec<u8>,
}

/// The level at which each arc appears; [`LEVELS`] for those that never do.
pub(super) fn levels(arcs: &Arcs, worth: &[Worth], areas: &[f32], bars: &[Bar; LEVELS]) -> Vec<u8> {
    let mut at_node = vec![Vec::new(); arcs.on_border.len()];
    for (i, arc) in arcs.arcs.iter().enumerate() {
        for node in arc.nodes {
            at_node[node as usize].push(i as u32);
        }
    }
    let level = vec![LEVELS as u8; worth.len()];
    let mut levels = Levels { arcs, worth, at_node, areas, level };
    for (step, bar) in bars.iter().enumerate() {
        levels.add(step as u8, bar);
    }
    levels.level
}

impl Levels<'_> {
    fn add(&mut self, step: u8, bar: &Bar) {
        for (i, worth) in self.worth.iter().enumerate() {
            if self.level[i] > step && (worth.closed >= bar.closed || worth.open >= bar.open) {
                self.level[i] = step;
            }
        }
        self.clear_slivers(step, bar);
        self.lead_on(step);
        self.cut_spurs(step, bar.open + LOOSE);
        self.clear_slivers(step, bar);
        self.cut_spurs(step, bar.open + LOOSE);
    }

    fn is_on(&self, arc: u32) -> bool {
        usize::from(self.level[arc as usize]) < LEVELS
    }

    fn degree(&self, node: u32) -> usize {
        self.at_node[node as usize].iter().filter(|&&arc| self.is_on(arc)).count()
    }

    fn is_loose(&self, node: u32) -> bool {
        !self.arcs.on_border[node as usize] && self.degree(node) == 1
    }

    fn far_end(&self, arc: u32, node: u32) -> u32 {
        let [a, b] = self.arcs.arcs[arc as usize].nodes;
        if a == node { b } else { a }
    }

    /// The arcs from a loose end to the next branching or the other end.
    fn branch(&self, end: u32) -> (Vec<u32>, u32) {
        let (mut branch, mut node) = (Vec::new(), end);
        loop {
            let next = self.at_node[node as usize].iter().find(|&&arc| self.is_on(arc) && branch.last() != Some(&arc));
            let Some(&arc) = next else {
                return (branch, node);
            };
            branch.push(arc);
            node = self.far_end(arc, node);
            if self.degree(node) != 2 || node == end {
                return (branch, node);
            }
        }
    }

    /// Removes branches with a loose end that are short or not strong, but for what earlier levels show.
    fn cut_spurs(&mut self, step: u8, needed: f32) {
        let mut loose: Vec<u32> = (0..self.at_node.len() as u32).filter(|&node| self.is_loose(node)).collect();
        while let Some(end) = loose.pop() {
            if !self.is_loose(end) {
                continue;
            }
            let (branch, until) = self.branch(end);
            let length: f32 = branch.iter().map(|&arc| self.worth[arc as usize].length).sum();
            let strength: f32 =
                branch.iter().map(|&arc| self.worth[arc as usize]).map(|w| w.open * w.length).sum::<f32>() / length;
            let over = strength - needed;
            if over >= 0.0 && length >= SPUR * (1.0 - 0.2 * over).max(0.4) {
                continue;
            }
            for arc in branch {
                if self.level[arc as usize] < step {
                    break;
                }
                self.level[arc as usize] = LEVELS as u8;
            }
            if self.is_loose(until) {
                loose.push(until);
            }
        }
    }

    /// Leads every loose end to another line, if there is a way over arcs that are worth it.
    fn lead_on(&mut self, step: u8) {
        let mut distance = vec![f32::INFINITY; self.at_node.len()];
        let mut via = vec![NOBODY; self.at_node.len()];
        for end in 0..self.at_node.len() as u32 {
            if !self.is_loose(end) {
                continue;
            }
            let (branch, until) = self.branch(end);
            let own: Vec<u32> = branch.iter().flat_map(|&arc| self.arcs.arcs[arc as usize].nodes).collect();
            let length: f32 = branch.iter().map(|&arc| self.worth[arc as usize].length).sum();
            let budget = FARTHEST.min(length);
            let mut touched = vec![end];
            distance[end as usize] = 0.0;
            let mut queue = BinaryHeap::from([Reverse((0u32, end))]);
            let mut reached = None;
            while let Some(Reverse((cost, node))) = queue.pop() {
                let cost = cost as f32 / 16.0;
                if cost > distance[node as usize] + 0.1 {
                    continue;
                }
                let other = self.degree(node) > 0 || self.arcs.on_border[node as usize];
                if node != end && other && (!own.contains(&node) || node == until) {
                    reached = Some(node);
                    break;
                }
                for &arc in &self.at_node[node as usize] {
                    if self.is_on(arc) {
                        continue;
                    }
                    let next = self.far_end(arc, node);
                    let total = cost + self.price(arc);
                    if total < distance[next as usize] && total <= budget {
                        distance[next as usize] = total;
                        via[next as usize] = arc;
                        touched.push(next);
                        queue.push(Reverse(((total * 16.0) as u32, next)));
                    }
                }
            }
            let mut node = reached.unwrap_or(end);
            while node != end {
                let arc = via[node as usize];
                self.level[arc as usize] = step;
                node = self.far_end(arc, node);
            }
            for node in touched {
                distance[node as usize] = f32::INFINITY;
            }
        }
    }

    /// Length of an arc times how faint it is.
    fn price(&self, arc: u32) -> f32 {
        let worth = &self.worth[arc as usize];
        let strength = worth.own.max(worth.closed).max(worth.open);
        worth.length * (0.5 - 0.25 * strength).clamp(0.3, 4.0)
    }

    /// Opens faces too small to colour at their weakest side, unless an earlier level shows it.
    fn clear_slivers(&mut self, step: u8, bar: &Bar) {
        let mut faces = Faces::new(self.areas);
        for (i, arc) in self.arcs.arcs.iter().enumerate() {
            if !self.is_on(i as u32) {
                faces.unite(arc.left, arc.right);
            }
        }
        let mut rim = vec![0.0f32; self.areas.len()];
        for (i, arc) in self.arcs.arcs.iter().enumerate() {
            let (left, right) = (faces.of(arc.left), faces.of(arc.right));
            if self.is_on(i as u32) && left != right {
                rim[left as usize] += self.worth[i].length;
                rim[right as usize] += self.worth[i].length;
            }
        }
        let mut order: Vec<u32> =
            (0..self.worth.len() as u32).filter(|&arc| self.level[arc as usize] == step).collect();
        let strength = |arc: u32| self.worth[arc as usize].open;
        order::by_key(&mut order, |&arc| [order::ascending(strength(arc)), 0, 0]);
        let sides = |arc: u32, faces: &mut Faces| {
            let arc = &self.arcs.arcs[arc as usize];
            (faces.of(arc.left), faces.of(arc.right))
        };
        order.retain(|&arc| {
            let (left, right) = sides(arc, &mut faces);
            left != right
        });
        // Rungs first: the strip is judged, and cleared or kept, over its whole length.
        for (rungs, &arc) in order.iter().map(|arc| (true, arc)).chain(order.iter().map(|arc| (false, arc))) {
            let (left, right) = sides(arc, &mut faces);
            let sliver = |face: u32| {
                let (area, rim) = (faces.areas[face as usize], rim[face as usize]);
                area - bar.half_line * rim < bar.face || area < (bar.half_line + HALF_STRIP) * rim
            };
            let narrow = |face: u32| faces.areas[face as usize] < RUNG * rim[face as usize];
            let open = if rungs { narrow(left) && narrow(right) } else { sliver(left) || sliver(right) };
            if left != right && open {
                let length = self.worth[arc as usize].length;
                let both = rim[left as usize] + rim[right as usize] - 2.0 * length;
                let whole = faces.unite(left, right);
                rim[whole as usize] = both;
            }
        }
        // Where two faces became one, all that parted them goes.
        for arc in order {
            let (left, right) = sides(arc, &mut faces);
            if left == right {
                self.level[arc as usize] = LEVELS as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{arcs, basins::Basins};
    use super::*;

    /// The picture's arcs, ten pixels to the letter; `worth` of the arc between two letters, in alphabetical order.
    fn shown(rows: &[&str], worth: impl Fn(char, char) -> f32) -> Vec<(String, u8)> {
        let (width, height) = (rows[0].len() * 10, rows.len() * 10);
        let letter = |at: usize| u32::from(rows[at / width / 10].as_bytes()[at % width / 10] - b'a');
        let label: Vec<u32> = (0..width * height).map(letter).collect();
        let count = *label.iter().max().unwrap() as usize + 1;
        let mut areas = vec![0.0; count];
        label.iter().for_each(|&basin| areas[basin as usize] += 4.0);
        let arcs = arcs::arcs(&Basins { width, height, label, count });
        let name = |basin: u32| char::from(b'a' + basin as u8);
        let sides: Vec<(char, char)> =
            arcs.arcs.iter().map(|a| (name(a.left.min(a.right)), name(a.left.max(a.right)))).collect();
        let weigh = |(arc, &(a, b)): (&arcs::Arc, &(char, char))| {
            let (length, own) = ((arc.points.len() - 1) as f32 * 2.0, worth(a, b));
            Worth { length, closed: own, open: own, own }
        };
        let worth: Vec<Worth> = arcs.arcs.iter().zip(&sides).map(weigh).collect();
        let bars = std::array::from_fn(|level| {
            let closed = 5.0 - level as f32;
            Bar { closed, open: closed, face: 60.0, half_line: 1.0 }
        });
        let levels = levels(&arcs, &worth, &areas, &bars);
        sides.into_iter().map(|(a, b)| format!("{a}{b}")).zip(levels).collect()
    }

    fn level_of(name: &str, shown: &[(String, u8)]) -> u8 {
        shown.iter().find(|arc| arc.0 == name).unwrap().1
    }

    #[test]
    fn a_line_appears_at_the_first_bar_it_passes() {
        let shown = shown(&["aabbcc", "aabbcc"], |a, _| if a == 'a' { 3.0 } else { -9.0 });
        assert_eq!((level_of("ab", &shown), level_of("bc", &shown)), (2, LEVELS as u8));
    }

    #[test]
    fn a_loose_end_is_led_on_over_a_faint_arc() {
        // Between c and d runs a strong line that ends in the middle; from there to the border b and e part faintly.
        let rows = ["ccccdddd", "ccccdddd", "ccccdddd", "bbbbeeee"];
        let shown = shown(&rows, |a, b| match (a, b) {
            ('c', 'd') => 5.0,
            ('b', 'e') => 0.0,
            _ => -9.0,
        });
        assert_eq!((level_of("cd", &shown), level_of("be", &shown)), (0, 0));
        assert_eq!(level_of("bc", &shown), LEVELS as u8);
    }

    #[test]
    fn a_strip_too_narrow_to_colour_has_one_side() {
        let narrow = ["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"].map(|row| row.repeat(40));
        let rows: Vec<&str> = narrow.iter().map(String::as_str).collect();
        let wide = shown(&rows, |_, _| 5.0);
        assert!(wide.iter().all(|arc| arc.1 == 0));
        // Two basins' pixels high: 4 px, of which the lines take 2.
        let (width, height) = (400, 102);
        let label: Vec<u32> = (0..width * height)
            .map(|at| [0, 1, 2][usize::from(at / width >= 50) + usize::from(at / width >= 52)])
            .collect();
        let arcs = arcs::arcs(&Basins { width, height, label, count: 3 });
        let worth = [5.0, 4.0].map(|own| Worth { length: 800.0, closed: own, open: own, own });
        let bar = Bar { closed: 3.0, open: 3.0, face: 60.0, half_line: 1.0 };
        let levels = levels(&arcs, &worth, &[80_000.0, 3_000.0, 80_000.0], &[bar; LEVELS]);
        assert_eq!(levels, [0, LEVELS as u8]);
    }
}
