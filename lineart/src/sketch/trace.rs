//! From crest pixels to chains of points: one chain between any two ends or branchings.

use super::arcs::Chain;
use super::ridges::{Ridges, around};

/// All chains in a fixed order; loops end where they begin.
pub(super) fn chains(ridges: &Ridges) -> Vec<Chain> {
    let mut tracer = Tracer { ridges, around: around(ridges.stride), seen: vec![false; ridges.mask.len()] };
    let pixels: Vec<usize> = (0..ridges.mask.len()).filter(|&at| ridges.mask[at] == 1).collect();
    let mut chains = Vec::new();
    for &at in &pixels {
        if !tracer.is_node(at) {
            continue;
        }
        tracer.seen[at] = true;
        for next in tracer.neighbours(at) {
            if !tracer.seen[next] || (tracer.is_node(next) && next > at) {
                chains.push(tracer.walk(at, next));
            }
        }
    }
    for &at in &pixels {
        if !tracer.seen[at] {
            tracer.seen[at] = true;
            if let Some(next) = tracer.neighbours(at).into_iter().find(|&n| !tracer.seen[n]) {
                let mut chain = tracer.walk(at, next);
                chain.push(chain[0]);
                chains.push(chain);
            }
        }
    }
    chains
}

struct Tracer<'a> {
    ridges: &'a Ridges,
    around: [isize; 8],
    seen: Vec<bool>,
}

impl Tracer<'_> {
    /// Neighbours along a line; a diagonal one that is also reached by a straight step is left to that step.
    fn neighbours(&self, at: usize) -> Vec<usize> {
        let ring = self.ridges.ring(at, &self.around);
        (0..8)
            .filter(|&i| ring[i] && (i % 2 == 0 || !(ring[(i + 7) % 8] || ring[(i + 1) % 8])))
            .map(|i| at.wrapping_add_signed(self.around[i]))
            .collect()
    }

    /// An end or a branching.
    fn is_node(&self, at: usize) -> bool {
        self.neighbours(at).len() != 2
    }

    fn walk(&mut self, from: usize, first: usize) -> Chain {
        let mut chain = vec![self.point(from)];
        let (mut before, mut at) = (from, first);
        loop {
            chain.push(self.point(at));
            if self.is_node(at) || self.seen[at] {
                return chain;
            }
            self.seen[at] = true;
            let Some(next) = self.neighbours(at).into_iter().find(|&n| n != before) else {
                return chain;
            };
            if self.seen[next] && !self.is_node(next) {
                return chain;
            }
            (before, at) = (at, next);
        }
    }

    fn point(&self, at: usize) -> [f32; 2] {
        let (x, y) = (at % self.ridges.stride, at / self.ridges.stride);
        [x as f32 - 1.0, y as f32 - 1.0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traced(rows: &[&str]) -> Vec<Chain> {
        let stride = rows[0].len() + 2;
        let mut mask = vec![0; stride * (rows.len() + 2)];
        for (y, row) in rows.iter().enumerate() {
            for (x, c) in row.bytes().enumerate() {
                mask[(y + 1) * stride + x + 1] = u8::from(c == b'#');
            }
        }
        chains(&Ridges { stride, mask })
    }

    #[test]
    fn a_ring_is_one_closed_chain() {
        let chains = traced(&[".###.", "#...#", "#...#", ".###."]);
        assert_eq!(chains.len(), 1);
        assert_eq!(chains[0].len(), 11);
        assert_eq!(chains[0].first(), chains[0].last());
    }

    #[test]
    fn a_crossing_ends_four_chains() {
        let chains = traced(&["..#..", "..#..", "#####", "..#..", "..#.."]);
        assert_eq!(chains.len(), 4);
        assert!(chains.iter().all(|chain| chain.len() == 3 && chain.contains(&[2.0, 2.0])));
    }

    #[test]
    fn dots_and_pairs_do_no_harm() {
        assert!(traced(&["#..", "..."]).is_empty());
        assert_eq!(traced(&["##.", "..."]).len(), 1);
        assert!(traced(&["###", "###", "###"]).len() < 20);
    }
}
