//! Ridge detection: non-maximum suppression across the edges (Canny 1986), then thinning to
//! one-pixel lines (Guo, Hall 1989).

use super::edge_tangent_flow::EdgeNormals;
use super::field::Field;
use crate::parallel::for_each_row_band;

/// Binary mask of ridge pixels with a border of one pixel that is never set, so that neighbours
/// need no bounds checks.
pub(super) struct RidgeMask {
    /// Pixels per row, including both border pixels.
    pub stride: usize,
    /// 1 on a ridge, else 0.
    pub mask: Vec<u8>,
}

/// Index offsets to the 8-neighbourhood, clockwise from the pixel above.
pub(super) fn neighbour_offsets(stride: usize) -> [isize; 8] {
    let s = stride as isize;
    [-s, -s + 1, 1, s + 1, s, s - 1, -1, -s - 1]
}

/// Thinned ridges of `energy`: pixels above `min_energy` that neither neighbour along the normal
/// exceeds.
pub(super) fn detect_ridges(energy: &Field<1>, normals: &EdgeNormals, min_energy: f32) -> RidgeMask {
    let stride = energy.width + 2;
    let mut mask = vec![0; stride * (energy.height + 2)];
    for_each_row_band(&mut mask[stride..stride * (energy.height + 1)], stride, |top, band| {
        for (y, row) in band.chunks_exact_mut(stride).enumerate() {
            let y = top + y;
            for (x, set) in row[1..=energy.width].iter_mut().enumerate() {
                let at = y * energy.width + x;
                let here = energy.data[at][0];
                if here <= min_energy {
                    continue;
                }
                let [nx, ny] = normals.data[at];
                let (px, py) = (x as f32, y as f32);
                let [ahead] = energy.sample(px + nx, py + ny);
                let [behind] = energy.sample(px - nx, py - ny);
                *set = u8::from(here >= ahead && here > behind);
            }
        }
    });
    let mut ridges = RidgeMask { stride, mask };
    ridges.thin();
    ridges
}

impl RidgeMask {
    /// The pixels of `ink` above one half, not thinned.
    pub fn threshold(ink: &Field<1>) -> RidgeMask {
        let stride = ink.width + 2;
        let mut mask = vec![0; stride * (ink.height + 2)];
        for (y, row) in ink.data.chunks_exact(ink.width).take(ink.height).enumerate() {
            for (x, value) in row.iter().enumerate() {
                mask[(y + 1) * stride + x + 1] = u8::from(value[0] > 0.5);
            }
        }
        RidgeMask { stride, mask }
    }

    /// Two-subiteration thinning (Guo, Hall 1989, algorithm A1): lines become one pixel wide and
    /// stay connected.
    pub fn thin(&mut self) {
        let offsets = neighbour_offsets(self.stride);
        let mut alive: Vec<usize> = (0..self.mask.len()).filter(|&i| self.mask[i] == 1).collect();
        let mut removed = Vec::new();
        loop {
            let before = alive.len();
            for pass in 0..2 {
                removed.clear();
                removed.extend(alive.iter().copied().filter(|&at| is_removable(self.neighbours(at, &offsets), pass)));
                for &at in &removed {
                    self.mask[at] = 0;
                }
                alive.retain(|&at| self.mask[at] == 1);
            }
            if alive.len() == before {
                return;
            }
        }
    }

    /// Which pixels of the 8-neighbourhood are set, in the order of [`neighbour_offsets`].
    pub fn neighbours(&self, at: usize, offsets: &[isize; 8]) -> [bool; 8] {
        offsets.map(|step| self.mask[at.wrapping_add_signed(step)] == 1)
    }
}

/// Whether a pixel with these neighbours can be deleted in subiteration `pass` (0 or 1) without
/// breaking a line.
fn is_removable([n, ne, e, se, s, sw, w, nw]: [bool; 8], pass: usize) -> bool {
    // C, N1 and N2 of the paper.
    let crossings =
        u8::from(!n && (ne || e)) + u8::from(!e && (se || s)) + u8::from(!s && (sw || w)) + u8::from(!w && (nw || n));
    let first = u8::from(nw || n) + u8::from(ne || e) + u8::from(se || s) + u8::from(sw || w);
    let second = u8::from(n || ne) + u8::from(e || se) + u8::from(s || sw) + u8::from(w || nw);
    let neighbours = first.min(second);
    let is_protected = match pass {
        0 => (s || sw || !nw) && w,
        _ => (n || ne || !se) && e,
    };
    crossings == 1 && (2..=3).contains(&neighbours) && !is_protected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_leaves_a_bar_one_pixel_wide_and_connected() {
        let mut ink = Field::<1>::new(30, 12);
        for (at, value) in ink.data.iter_mut().enumerate() {
            value[0] = f32::from(u8::from((4..9).contains(&(at / 30)) && (3..27).contains(&(at % 30))));
        }
        let mut ridges = RidgeMask::threshold(&ink);
        ridges.thin();
        let heights: Vec<u8> = (0..32).map(|x| (0..14).map(|y| ridges.mask[y * 32 + x]).sum()).collect();
        assert!(heights.iter().all(|&height| height <= 1));
        assert!(heights[8..24].iter().all(|&height| height == 1));
    }
}
