//! How much a pixel looks like part of a line: flow-based difference of Gaussians with its odd partner.
//!
//! Across the flow, the second derivative of a Gaussian (what a difference of Gaussians approximates; Kang, Lee,
//! Chui 2007) answers to lines, the first to edges. The root of the sum of their squares, the local energy
//! (Morrone, Owens 1987), peaks on the centre of either, so that a crease is not drawn as two edges.

use super::bands::in_bands;
use super::field::{Field, Lanes};
use super::flow::{self, Flow};

/// Width of the lines and crisp edges looked for, px.
const FINE_SIGMA: f32 = 1.8;

/// Width of the soft edges looked for, px: a head against a blurred room.
const SOFT_SIGMA: f32 = 4.0;

/// What a soft edge counts beside a crisp one of the same height.
const SOFT_SHARE: f32 = 0.4;

/// The local energy across the flow, summed over the channels; a crisp black-white edge gives about 0.5.
pub(super) fn energy(colours: &Field<4>, flow: &Flow) -> Field<1> {
    let fine = colours.blurred(FINE_SIGMA);
    let soft = colours.blurred(SOFT_SIGMA);
    let mut out = Field::new(fine.width, fine.height);
    in_bands(&mut out.data, fine.width, |top, band| {
        for (y, row) in band.chunks_exact_mut(fine.width).enumerate() {
            let y = top + y;
            let (fine, soft) = (Rows::of(&fine, y), Rows::of(&soft, y));
            let flow = flow.row(y);
            for (x, value) in row.iter_mut().enumerate() {
                let [nx, ny] = flow[x];
                let (left, right) = (x.saturating_sub(1), (x + 1).min(flow.len() - 1));
                let slope = fine.first(left, x, right, nx, ny) * FINE_SIGMA;
                let bend = fine.second(left, x, right, nx, ny) * (FINE_SIGMA * FINE_SIGMA);
                let broad = soft.first(left, x, right, nx, ny) * SOFT_SIGMA;
                let [crisp, blurry] = [slope * slope + bend * bend, broad * broad].map(|lanes| {
                    let [a, b, c, _] = lanes.to_array();
                    a + b + c
                });
                *value = [(crisp + SOFT_SHARE * SOFT_SHARE * blurry).sqrt()];
            }
        }
    });
    out
}

/// How many times as far away the photo is looked at for edges softer than any of these.
pub(super) const FAR: usize = 4;

/// The local energy of the photo at a quarter of its size: edges 7 to 16 px soft.
pub(super) fn far(colours: &Field<4>) -> Field<1> {
    let small = colours.reduced(FAR);
    energy(&small, &flow::flow(&small))
}

/// Three rows of a field, the border repeated, for differences around a pixel.
struct Rows<'a> {
    above: &'a [[f32; 4]],
    here: &'a [[f32; 4]],
    below: &'a [[f32; 4]],
}

impl Rows<'_> {
    fn of(field: &Field<4>, y: usize) -> Rows<'_> {
        Rows {
            above: field.row(y.saturating_sub(1)),
            here: field.row(y),
            below: field.row((y + 1).min(field.height - 1)),
        }
    }

    /// Derivative of each channel along (`nx`, `ny`).
    #[inline(always)]
    fn first(&self, left: usize, x: usize, right: usize, nx: f32, ny: f32) -> Lanes {
        let gx = Lanes::new(self.here[right]) - Lanes::new(self.here[left]);
        let gy = Lanes::new(self.below[x]) - Lanes::new(self.above[x]);
        (gx * nx + gy * ny) * 0.5
    }

    /// Second derivative of each channel along (`nx`, `ny`).
    #[inline(always)]
    fn second(&self, left: usize, x: usize, right: usize, nx: f32, ny: f32) -> Lanes {
        let at = |row: &[[f32; 4]], x: usize| Lanes::new(row[x]);
        let (above, here, below) = (self.above, self.here, self.below);
        let twice = at(here, x) * 2.0;
        let xx = at(here, right) + at(here, left) - twice;
        let yy = at(below, x) + at(above, x) - twice;
        let xy = at(below, right) + at(above, left) - at(below, left) - at(above, right);
        xx * nx * nx + xy * 0.5 * nx * ny + yy * ny * ny
    }
}

#[cfg(test)]
mod tests {
    use super::super::flow::flow;
    use super::*;

    /// Where the energy of an upright pattern is greatest.
    fn crest(of: impl Fn(usize) -> f32) -> Option<usize> {
        let mut colours = Field::<4>::new(80, 30);
        for (at, colour) in colours.data.iter_mut().enumerate() {
            colour[0] = of(at % 80);
        }
        let energy = energy(&colours, &flow(&colours));
        let row = energy.row(15);
        (0..80).filter(|&x| row[x][0] > 0.01).max_by(|&a, &b| row[a][0].total_cmp(&row[b][0]))
    }

    #[test]
    fn edges_and_lines_crest_in_their_middle() {
        assert!(matches!(crest(|x| if x < 40 { 0.1 } else { 0.9 }), Some(39 | 40)));
        assert_eq!(crest(|x| if x == 40 { 0.0 } else { 1.0 }), Some(40));
        assert_eq!(crest(|_| 0.5), None);
    }
}
