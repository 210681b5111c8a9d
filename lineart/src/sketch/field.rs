//! Dense image fields of `f32` channels: bilinear sampling, separable Gaussian blur, box
//! downsampling.

use std::ops::{Add, Mul, Sub};

use wide::f32x4;

use crate::parallel::for_each_row_band;

/// `width * height` pixels of `C` channels, row by row.
#[derive(Clone)]
pub(super) struct Field<const C: usize> {
    pub width: usize,
    pub height: usize,
    pub data: Vec<[f32; C]>,
}

/// Adds four weighted rows at once, which halves memory traffic. The plain loop over flat slices is
/// vectorised by the compiler on every target, with the same rounding.
fn add_weighted_rows(sum: &mut [f32], rows: [&[f32]; 4], weights: [f32; 4]) {
    let length = sum.len();
    let [a, b, c, d] = rows.map(|row| &row[..length]);
    for i in 0..length {
        sum[i] += (a[i] * weights[0] + b[i] * weights[1]) + (c[i] * weights[2] + d[i] * weights[3]);
    }
}

/// The four channels of a pixel in one SIMD register. Each operation rounds as the scalar one does,
/// on every target.
pub(super) type Lanes = f32x4;

/// Bilinear interpolation of top left, top right, bottom left and bottom right; `across` and `down`
/// are 0 to 1.
#[inline(always)]
fn lerp_corners<T>([a, b, c, d]: [T; 4], [across, down]: [f32; 2]) -> T
where
    T: Copy + Add<Output = T> + Sub<Output = T> + Mul<f32, Output = T>,
{
    let lerp = |a: T, b: T, t: f32| a + (b - a) * t;
    lerp(lerp(a, b, across), lerp(c, d, across), down)
}

impl Field<4> {
    /// [`Field::sample`] with SIMD.
    #[inline(always)]
    pub fn sample_lanes(&self, x: f32, y: f32) -> Lanes {
        let ([a, b, c, d], fraction) = self.bilinear_taps(x, y);
        lerp_corners([Lanes::new(*a), Lanes::new(*b), Lanes::new(*c), Lanes::new(*d)], fraction)
    }
}

/// `x` clamped to 0 to `count - 1`. Comparisons, because `max` and `min` cost extra instructions
/// for NaN.
#[inline(always)]
fn clamp_coordinate(x: f32, count: usize) -> f32 {
    let last = (count - 1) as f32;
    if x < 0.0 {
        0.0
    } else if x > last {
        last
    } else {
        x
    }
}

impl<const C: usize> Field<C> {
    /// Zeros. Each side is at least 2 px, so that every sample has four neighbours.
    pub fn new(width: usize, height: usize) -> Field<C> {
        let (width, height) = (width.max(2), height.max(2));
        Field { width, height, data: vec![[0.0; C]; width * height] }
    }

    /// The pixels of row `y`.
    pub fn row(&self, y: usize) -> &[[f32; C]] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    /// Bilinear sample at `x`, `y` in px from the centre of the top left pixel; the border is
    /// replicated outside.
    #[inline(always)]
    pub fn sample(&self, x: f32, y: f32) -> [f32; C] {
        let ([a, b, c, d], fraction) = self.bilinear_taps(x, y);
        std::array::from_fn(|i| lerp_corners([a[i], b[i], c[i], d[i]], fraction))
    }

    /// The four pixels around a place, and its fractional offset from the first of them.
    #[inline(always)]
    fn bilinear_taps(&self, x: f32, y: f32) -> ([&[f32; C]; 4], [f32; 2]) {
        let (x, y) = (clamp_coordinate(x, self.width), clamp_coordinate(y, self.height));
        let left = (x as i32 as usize).min(self.width - 2);
        let top = (y as i32 as usize).min(self.height - 2);
        let upper = &self.data[top * self.width + left..][..2];
        let lower = &self.data[(top + 1) * self.width + left..][..2];
        ([&upper[0], &upper[1], &lower[0], &lower[1]], [x - left as f32, y - top as f32])
    }

    /// Separable Gaussian blur of `sigma` px; the border is replicated.
    pub fn gaussian_blurred(&self, sigma: f32) -> Field<C> {
        let (kernel, radius) = gaussian_kernel(sigma);
        let (width, height) = (self.width, self.height);
        let mut out = Field::new(width, height);
        for_each_row_band(&mut out.data, width, |top, band| {
            let mut padded = vec![[0.0f32; C]; width + kernel.len()];
            for (y, row) in band.chunks_exact_mut(width).enumerate() {
                let y = top + y;
                let column_sums = &mut padded[radius..radius + width];
                column_sums.as_flattened_mut().fill(0.0);
                for (k, weights) in kernel.as_chunks().0.iter().enumerate() {
                    let rows = [0, 1, 2, 3].map(|i| {
                        let source = (y + 4 * k + i).saturating_sub(radius).min(height - 1);
                        self.row(source).as_flattened()
                    });
                    add_weighted_rows(column_sums.as_flattened_mut(), rows, *weights);
                }
                let (first, last) = (column_sums[0], column_sums[width - 1]);
                padded[..radius].fill(first);
                padded[radius + width..].fill(last);
                for (k, weights) in kernel.as_chunks().0.iter().enumerate() {
                    let rows = [0, 1, 2, 3].map(|i| padded[4 * k + i..][..width].as_flattened());
                    add_weighted_rows(row.as_flattened_mut(), rows, *weights);
                }
            }
        });
        out
    }

    /// Box downsampling: one pixel for each block of `factor` x `factor`, its mean. Blocks at the
    /// border may be smaller.
    pub fn downsampled(&self, factor: usize) -> Field<C> {
        let mut out = Field::new(self.width.div_ceil(factor), self.height.div_ceil(factor));
        let width = out.width;
        for_each_row_band(&mut out.data, width, |top, band| {
            for (y, row) in band.chunks_exact_mut(width).enumerate() {
                let y = top + y;
                let rows = (y * factor).min(self.height - 1)..(y * factor + factor).min(self.height);
                for (x, value) in row.iter_mut().enumerate() {
                    let columns = (x * factor).min(self.width - 1)..(x * factor + factor).min(self.width);
                    let share = 1.0 / (rows.len() * columns.len()) as f32;
                    for source in rows.clone() {
                        for pixel in &self.row(source)[columns.clone()] {
                            for (sum, &part) in value.iter_mut().zip(pixel) {
                                *sum += part * share;
                            }
                        }
                    }
                }
            }
        });
        out
    }
}

/// A Gaussian kernel that sums to 1, and its radius. It is cut at 2.7 sigma, where it is below 1/38
/// of its peak, and padded with zeros to a multiple of four.
fn gaussian_kernel(sigma: f32) -> (Vec<f32>, usize) {
    let radius = (sigma * 2.7).ceil() as i32;
    let mut weights: Vec<f32> =
        (-radius..=radius).map(|i| libm::expf(-((i * i) as f32) / (2.0 * sigma * sigma))).collect();
    let total: f32 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    weights.resize(weights.len().next_multiple_of(4), 0.0);
    (weights, radius as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blur_keeps_a_flat_field_flat() {
        let mut field = Field::<1>::new(41, 31);
        field.data.fill([0.7]);
        assert!(field.gaussian_blurred(3.0).data.iter().all(|v| (v[0] - 0.7).abs() < 1e-5));
    }

    #[test]
    fn blur_keeps_the_sum_of_an_impulse() {
        let mut field = Field::<1>::new(41, 31);
        field.data[15 * 41 + 20] = [1.0];
        let sum: f32 = field.gaussian_blurred(3.0).data.iter().map(|v| v[0]).sum();
        assert!((sum - 1.0).abs() < 1e-4);
    }

    #[test]
    fn samples_outside_replicate_the_border() {
        let mut field = Field::<2>::new(2, 1);
        field.data = vec![[0.0, 1.0], [2.0, 3.0], [0.0, 1.0], [2.0, 3.0]];
        assert_eq!(field.sample(-5.0, 9.0), [0.0, 1.0]);
        assert_eq!(field.sample(0.5, 0.0), [1.0, 2.0]);
        assert_eq!(field.sample(7.0, -1.0), [2.0, 3.0]);
    }
}
