//! From responses to lines one pixel wide: crests across the flow, then thinning.

use super::bands::in_bands;
use super::field::Field;
use super::flow::Flow;

/// Crest pixels, with a border of one pixel that is never set, so that neighbours need no bounds.
pub(super) struct Ridges {
    pub stride: usize,
    /// 1 on a crest.
    pub mask: Vec<u8>,
}

/// Offsets to the eight neighbours, clockwise from above.
pub(super) fn around(stride: usize) -> [isize; 8] {
    let s = stride as isize;
    [-s, -s + 1, 1, s + 1, s, s - 1, -1, -s - 1]
}

/// Pixels above `low` that no neighbour across the flow exceeds.
pub(super) fn ridges(energy: &Field<1>, flow: &Flow, low: f32) -> Ridges {
    let stride = energy.width + 2;
    let mut mask = vec![0; stride * (energy.height + 2)];
    in_bands(&mut mask[stride..stride * (energy.height + 1)], stride, |top, band| {
        for (y, row) in band.chunks_exact_mut(stride).enumerate() {
            let y = top + y;
            for (x, set) in row[1..=energy.width].iter_mut().enumerate() {
                let at = y * energy.width + x;
                let here = energy.data[at][0];
                if here <= low {
                    continue;
                }
                let [nx, ny] = flow.data[at];
                let (px, py) = (x as f32, y as f32);
                let [ahead] = energy.sample(px + nx, py + ny);
                let [behind] = energy.sample(px - nx, py - ny);
                *set = u8::from(here >= ahead && here > behind);
            }
        }
    });
    let mut ridges = Ridges { stride, mask };
    ridges.thin();
    ridges
}

impl Ridges {
    /// Every pixel of more than a half.
    pub fn of(ink: &Field<1>) -> Ridges {
        let stride = ink.width + 2;
        let mut mask = vec![0; stride * (ink.height + 2)];
        for (y, row) in ink.data.chunks_exact(ink.width).take(ink.height).enumerate() {
            for (x, value) in row.iter().enumerate() {
                mask[(y + 1) * stride + x + 1] = u8::from(value[0] > 0.5);
            }
        }
        Ridges { stride, mask }
    }

    /// Guo and Hall's two-pass thinning (1989): leaves lines one pixel wide and as connected as before.
    pub fn thin(&mut self) {
        let around = around(self.stride);
        let mut alive: Vec<usize> = (0..self.mask.len()).filter(|&i| self.mask[i] == 1).collect();
        let mut gone = Vec::new();
        loop {
            let before = alive.len();
            for pass in 0..2 {
                gone.clear();
                gone.extend(alive.iter().copied().filter(|&at| removable(self.ring(at, &around), pass)));
                for &at in &gone {
                    self.mask[at] = 0;
                }
                alive.retain(|&at| self.mask[at] == 1);
            }
            if alive.len() == before {
                return;
            }
        }
    }

    pub fn ring(&self, at: usize, around: &[isize; 8]) -> [bool; 8] {
        around.map(|step| self.mask[at.wrapping_add_signed(step)] == 1)
    }
}

fn removable([n, ne, e, se, s, sw, w, nw]: [bool; 8], pass: usize) -> bool {
    let crossings =
        u8::from(!n && (ne || e)) + u8::from(!e && (se || s)) + u8::from(!s && (sw || w)) + u8::from(!w && (nw || n));
    let first = u8::from(nw || n) + u8::from(ne || e) + u8::from(se || s) + u8::from(sw || w);
    let second = u8::from(n || ne) + u8::from(e || se) + u8::from(s || sw) + u8::from(w || nw);
    let neighbours = first.min(second);
    let side = match pass {
        0 => (s || sw || !nw) && w,
        _ => (n || ne || !se) && e,
    };
    crossings == 1 && (2..=3).contains(&neighbours) && !side
}
