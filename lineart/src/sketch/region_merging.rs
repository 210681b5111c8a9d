//! Hierarchical region merging (Arbelaez, Maire, Fowlkes, Malik 2011): the two regions with the
//! weakest common boundary merge, again and again.
//!
//! Scores are pooled over the whole boundary of two regions. What cancels along a boundary, as
//! texture does, therefore dissolves early, and a faint but steady outline stays. The result is an
//! ultrametric: outlines of any strength are closed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::boundary_score::BoundaryScore;
use super::region_appearance::RegionAppearance;
use super::sort::{descending_key, sort_by_key};

const NO_BOUNDARY: u32 = u32::MAX;

/// Width below which a region counts as a strip, px.
const STRIP_WIDTH_PX: f32 = 14.0;

/// Effective area from which a region is large enough to colour, px^2: 25 mm^2 of white between
/// lines on A4.
const MIN_LARGE_AREA_PX2: f32 = 800.0;

/// A boundary between two regions. The score is oriented from `regions[0]` (left) to `regions[1]`.
#[derive(Clone)]
pub(super) struct Boundary {
    regions: [u32; 2],
    score: BoundaryScore,
    /// The boundary that this one was pooled into.
    pooled_into: u32,
    /// Strength at which the boundary was dissolved; infinite before.
    strength: f32,
    /// Number of changes of the score; queue entries of an older version are stale.
    version: u32,
}

impl Boundary {
    pub fn new(regions: [u32; 2], score: BoundaryScore) -> Boundary {
        Boundary { regions, score, pooled_into: NO_BOUNDARY, strength: f32::INFINITY, version: 0 }
    }
}

struct Region {
    appearance: RegionAppearance,
    /// px^2.
    area: f32,
    /// Length of its boundaries, px.
    perimeter: f32,
    /// Strength of the last merger that made it.
    strength: f32,
    boundaries: Vec<u32>,
}

impl Region {
    /// Area that can be coloured, px^2: less than the area of a strip, whose two outlines print as
    /// one line.
    fn effective_area(&self) -> f32 {
        let width = 2.0 * self.area / self.perimeter.max(1.0);
        let share = (width / STRIP_WIDTH_PX).min(1.0);
        self.area * share * share
    }
}

struct Merger {
    regions: Vec<Region>,
    boundaries: Vec<Boundary>,
    /// Strength, boundary and version, weakest first.
    queue: BinaryHeap<Reverse<(FixedPoint, u32, u32)>>,
    /// For each region its boundary with the region that is being merged.
    boundary_with: Vec<u32>,
    large_merge_strengths: Vec<f32>,
}

/// A strength as an integer, in units of 2^-16, so that it can be ordered in a heap.
type FixedPoint = i32;

fn fixed_point(strength: f32) -> FixedPoint {
    (strength.clamp(-1000.0, 1000.0) * 65536.0) as i32
}

/// The result of merging all regions into one.
pub(super) struct Hierarchy {
    /// For every boundary the strength of the merger that dissolves it.
    pub strengths: Vec<f32>,
    /// The strengths of mergers of two regions that are both large enough to colour, strongest
    /// first.
    pub large_merge_strengths: Vec<f32>,
}

/// Merges regions until no boundary is left; region `i` has `areas[i]` px^2.
///
/// `strength` computes the strength of a boundary from its score, the dissimilarity bonus of its
/// regions ([`RegionAppearance::dissimilarity_bonus`]) and the effective area of the smaller one,
/// px^2.
pub(super) fn build_hierarchy(
    areas: &[f32],
    appearances: &[RegionAppearance],
    boundaries: Vec<Boundary>,
    strength: impl Fn(&BoundaryScore, f32, f32) -> f32,
) -> Hierarchy {
    let new_region =
        |(&area, &appearance)| Region { appearance, area, perimeter: 0.0, strength: f32::MIN, boundaries: Vec::new() };
    let mut regions: Vec<Region> = areas.iter().zip(appearances).map(new_region).collect();
    for (i, boundary) in boundaries.iter().enumerate() {
        for region in boundary.regions {
            regions[region as usize].boundaries.push(i as u32);
            regions[region as usize].perimeter += boundary.score.length;
        }
    }
    let boundary_with = vec![NO_BOUNDARY; regions.len()];
    let queue = BinaryHeap::new();
    let mut merger = Merger { regions, boundaries, queue, boundary_with, large_merge_strengths: Vec::new() };
    merger.pool_parallel_boundaries(&strength);
    for i in 0..merger.boundaries.len() {
        merger.enqueue(i, &strength);
    }
    while let Some(Reverse((queued, i, version))) = merger.queue.pop() {
        let i = i as usize;
        let boundary = &merger.boundaries[i];
        if boundary.version != version || boundary.pooled_into != NO_BOUNDARY || boundary.strength.is_finite() {
            continue;
        }
        let now = merger.current_strength(i, &strength);
        if fixed_point(now) > queued {
            // The regions have grown since. Boundaries that became weaker are found late, when they
            // are popped: recomputing all boundaries of a region after every merger would cost more
            // than the rest of the algorithm.
            merger.queue.push(Reverse((fixed_point(now), i as u32, version)));
        } else {
            merger.merge(i, now, &strength);
        }
    }
    let dissolved_at = |i| merger.boundaries[merger.final_boundary(i)].strength;
    let strengths = (0..merger.boundaries.len()).map(dissolved_at).collect();
    sort_by_key(&mut merger.large_merge_strengths, |&strength| [descending_key(strength), 0, 0]);
    Hierarchy { strengths, large_merge_strengths: merger.large_merge_strengths }
}

impl Merger {
    fn current_strength(&self, i: usize, strength: impl Fn(&BoundaryScore, f32, f32) -> f32) -> f32 {
        let boundary = &self.boundaries[i];
        let [a, b] = boundary.regions.map(|region| &self.regions[region as usize]);
        let bonus = a.appearance.dissimilarity_bonus(&b.appearance);
        strength(&boundary.score, bonus, a.effective_area().min(b.effective_area()))
    }

    /// Pools the boundaries of basins that touch in several places, so that two regions have one
    /// boundary.
    fn pool_parallel_boundaries(&mut self, strength: &impl Fn(&BoundaryScore, f32, f32) -> f32) {
        let pair = |boundary: &Boundary| {
            let [a, b] = boundary.regions;
            (a.min(b), a.max(b))
        };
        let mut order: Vec<u32> = (0..self.boundaries.len() as u32).collect();
        sort_by_key(&mut order, |&i| {
            let (low, high) = pair(&self.boundaries[i as usize]);
            [low, high, 0]
        });
        let mut first = NO_BOUNDARY;
        for i in order {
            if first != NO_BOUNDARY && pair(&self.boundaries[first as usize]) == pair(&self.boundaries[i as usize]) {
                self.pool_into(i, first, strength);
            } else {
                first = i;
            }
        }
    }

    fn enqueue(&mut self, i: usize, strength: impl Fn(&BoundaryScore, f32, f32) -> f32) {
        let queued = fixed_point(self.current_strength(i, strength));
        self.queue.push(Reverse((queued, i as u32, self.boundaries[i].version)));
    }

    /// Merges the regions on both sides of boundary `i`, whose strength is `now`.
    fn merge(&mut self, i: usize, now: f32, strength: &impl Fn(&BoundaryScore, f32, f32) -> f32) {
        let [a, b] = self.boundaries[i].regions.map(|region| region as usize);
        let a_has_more = self.regions[a].boundaries.len() >= self.regions[b].boundaries.len();
        let (into, from) = if a_has_more { (a, b) } else { (b, a) };
        // No weaker than earlier mergers of either region: the hierarchy is an ultrametric.
        let merged_at = now.max(self.regions[a].strength).max(self.regions[b].strength);
        self.boundaries[i].strength = merged_at;
        if self.regions[into].effective_area().min(self.regions[from].effective_area()) >= MIN_LARGE_AREA_PX2 {
            self.large_merge_strengths.push(merged_at);
        }
        let shared = 2.0 * self.boundaries[i].score.length;
        self.regions[into].perimeter += self.regions[from].perimeter - shared;
        self.regions[into].area += self.regions[from].area;
        let appearance = self.regions[from].appearance;
        self.regions[into].appearance.add(&appearance);
        self.regions[into].strength = merged_at;
        let mut kept = self.take_boundaries(into, i);
        for &e in &kept {
            let neighbour = self.region_across(e, into);
            self.boundary_with[neighbour] = e;
        }
        for e in self.take_boundaries(from, i) {
            let neighbour = self.region_across(e, from);
            let side = usize::from(self.boundaries[e as usize].regions[0] != from as u32);
            self.boundaries[e as usize].regions[side] = into as u32;
            match self.boundary_with[neighbour] {
                NO_BOUNDARY => kept.push(e),
                target => self.pool_into(e, target, strength),
            }
        }
        for &e in &kept {
            let neighbour = self.region_across(e, into);
            self.boundary_with[neighbour] = NO_BOUNDARY;
        }
        self.regions[into].boundaries = kept;
    }

    /// Takes the boundaries of `region`, without `dissolved` and those that were pooled into
    /// others.
    fn take_boundaries(&mut self, region: usize, dissolved: usize) -> Vec<u32> {
        let mut all = std::mem::take(&mut self.regions[region].boundaries);
        all.retain(|&e| e as usize != dissolved && self.boundaries[e as usize].pooled_into == NO_BOUNDARY);
        all
    }

    /// Pools boundary `e` into `target`, which separates the same two regions.
    fn pool_into(&mut self, e: u32, target: u32, strength: &impl Fn(&BoundaryScore, f32, f32) -> f32) {
        let part = self.boundaries[e as usize].clone();
        self.boundaries[e as usize].pooled_into = target;
        let whole = &mut self.boundaries[target as usize];
        let is_same_way = whole.regions == part.regions;
        whole.score.add(&if is_same_way { part.score } else { part.score.with_sides_swapped() });
        whole.version += 1;
        self.enqueue(target as usize, strength);
    }

    /// The region on the other side of boundary `e`.
    fn region_across(&self, e: u32, region: usize) -> usize {
        let [a, b] = self.boundaries[e as usize].regions;
        (if a as usize == region { b } else { a }) as usize
    }

    /// The boundary that `i` was finally pooled into, or `i` itself.
    fn final_boundary(&self, mut i: usize) -> usize {
        while self.boundaries[i].pooled_into != NO_BOUNDARY {
            i = self.boundaries[i].pooled_into as usize;
        }
        i
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Merges equal regions, with boundaries of two regions and a length each.
    fn strengths(regions: usize, boundaries: &[(u32, u32, f32)], strength: fn(f32) -> f32) -> Vec<f32> {
        let boundary = |&(a, b, length)| Boundary::new([a, b], BoundaryScore { length, ..BoundaryScore::default() });
        let appearances = vec![RegionAppearance::default(); regions];
        let boundaries = boundaries.iter().map(boundary).collect();
        build_hierarchy(&vec![900.0; regions], &appearances, boundaries, |score, _, _| strength(score.length)).strengths
    }

    #[test]
    fn weakest_boundary_dissolves_first() {
        // Three regions in a row and one around them.
        let strengths =
            strengths(4, &[(0, 1, 1.0), (1, 2, 5.0), (0, 3, 9.0), (1, 3, 9.0), (2, 3, 9.0)], |length| length);
        assert_eq!(strengths, [1.0, 5.0, 27.0, 27.0, 27.0]);
    }

    #[test]
    fn parallel_boundaries_are_pooled() {
        assert_eq!(strengths(2, &[(0, 1, 2.0), (1, 0, 3.0)], |length| length), [5.0, 5.0]);
    }

    #[test]
    fn later_mergers_are_no_weaker_than_earlier_ones() {
        // Pooled, the boundaries of region 2 would have a strength of 10 / 3 only.
        let strengths = strengths(3, &[(0, 1, 2.0), (0, 2, 1.5), (1, 2, 1.5)], |length| 10.0 / length);
        assert_eq!(strengths, [5.0, 5.0, 5.0]);
    }
}
