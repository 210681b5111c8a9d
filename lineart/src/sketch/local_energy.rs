//! Local energy across edges (Morrone, Owens 1987) from a quadrature pair of Gaussian derivatives.
//!
//! Across the edge tangent flow, the second derivative of a Gaussian (which a flow-based difference
//! of Gaussians, FDoG, approximates; Kang, Lee, Chui 2007) responds to lines and the first
//! derivative to edges. The root of the sum of their squares peaks at the centre of either, so that
//! a crease is drawn as one line and not as two edges.

use super::edge_tangent_flow::{EdgeNormals, edge_normals};
use super::field::{Field, Lanes};
use crate::parallel::for_each_row_band;

/// Scale of the derivatives for lines and sharp edges, px.
const FINE_SIGMA_PX: f32 = 1.8;

/// Scale of the derivative for soft edges, px: a head before an out-of-focus room.
const SOFT_SIGMA_PX: f32 = 4.0;

/// Weight of the response to soft edges, relative to sharp edges of the same contrast.
const SOFT_WEIGHT: f32 = 0.4;

/// Local energy across the edges, summed over the first three channels: 0 to about 0.5 at a sharp
/// edge between black and white.
pub(super) fn local_energy(colours: &Field<4>, normals: &EdgeNormals) -> Field<1> {
    let fine = colours.gaussian_blurred(FINE_SIGMA_PX);
    let soft = colours.gaussian_blurred(SOFT_SIGMA_PX);
    let mut out = Field::new(fine.width, fine.height);
    for_each_row_band(&mut out.data, fine.width, |top, band| {
        for (y, row) in band.chunks_exact_mut(fine.width).enumerate() {
            let y = top + y;
            let (fine, soft) = (RowNeighbourhood::at(&fine, y), RowNeighbourhood::at(&soft, y));
            let normals = normals.row(y);
            for (x, value) in row.iter_mut().enumerate() {
                let [nx, ny] = normals[x];
                let (left, right) = (x.saturating_sub(1), (x + 1).min(normals.len() - 1));
                let odd = fine.first_derivative(left, x, right, nx, ny) * FINE_SIGMA_PX;
                let even = fine.second_derivative(left, x, right, nx, ny) * (FINE_SIGMA_PX * FINE_SIGMA_PX);
                let soft_odd = soft.first_derivative(left, x, right, nx, ny) * SOFT_SIGMA_PX;
                let [sharp, soft] = [odd * odd + even * even, soft_odd * soft_odd].map(|lanes| {
                    let [a, b, c, _] = lanes.to_array();
                    a + b + c
                });
                *value = [(sharp + SOFT_WEIGHT * SOFT_WEIGHT * soft).sqrt()];
            }
        }
    });
    out
}

/// Factor by which the photo is downsampled for [`coarse_energy`].
pub(super) const COARSE_SCALE: usize = 4;

/// Local energy at a quarter of the size: it responds to edges with a transition of 7 to 16 px.
pub(super) fn coarse_energy(colours: &Field<4>) -> Field<1> {
    let small = colours.downsampled(COARSE_SCALE);
    local_energy(&small, &edge_normals(&small))
}

/// Three neighbouring rows of a field, the border replicated, for finite differences at a pixel.
struct RowNeighbourhood<'a> {
    above: &'a [[f32; 4]],
    here: &'a [[f32; 4]],
    below: &'a [[f32; 4]],
}

impl RowNeighbourhood<'_> {
    fn at(field: &Field<4>, y: usize) -> RowNeighbourhood<'_> {
        RowNeighbourhood {
            above: field.row(y.saturating_sub(1)),
            here: field.row(y),
            below: field.row((y + 1).min(field.height - 1)),
        }
    }

    /// First derivative of each channel along (`nx`, `ny`), by central differences.
    #[inline(always)]
    fn first_derivative(&self, left: usize, x: usize, right: usize, nx: f32, ny: f32) -> Lanes {
        let gx = Lanes::new(self.here[right]) - Lanes::new(self.here[left]);
        let gy = Lanes::new(self.below[x]) - Lanes::new(self.above[x]);
        (gx * nx + gy * ny) * 0.5
    }

    /// Second derivative of each channel along (`nx`, `ny`).
    #[inline(always)]
    fn second_derivative(&self, left: usize, x: usize, right: usize, nx: f32, ny: f32) -> Lanes {
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
    use super::*;

    /// The column where the energy of a vertical pattern is greatest, or `None` if there is no
    /// energy.
    fn peak_column(of: impl Fn(usize) -> f32) -> Option<usize> {
        let mut colours = Field::<4>::new(80, 30);
        for (at, colour) in colours.data.iter_mut().enumerate() {
            colour[0] = of(at % 80);
        }
        let energy = local_energy(&colours, &edge_normals(&colours));
        let row = energy.row(15);
        (0..80).filter(|&x| row[x][0] > 0.01).max_by(|&a, &b| row[a][0].total_cmp(&row[b][0]))
    }

    #[test]
    fn energy_peaks_at_the_centre_of_edges_and_lines() {
        assert!(matches!(peak_column(|x| if x < 40 { 0.1 } else { 0.9 }), Some(39 | 40)));
        assert_eq!(peak_column(|x| if x == 40 { 0.0 } else { 1.0 }), Some(40));
    }

    #[test]
    fn flat_image_has_no_energy() {
        assert_eq!(peak_column(|_| 0.5), None);
    }
}
