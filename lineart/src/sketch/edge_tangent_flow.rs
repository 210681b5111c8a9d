//! Edge tangent flow from the smoothed structure tensor of all colour channels (Kang, Lee, Chui
//! 2007; Kyprianidis, Kang 2011), and smoothing along it, which removes fur and grain and keeps
//! edges sharp.

use super::field::{Field, Lanes};
use crate::parallel::for_each_row_band;

/// Gaussian that smooths the structure tensor, px at half the working size.
const TENSOR_SIGMA_PX: f32 = 1.5;

/// The unit normal (x, y) of the edge at each pixel, perpendicular to the edge tangent; its sign is
/// arbitrary.
pub(super) type EdgeNormals = Field<2>;

/// Edge normals of the first three channels of `colours`. The tensor is computed at half the size,
/// which suppresses sensor noise; directions change slowly enough for that.
pub(super) fn edge_normals(colours: &Field<4>) -> EdgeNormals {
    let half = structure_tensor(&colours.downsampled(2)).gaussian_blurred(TENSOR_SIGMA_PX);
    let mut normals = Field::new(colours.width, colours.height);
    for_each_row_band(&mut normals.data, colours.width, |top, band| {
        for (y, row) in band.chunks_exact_mut(colours.width).enumerate() {
            for (pair, &tensor) in row.chunks_mut(2).zip(half.row((top + y) / 2)) {
                pair.fill(major_eigenvector(tensor));
            }
        }
    });
    normals
}

/// Structure tensor (xx, xy, yy, 0): products of central differences, summed over the first three
/// channels.
fn structure_tensor(colours: &Field<4>) -> Field<4> {
    let (width, height) = (colours.width, colours.height);
    let mut out = Field::new(width, height);
    for_each_row_band(&mut out.data, width, |top, band| {
        for (y, row) in band.chunks_exact_mut(width).enumerate() {
            let y = top + y;
            let above = colours.row(y.saturating_sub(1));
            let here = colours.row(y);
            let below = colours.row((y + 1).min(height - 1));
            for (x, value) in row.iter_mut().enumerate() {
                let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
                let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
                for i in 0..3 {
                    let gx = here[right][i] - here[left][i];
                    let gy = below[x][i] - above[x][i];
                    xx += gx * gx;
                    xy += gx * gy;
                    yy += gy * gy;
                }
                *value = [xx, xy, yy, 0.0];
            }
        }
    });
    out
}

/// Unit major eigenvector of a tensor, by half-angle formulas: square roots round alike on every
/// machine, trigonometric functions do not.
fn major_eigenvector([xx, xy, yy, _]: [f32; 4]) -> [f32; 2] {
    let difference = xx - yy;
    let spread = (difference * difference + 4.0 * xy * xy).sqrt();
    let cosine = difference / (spread + 1e-20);
    let x = ((1.0 + cosine) * 0.5).max(0.0).sqrt();
    let y = ((1.0 - cosine) * 0.5).max(0.0).sqrt();
    [x, if xy < 0.0 { -y } else { y }]
}

/// Averages `colours` along the edge tangents over about twice the sum of `steps` px: each pass
/// applies the kernel (1/4, 1/2, 1/4) at a distance of one of the `steps`.
pub(super) fn smooth_along_edges(colours: &Field<4>, normals: &EdgeNormals, steps: &[f32]) -> Field<4> {
    let mut smooth = colours.clone();
    let mut next = colours.clone();
    for &step in steps {
        for_each_row_band(&mut next.data, colours.width, |top, band| {
            for (y, row) in band.chunks_exact_mut(colours.width).enumerate() {
                let y = top + y;
                let here = smooth.row(y).iter().zip(normals.row(y));
                for (x, (out, (here, &[nx, ny]))) in row.iter_mut().zip(here).enumerate() {
                    let (dx, dy) = (-ny * step, nx * step);
                    let (x, y) = (x as f32, y as f32);
                    let ahead = smooth.sample_lanes(x + dx, y + dy);
                    let behind = smooth.sample_lanes(x - dx, y - dy);
                    *out = (Lanes::new(*here) * 0.5 + (ahead + behind) * 0.25).to_array();
                }
            }
        });
        std::mem::swap(&mut smooth, &mut next);
    }
    smooth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(of: impl Fn(f32, f32) -> f32) -> Field<4> {
        let mut field = Field::new(40, 40);
        for (at, value) in field.data.iter_mut().enumerate() {
            *value = [of((at % 40) as f32, (at / 40) as f32), 0.0, 0.0, 0.0];
        }
        field
    }

    #[test]
    fn normal_points_across_the_edge() {
        for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (0.6, -0.8)] {
            let [nx, ny] = edge_normals(&ramp(|x, y| x * dx + y * dy)).data[20 * 40 + 20];
            assert!((nx * dx + ny * dy).abs() > 0.999, "{nx} {ny}");
        }
    }

    #[test]
    fn smoothing_along_an_edge_does_not_blur_it() {
        let edge = ramp(|x, _| if x < 20.0 { 0.0 } else { 1.0 });
        let smooth = smooth_along_edges(&edge, &edge_normals(&edge), &[1.0, 2.0, 4.0]);
        assert!(smooth.data[20 * 40 + 19][0] < 0.01);
        assert!(smooth.data[20 * 40 + 20][0] > 0.99);
    }
}
