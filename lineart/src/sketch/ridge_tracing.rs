//! Traces a thinned ridge mask into polylines, one between any two line ends or junctions.

use super::polyline::Polyline;
use super::ridges::{RidgeMask, neighbour_offsets};

/// All polylines, in pixels from the centre of the top left pixel, in a fixed order: those between
/// nodes, then closed ones. Single pixels are left out.
pub(super) fn trace_ridges(ridges: &RidgeMask) -> Vec<Polyline> {
    let mut tracer =
        Tracer { ridges, offsets: neighbour_offsets(ridges.stride), visited: vec![false; ridges.mask.len()] };
    let pixels: Vec<usize> = (0..ridges.mask.len()).filter(|&at| ridges.mask[at] == 1).collect();
    let mut polylines = Vec::new();
    for &at in &pixels {
        if !tracer.is_node(at) {
            continue;
        }
        tracer.visited[at] = true;
        for next in tracer.neighbours(at) {
            if !tracer.visited[next] || (tracer.is_node(next) && next > at) {
                polylines.push(tracer.trace_from(at, next));
            }
        }
    }
    for &at in &pixels {
        if !tracer.visited[at] {
            tracer.visited[at] = true;
            if let Some(next) = tracer.neighbours(at).into_iter().find(|&n| !tracer.visited[n]) {
                let mut closed = tracer.trace_from(at, next);
                closed.push(closed[0]);
                polylines.push(closed);
            }
        }
    }
    polylines
}

struct Tracer<'a> {
    ridges: &'a RidgeMask,
    offsets: [isize; 8],
    visited: Vec<bool>,
}

impl Tracer<'_> {
    /// Connected ridge pixels. A diagonal neighbour counts only if no straight neighbour connects
    /// it (m-adjacency).
    fn neighbours(&self, at: usize) -> Vec<usize> {
        let is_set = self.ridges.neighbours(at, &self.offsets);
        (0..8)
            .filter(|&i| is_set[i] && (i % 2 == 0 || !(is_set[(i + 7) % 8] || is_set[(i + 1) % 8])))
            .map(|i| at.wrapping_add_signed(self.offsets[i]))
            .collect()
    }

    /// Whether a line ends or branches here.
    fn is_node(&self, at: usize) -> bool {
        self.neighbours(at).len() != 2
    }

    /// Follows a line from the node `from` over its neighbour `first` to the next node or visited
    /// pixel.
    fn trace_from(&mut self, from: usize, first: usize) -> Polyline {
        let mut points = vec![self.point(from)];
        let (mut before, mut at) = (from, first);
        loop {
            points.push(self.point(at));
            if self.is_node(at) || self.visited[at] {
                return points;
            }
            self.visited[at] = true;
            let Some(next) = self.neighbours(at).into_iter().find(|&n| n != before) else {
                return points;
            };
            if self.visited[next] && !self.is_node(next) {
                return points;
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

    fn traced(rows: &[&str]) -> Vec<Polyline> {
        let stride = rows[0].len() + 2;
        let mut mask = vec![0; stride * (rows.len() + 2)];
        for (y, row) in rows.iter().enumerate() {
            for (x, c) in row.bytes().enumerate() {
                mask[(y + 1) * stride + x + 1] = u8::from(c == b'#');
            }
        }
        trace_ridges(&RidgeMask { stride, mask })
    }

    #[test]
    fn ring_is_one_closed_polyline() {
        let lines = traced(&[".###.", "#...#", "#...#", ".###."]);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].len(), 11);
        assert_eq!(lines[0].first(), lines[0].last());
    }

    #[test]
    fn crossing_ends_four_polylines() {
        let lines = traced(&["..#..", "..#..", "#####", "..#..", "..#.."]);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.len() == 3 && line.contains(&[2.0, 2.0])));
    }

    #[test]
    fn single_pixel_is_left_out() {
        assert!(traced(&["#..", "..."]).is_empty());
    }

    #[test]
    fn pair_of_pixels_is_one_polyline() {
        assert_eq!(traced(&["##.", "..."]), [[[0.0, 0.0], [1.0, 0.0]]]);
    }

    #[test]
    fn unthinned_block_is_traced_edge_by_edge() {
        let lines = traced(&["###", "###", "###"]);
        let edges: usize = lines.iter().map(|line| line.len() - 1).sum();
        assert_eq!((lines.len(), edges), (8, 12));
    }
}
