//! From the lowest frequencies of a block to its few pixels: the inverse cosine transform of a smaller size.

use super::scan::Block;

/// Cosines for one side of a smaller block.
pub(super) struct Basis {
    size: usize,
    /// `waves[u][x]`: frequency `u` at pixel `x`, scaled so that the mean of a block stays what it is.
    waves: [[f32; 8]; 8],
}

impl Basis {
    /// For 1 to 8 pixels.
    pub fn new(size: usize) -> Option<Basis> {
        if !(1..=8).contains(&size) {
            return None;
        }
        let mut waves = [[0.0; 8]; 8];
        for (u, wave) in waves.iter_mut().enumerate().take(size) {
            let scale = if u == 0 { std::f32::consts::FRAC_1_SQRT_2 / 2.0 } else { 0.5 };
            for (x, value) in wave.iter_mut().enumerate().take(size) {
                let angle = ((2 * x + 1) * u) as f32 * std::f32::consts::PI / (2 * size) as f32;
                *value = scale * libm::cosf(angle);
            }
        }
        Some(Basis { size, waves })
    }

    pub fn size(&self) -> usize {
        self.size
    }
}

/// Writes the block's pixels, around 0, into `out`, whose rows are `stride` apart.
#[inline(always)]
pub(super) fn inverse(block: &Block, across: &Basis, down: &Basis, out: &mut [f32], stride: usize) {
    let (wide, high) = (across.size, down.size);
    if block.flat || (wide, high) == (1, 1) {
        let mean = block.values[0] / 8.0;
        for row in out.chunks_mut(stride).take(high) {
            row[..wide].fill(mean);
        }
        return;
    }
    if (wide, high) == (2, 2) {
        // What the rest comes to here, and the commonest case: brightness at a quarter of the size.
        let [a, b, c, d] = [0, 1, 8, 9].map(|at| block.values[at] / 8.0);
        out[..2].copy_from_slice(&[a + b + c + d, a - b + c - d]);
        out[stride..stride + 2].copy_from_slice(&[a + b - c - d, a - b - c + d]);
        return;
    }
    let mut lines = [[0.0f32; 8]; 8];
    for (line, coefficients) in lines.iter_mut().zip(block.values.as_chunks::<8>().0).take(high) {
        for (wave, &coefficient) in across.waves.iter().zip(coefficients).take(wide) {
            if coefficient != 0.0 {
                for x in 0..8 {
                    line[x] += coefficient * wave[x];
                }
            }
        }
    }
    for (y, row) in out.chunks_mut(stride).take(high).enumerate() {
        let mut sum = [0.0f32; 8];
        for (line, wave) in lines.iter().zip(&down.waves).take(high) {
            for x in 0..8 {
                sum[x] += line[x] * wave[y];
            }
        }
        row[..wide].copy_from_slice(&sum[..wide]);
    }
}
