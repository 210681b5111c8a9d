//! A value at every pixel of the working size: colours, tensors, directions, responses.

use std::ops::{Add, Mul, Sub};

use wide::f32x4;

use super::bands::in_bands;

/// `width * height` values of `C` numbers, row by row.
#[derive(Clone)]
pub(super) struct Field<const C: usize> {
    pub width: usize,
    pub height: usize,
    pub data: Vec<[f32; C]>,
}

/// Adds four scaled rows at once, which halves the traffic with memory. Plain loops over flat slices: the
/// compiler turns them into vector code on every target, and never changes their rounding.
fn add_scaled(sum: &mut [f32], rows: [&[f32]; 4], weights: [f32; 4]) {
    let length = sum.len();
    let [a, b, c, d] = rows.map(|row| &row[..length]);
    for i in 0..length {
        sum[i] += (a[i] * weights[0] + b[i] * weights[1]) + (c[i] * weights[2] + d[i] * weights[3]);
    }
}

/// A pixel of four channels in a register: every operation is one instruction on every target, rounded as if each
/// channel were alone.
pub(super) type Lanes = f32x4;

/// Between four values: two above, two below, and how far from the first across and down.
#[inline(always)]
fn bilinear<T>([a, b, c, d]: [T; 4], [across, down]: [f32; 2]) -> T
where
    T: Copy + Add<Output = T> + Sub<Output = T> + Mul<f32, Output = T>,
{
    let between = |a: T, b: T, part: f32| a + (b - a) * part;
    between(between(a, b, across), between(c, d, across), down)
}

impl Field<4> {
    /// [`Field::sample`] of all channels at once.
    #[inline(always)]
    pub fn lanes(&self, x: f32, y: f32) -> Lanes {
        let ([a, b, c, d], part) = self.around(x, y);
        bilinear([Lanes::new(*a), Lanes::new(*b), Lanes::new(*c), Lanes::new(*d)], part)
    }
}

/// From 0 to the last of `count`. Comparisons, because `max` and `min` take care of numbers that are none.
#[inline(always)]
fn inside(x: f32, count: usize) -> f32 {
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
    /// At least 2 x 2, so that every sample has four neighbours.
    pub fn new(width: usize, height: usize) -> Field<C> {
        let (width, height) = (width.max(2), height.max(2));
        Field { width, height, data: vec![[0.0; C]; width * height] }
    }

    pub fn row(&self, y: usize) -> &[[f32; C]] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    /// Bilinear, in pixels from the centre of the first; outside, the border is repeated.
    #[inline(always)]
    pub fn sample(&self, x: f32, y: f32) -> [f32; C] {
        let ([a, b, c, d], part) = self.around(x, y);
        std::array::from_fn(|i| bilinear([a[i], b[i], c[i], d[i]], part))
    }

    /// The values around a place, and how far it lies from the first across and down.
    #[inline(always)]
    fn around(&self, x: f32, y: f32) -> ([&[f32; C]; 4], [f32; 2]) {
        let (x, y) = (inside(x, self.width), inside(y, self.height));
        let left = (x as i32 as usize).min(self.width - 2);
        let top = (y as i32 as usize).min(self.height - 2);
        let upper = &self.data[top * self.width + left..][..2];
        let lower = &self.data[(top + 1) * self.width + left..][..2];
        ([&upper[0], &upper[1], &lower[0], &lower[1]], [x - left as f32, y - top as f32])
    }

    /// Gaussian of `sigma` pixels, separable, the border repeated.
    pub fn blurred(&self, sigma: f32) -> Field<C> {
        let (kernel, radius) = gaussian(sigma);
        let (width, height) = (self.width, self.height);
        let mut out = Field::new(width, height);
        in_bands(&mut out.data, width, |top, band| {
            let mut padded = vec![[0.0f32; C]; width + kernel.len()];
            for (y, row) in band.chunks_exact_mut(width).enumerate() {
                let y = top + y;
                let tall = &mut padded[radius..radius + width];
                tall.as_flattened_mut().fill(0.0);
                for (k, weights) in kernel.as_chunks().0.iter().enumerate() {
                    let rows = [0, 1, 2, 3].map(|i| {
                        let source = (y + 4 * k + i).saturating_sub(radius).min(height - 1);
                        self.row(source).as_flattened()
                    });
                    add_scaled(tall.as_flattened_mut(), rows, *weights);
                }
                let (first, last) = (tall[0], tall[width - 1]);
                padded[..radius].fill(first);
                padded[radius + width..].fill(last);
                for (k, weights) in kernel.as_chunks().0.iter().enumerate() {
                    let rows = [0, 1, 2, 3].map(|i| padded[4 * k + i..][..width].as_flattened());
                    add_scaled(row.as_flattened_mut(), rows, *weights);
                }
            }
        });
        out
    }

    /// One pixel for every `factor` x `factor`, the mean of what it covers.
    pub fn reduced(&self, factor: usize) -> Field<C> {
        let mut out = Field::new(self.width.div_ceil(factor), self.height.div_ceil(factor));
        let width = out.width;
        in_bands(&mut out.data, width, |top, band| {
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

/// A Gaussian of `sigma` cut at 2.7 sigma, where it is below a fortieth, and its radius; sums to one, and zeros
/// fill it up to a multiple of four.
fn gaussian(sigma: f32) -> (Vec<f32>, usize) {
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
    fn blurring_keeps_the_mean_of_a_flat_field_and_of_a_dot() {
        let mut field = Field::<1>::new(41, 31);
        assert!(field.blurred(3.0).data.iter().all(|v| v[0] == 0.0));
        field.data[15 * 41 + 20] = [1.0];
        let sum: f32 = field.blurred(3.0).data.iter().map(|v| v[0]).sum();
        assert!((sum - 1.0).abs() < 1e-4);
    }

    #[test]
    fn samples_outside_repeat_the_border() {
        let mut field = Field::<2>::new(2, 1);
        field.data = vec![[0.0, 1.0], [2.0, 3.0], [0.0, 1.0], [2.0, 3.0]];
        assert_eq!(field.sample(-5.0, 9.0), [0.0, 1.0]);
        assert_eq!(field.sample(0.5, 0.0), [1.0, 2.0]);
        assert_eq!(field.sample(7.0, -1.0), [2.0, 3.0]);
    }
}
