//! A hierarchy of regions: the two neighbours whose boundary has least to say for itself become one, again and
//! again (Arbelaez, Maire, Fowlkes, Malik 2011). Evidence is pooled over the whole boundary of two regions, so that
//! what averages out along it, as texture does, dissolves, and a faint but steady outline stays.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::evidence::Evidence;
use super::look::Look;
use super::order;

pub(super) const NOBODY: u32 = u32::MAX;

/// A boundary between two regions; `evidence` counts from `sides[0]` (left) to `sides[1]`.
#[derive(Clone)]
pub(super) struct Boundary {
    pub sides: [u32; 2],
    pub evidence: Evidence,
    /// The boundary this one became part of.
    part_of: u32,
    strength: f32,
    version: u32,
}

impl Boundary {
    pub fn new(sides: [u32; 2], evidence: Evidence) -> Boundary {
        Boundary { sides, evidence, part_of: NOBODY, strength: f32::INFINITY, version: 0 }
    }
}

/// Narrower regions are strips, px.
const STRIP: f32 = 14.0;

struct Region {
    look: Look,
    area: f32,
    /// Length of its boundaries, px.
    rim: f32,
    strength: f32,
    boundaries: Vec<u32>,
}

impl Region {
    /// Its area, px^2, but less for a strip, where two lines would print as one.
    fn room(&self) -> f32 {
        let width = 2.0 * self.area / self.rim.max(1.0);
        let share = (width / STRIP).min(1.0);
        self.area * share * share
    }
}

struct Merger {
    regions: Vec<Region>,
    boundaries: Vec<Boundary>,
    queue: BinaryHeap<Reverse<(Key, u32, u32)>>,
    /// For each region the boundary of the region at hand with it.
    with: Vec<u32>,
    large: Vec<f32>,
}

/// A strength as a number that sorts.
type Key = i32;

fn key(strength: f32) -> Key {
    (strength.clamp(-1000.0, 1000.0) * 65536.0) as i32
}

/// What a hierarchy says of its boundaries.
pub(super) struct Hierarchy {
    /// Of every boundary: that of the merger which dissolves it.
    pub strengths: Vec<f32>,
    /// Of every merger of two regions large enough to colour, strongest first.
    pub large: Vec<f32>,
}

/// Less is no area to colour, px^2: 25 mm^2 of white between lines on A4.
const LARGE: f32 = 800.0;

/// Merges all regions; `strength` is told the evidence of a boundary, how unlike its sides are ([`Look::unlike`]), and
/// the room of the smaller one.
pub(super) fn hierarchy(
    areas: &[f32],
    looks: &[Look],
    boundaries: Vec<Boundary>,
    strength: impl Fn(&Evidence, f32, f32) -> f32,
) -> Hierarchy {
    let new = |(&area, &look)| Region { look, area, rim: 0.0, strength: f32::MIN, boundaries: Vec::new() };
    let mut regions: Vec<Region> = areas.iter().zip(looks).map(new).collect();
    for (i, boundary) in boundaries.iter().enumerate() {
        for side in boundary.sides {
            regions[side as usize].boundaries.push(i as u32);
            regions[side as usize].rim += boundary.evidence.length;
        }
    }
    let with = vec![NOBODY; regions.len()];
    let mut merger = Merger { regions, boundaries, queue: BinaryHeap::new(), with, large: Vec::new() };
    merger.pool_twins(&strength);
    for i in 0..merger.boundaries.len() {
        merger.enqueue(i, &strength);
    }
    while let Some(Reverse((old, i, version))) = merger.queue.pop() {
        let i = i as usize;
        let boundary = &merger.boundaries[i];
        if boundary.version != version || boundary.part_of != NOBODY || boundary.strength.is_finite() {
            continue;
        }
        let now = merger.strength(i, &strength);
        if key(now) > old {
            // The regions have grown since. (Those that have become more alike meanwhile are found when their turn comes:
            // to ask all of them again after every merger would cost more than all the rest.)
            merger.queue.push(Reverse((key(now), i as u32, version)));
        } else {
            merger.merge(i, now, &strength);
        }
    }
    let strengths = (0..merger.boundaries.len()).map(|i| merger.boundaries[merger.whole(i)].strength).collect();
    order::by_key(&mut merger.large, |&strength| [order::descending(strength), 0, 0]);
    Hierarchy { strengths, large: merger.large }
}

impl Merger {
    fn strength(&self, i: usize, strength: impl Fn(&Evidence, f32, f32) -> f32) -> f32 {
        let boundary = &self.boundaries[i];
        let [a, b] = boundary.sides.map(|side| &self.regions[side as usize]);
        strength(&boundary.evidence, a.look.unlike(&b.look), a.room().min(b.room()))
    }

    /// Two basins may touch in several places: one boundary.
    fn pool_twins(&mut self, strength: &impl Fn(&Evidence, f32, f32) -> f32) {
        let pair =
            |boundary: &Boundary| (boundary.sides[0].min(boundary.sides[1]), boundary.sides[0].max(boundary.sides[1]));
        let mut order: Vec<u32> = (0..self.boundaries.len() as u32).collect();
        order::by_key(&mut order, |&i| {
            let (low, high) = pair(&self.boundaries[i as usize]);
            [low, high, 0]
        });
        let mut first = NOBODY;
        for i in order {
            if first != NOBODY && pair(&self.boundaries[first as usize]) == pair(&self.boundaries[i as usize]) {
                self.pool(i, first, strength);
            } else {
                first = i;
            }
        }
    }

    fn enqueue(&mut self, i: usize, strength: impl Fn(&Evidence, f32, f32) -> f32) {
        let key = key(self.strength(i, strength));
        self.queue.push(Reverse((key, i as u32, self.boundaries[i].version)));
    }

    fn merge(&mut self, i: usize, now: f32, strength: &impl Fn(&Evidence, f32, f32) -> f32) {
        let [a, b] = self.boundaries[i].sides.map(|side| side as usize);
        let larger = self.regions[a].boundaries.len() >= self.regions[b].boundaries.len();
        let (into, from) = if larger { (a, b) } else { (b, a) };
        let level = now.max(self.regions[a].strength).max(self.regions[b].strength);
        self.boundaries[i].strength = level;
        if self.regions[into].room().min(self.regions[from].room()) >= LARGE {
            self.large.push(level);
        }
        let shared = 2.0 * self.boundaries[i].evidence.length;
        self.regions[into].rim += self.regions[from].rim - shared;
        self.regions[into].area += self.regions[from].area;
        let look = self.regions[from].look;
        self.regions[into].look.add(&look);
        self.regions[into].strength = level;
        let mut kept = self.take_boundaries(into, i);
        for &e in &kept {
            let neighbour = self.other(e, into);
            self.with[neighbour] = e;
        }
        for e in self.take_boundaries(from, i) {
            let neighbour = self.other(e, from);
            let side = usize::from(self.boundaries[e as usize].sides[0] != from as u32);
            self.boundaries[e as usize].sides[side] = into as u32;
            match self.with[neighbour] {
                NOBODY => kept.push(e),
                whole => self.pool(e, whole, strength),
            }
        }
        for &e in &kept {
            let neighbour = self.other(e, into);
            self.with[neighbour] = NOBODY;
        }
        self.regions[into].boundaries = kept;
    }

    /// The boundaries of `region` but for `i` and those that became part of others.
    fn take_boundaries(&mut self, region: usize, i: usize) -> Vec<u32> {
        let mut all = std::mem::take(&mut self.regions[region].boundaries);
        all.retain(|&e| e as usize != i && self.boundaries[e as usize].part_of == NOBODY);
        all
    }

    /// Makes boundary `e` part of `whole`, which has the same two sides.
    fn pool(&mut self, e: u32, whole: u32, strength: &impl Fn(&Evidence, f32, f32) -> f32) {
        let part = self.boundaries[e as usize].clone();
        self.boundaries[e as usize].part_of = whole;
        let target = &mut self.boundaries[whole as usize];
        let same_way = target.sides == part.sides;
        target.evidence.add(&if same_way { part.evidence } else { part.evidence.reversed() });
        target.version += 1;
        self.enqueue(whole as usize, strength);
    }

    fn other(&self, e: u32, region: usize) -> usize {
        let [a, b] = self.boundaries[e as usize].sides;
        (if a as usize == region { b } else { a }) as usize
    }

    fn whole(&self, mut i: usize) -> usize {
        while self.boundaries[i].part_of != NOBODY {
            i = self.boundaries[i].part_of as usize;
        }
        i
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_boundary_dissolves_first_and_none_outlives_its_region() {
        // Three regions in a row and one around them; lengths stand for strengths.
        let boundary = |a, b, length| Boundary::new([a, b], Evidence { length, ..Evidence::default() });
        let boundaries = vec![
            boundary(0, 1, 1.0),
            boundary(1, 2, 5.0),
            boundary(0, 3, 9.0),
            boundary(1, 3, 9.0),
            boundary(2, 3, 9.0),
        ];
        let strengths =
            hierarchy(&[900.0; 4], &[Look::default(); 4], boundaries, |evidence, _, _| evidence.length).strengths;
        assert_eq!(strengths[0], 1.0);
        assert_eq!(strengths[1], 5.0);
        assert!(strengths[2..].iter().all(|&strength| strength == 27.0));
    }
}
