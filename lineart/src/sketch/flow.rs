//! Which way the edges run, and smoothing along them.
//!
//! The structure tensor of all colour channels, smoothed, gives the edge tangent flow (Kang, Lee, Chui 2007;
//! Kyprianidis, Kang 2011). Averaging along it evens out fur and grain and leaves edges sharp.

use super::bands::in_bands;
use super::field::{Field, Lanes};

/// How far neighbours agree on a direction, px of half the size.
const TENSOR_SIGMA: f32 = 1.5;

/// Unit normal across the edge (x, y); which of the two is left open.
pub(super) type Flow = Field<2>;

/// The edge flow of `colours`, found at half the size: that evens out sensor noise, and directions change slowly.
pub(super) fn flow(colours: &Field<4>) -> Flow {
    let half = tensor(&colours.reduced(2)).blurred(TENSOR_SIGMA);
    let mut flow = Field::new(colours.width, colours.height);
    in_bands(&mut flow.data, colours.width, |top, band| {
        for (y, row) in band.chunks_exact_mut(colours.width).enumerate() {
            for (pair, &tensor) in row.chunks_mut(2).zip(half.row((top + y) / 2)) {
                pair.fill(normal(tensor));
            }
        }
    });
    flow
}

/// Gradient products xx, xy, yy summed over the channels.
fn tensor(colours: &Field<4>) -> Field<4> {
    let (width, height) = (colours.width, colours.height);
    let mut out = Field::new(width, height);
    in_bands(&mut out.data, width, |top, band| {
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

/// The major eigenvector by half-angle formulas: only square roots, the same on every machine.
fn normal([xx, xy, yy, _]: [f32; 4]) -> [f32; 2] {
    let difference = xx - yy;
    let spread = (difference * difference + 4.0 * xy * xy).sqrt();
    let cosine = difference / (spread + 1e-20);
    let x = ((1.0 + cosine) * 0.5).max(0.0).sqrt();
    let y = ((1.0 - cosine) * 0.5).max(0.0).sqrt();
    [x, if xy < 0.0 { -y } else { y }]
}

/// Averages `colours` along the flow over about `2 * (steps sum)` px, in passes of growing steps.
pub(super) fn smooth_along(colours: &Field<4>, flow: &Flow, steps: &[f32]) -> Field<4> {
    let mut smooth = colours.clone();
    let mut next = colours.clone();
    for &step in steps {
        in_bands(&mut next.data, colours.width, |top, band| {
            for (y, row) in band.chunks_exact_mut(colours.width).enumerate() {
                let y = top + y;
                let here = smooth.row(y).iter().zip(flow.row(y));
                for (x, (out, (here, &[nx, ny]))) in row.iter_mut().zip(here).enumerate() {
                    let (dx, dy) = (-ny * step, nx * step);
                    let (x, y) = (x as f32, y as f32);
                    let ahead = smooth.lanes(x + dx, y + dy);
                    let behind = smooth.lanes(x - dx, y - dy);
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
    fn the_normal_points_across_the_edge() {
        for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8), (0.6, -0.8)] {
            let [nx, ny] = flow(&ramp(|x, y| x * dx + y * dy)).data[20 * 40 + 20];
            assert!((nx * dx + ny * dy).abs() > 0.999, "{nx} {ny}");
        }
    }

    #[test]
    fn smoothing_along_an_edge_does_not_soften_it() {
        let edge = ramp(|x, _| if x < 20.0 { 0.0 } else { 1.0 });
        let smooth = smooth_along(&edge, &flow(&edge), &[1.0, 2.0, 4.0]);
        assert!(smooth.data[20 * 40 + 19][0] < 0.01);
        assert!(smooth.data[20 * 40 + 20][0] > 0.99);
    }
}
