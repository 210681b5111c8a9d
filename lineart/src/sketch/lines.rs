//! How much a pixel looks like part of a line: flow-based difference of Gaussians with its odd partner.
//!
//! Across the flow, the second derivative of a Gaussian (what a difference of Gaussians approximates; Kang, Lee,
//! Chui 2007) answers to lines, the first to edges. The root of the sum of their squares, the local energy
//! (Morrone, Owens 1987), peaks once on the centre of either, so that a crease is not drawn twice.

use super::field::Field;
use super::flow::Flow;

/// Width of the lines looked for, px.
const SIGMA: f32 = 1.8;

/// The local energy across the flow, summed over the channels; a black-white edge gives about 0.4.
pub(super) fn energy(colours: &Field<4>, flow: &Flow) -> Field<1> {
    let smooth = colours.blurred(SIGMA);
    let (width, height) = (smooth.width, smooth.height);
    let mut out = Field::new(width, height);
    for y in 0..height {
        let above = smooth.row(y.saturating_sub(1));
        let here = smooth.row(y);
        let below = smooth.row((y + 1).min(height - 1));
        let flow = flow.row(y);
        let row = &mut out.data[y * width..(y + 1) * width];
        for (x, value) in row.iter_mut().enumerate() {
            let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
            let [nx, ny, ..] = flow[x];
            let mut sum = 0.0;
            for i in 0..3 {
                let gx = (here[right][i] - here[left][i]) * 0.5;
                let gy = (below[x][i] - above[x][i]) * 0.5;
                let centre = here[x][i];
                let xx = here[right][i] + here[left][i] - 2.0 * centre;
                let yy = below[x][i] + above[x][i] - 2.0 * centre;
                let xy = (below[right][i] + above[left][i] - below[left][i] - above[right][i]) * 0.25;
                let odd = (gx * nx + gy * ny) * SIGMA;
                let even = (xx * nx * nx + 2.0 * xy * nx * ny + yy * ny * ny) * (SIGMA * SIGMA);
                sum += odd * odd + even * even;
            }
            *value = [sum.sqrt()];
        }
    }
    out
}
