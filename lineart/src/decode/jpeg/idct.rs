//! Inverse DCT of reduced size (ITU-T T.81, A.3.3): the lowest `n` x `m` frequencies of an 8 x 8
//! block make `n` x `m` pixels.

use super::scan::Block;

/// Cosine basis of the inverse DCT for one side of a block.
pub(super) struct IdctBasis {
    size: usize,
    /// `cosines[u][x]`: frequency `u` at pixel `x`, scaled so that the mean of the 8 x 8 block is
    /// kept.
    cosines: [[f32; 8]; 8],
}

impl IdctBasis {
    /// The basis for `size` pixels. `None` if `size` is not 1 to 8.
    pub fn new(size: usize) -> Option<IdctBasis> {
        if !(1..=8).contains(&size) {
            return None;
        }
        let mut cosines = [[0.0; 8]; 8];
        for (u, cosine) in cosines.iter_mut().enumerate().take(size) {
            let scale = if u == 0 { std::f32::consts::FRAC_1_SQRT_2 / 2.0 } else { 0.5 };
            for (x, value) in cosine.iter_mut().enumerate().take(size) {
                let angle = ((2 * x + 1) * u) as f32 * std::f32::consts::PI / (2 * size) as f32;
                *value = scale * libm::cosf(angle);
            }
        }
        Some(IdctBasis { size, cosines })
    }

    /// Pixels on this side of the block.
    pub fn size(&self) -> usize {
        self.size
    }
}

/// Writes the pixels of `block`, about -128 to 127, into `out`, whose rows are `stride` values
/// apart.
#[inline(always)]
pub(super) fn inverse_dct(block: &Block, horizontal: &IdctBasis, vertical: &IdctBasis, out: &mut [f32], stride: usize) {
    let (width, height) = (horizontal.size, vertical.size);
    if block.dc_only || (width, height) == (1, 1) {
        let mean = block.values[0] / 8.0;
        for row in out.chunks_mut(stride).take(height) {
            row[..width].fill(mean);
        }
        return;
    }
    if (width, height) == (2, 2) {
        // The general case below, written out: luma at a quarter of the size is the most frequent
        // case.
        let [a, b, c, d] = [0, 1, 8, 9].map(|at| block.values[at] / 8.0);
        out[..2].copy_from_slice(&[a + b + c + d, a - b + c - d]);
        out[stride..stride + 2].copy_from_slice(&[a + b - c - d, a - b - c + d]);
        return;
    }
    let mut lines = [[0.0f32; 8]; 8];
    for (line, coefficients) in lines.iter_mut().zip(block.values.as_chunks::<8>().0).take(height) {
        for (cosine, &coefficient) in horizontal.cosines.iter().zip(coefficients).take(width) {
            if coefficient != 0.0 {
                for x in 0..8 {
                    line[x] += coefficient * cosine[x];
                }
            }
        }
    }
    for (y, row) in out.chunks_mut(stride).take(height).enumerate() {
        let mut sum = [0.0f32; 8];
        for (line, cosine) in lines.iter().zip(&vertical.cosines).take(height) {
            for x in 0..8 {
                sum[x] += line[x] * cosine[y];
            }
        }
        row[..width].copy_from_slice(&sum[..width]);
    }
}
