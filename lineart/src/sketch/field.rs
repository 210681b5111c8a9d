//! A value at every pixel of the working size: colours, tensors, directions, responses.

/// `width * height` values of `C` numbers, row by row.
#[derive(Clone)]
pub(super) struct Field<const C: usize> {
    pub width: usize,
    pub height: usize,
    pub data: Vec<[f32; C]>,
}

/// Plain loops over flat slices: the compiler turns them into vector code on every target.
fn add_scaled(sum: &mut [f32], values: &[f32], weight: f32) {
    for (s, &v) in sum.iter_mut().zip(values) {
        *s += v * weight;
    }
}

impl<const C: usize> Field<C> {
    pub fn new(width: usize, height: usize) -> Field<C> {
        Field {
            width,
            height,
            data: vec![[0.0; C]; width * height],
        }
    }

    pub fn row(&self, y: usize) -> &[[f32; C]] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    /// Bilinear, in pixels from the centre of the first; outside, the border is repeated.
    #[inline(always)]
    pub fn sample(&self, x: f32, y: f32) -> [f32; C] {
        let x = x.max(0.0).min((self.width - 1) as f32);
        let y = y.max(0.0).min((self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (part_x, part_y) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let below = (top + 1).min(self.height - 1) * self.width;
        let top = top * self.width;
        let a = &self.data[top + left];
        let b = &self.data[top + right];
        let c = &self.data[below + left];
        let d = &self.data[below + right];
        let mut out = [0.0; C];
        for i in 0..C {
            let upper = a[i] + (b[i] - a[i]) * part_x;
            let lower = c[i] + (d[i] - c[i]) * part_x;
            out[i] = upper + (lower - upper) * part_y;
        }
        out
    }

    /// Gaussian of `sigma` pixels, separable, the border repeated.
    pub fn blurred(&self, sigma: f32) -> Field<C> {
        let kernel = gaussian(sigma);
        let radius = kernel.len() / 2;
        let (width, height) = (self.width, self.height);
        let mut out = Field::new(width, height);
        let mut padded = vec![[0.0f32; C]; width + 2 * radius];
        let mut tall = vec![[0.0f32; C]; width];
        for y in 0..height {
            tall.as_flattened_mut().fill(0.0);
            for (k, &weight) in kernel.iter().enumerate() {
                let source = (y + k).saturating_sub(radius).min(height - 1);
                add_scaled(
                    tall.as_flattened_mut(),
                    self.row(source).as_flattened(),
                    weight,
                );
            }
            padded[..radius].fill(tall[0]);
            padded[radius..radius + width].copy_from_slice(&tall);
            padded[radius + width..].fill(tall[width - 1]);
            let row = &mut out.data[y * width..(y + 1) * width];
            for (k, &weight) in kernel.iter().enumerate() {
                add_scaled(
                    row.as_flattened_mut(),
                    padded[k..k + width].as_flattened(),
                    weight,
                );
            }
        }
        out
    }

    /// A quarter of the pixels in each direction, each the mean of what it covers.
    pub fn quartered(&self) -> Field<C> {
        let (width, height) = (self.width.div_ceil(4), self.height.div_ceil(4));
        let mut out = Field::new(width, height);
        for (y, row) in out.data.chunks_exact_mut(width).enumerate() {
            let rows = y * 4..(y * 4 + 4).min(self.height);
            for (x, value) in row.iter_mut().enumerate() {
                let columns = x * 4..(x * 4 + 4).min(self.width);
                let share = 1.0 / (rows.len() * columns.len()) as f32;
                for source in rows.clone() {
                    for pixel in &self.row(source)[columns.clone()] {
                        add_scaled(value, pixel, share);
                    }
                }
            }
        }
        out
    }
}

/// A Gaussian of `sigma` cut at 2.7 sigma, where it is below a fortieth; sums to one.
fn gaussian(sigma: f32) -> Vec<f32> {
    let radius = (sigma * 2.7).ceil() as i32;
    let weights: Vec<f32> = (-radius..=radius)
        .map(|i| libm::expf(-((i * i) as f32) / (2.0 * sigma * sigma)))
        .collect();
    let total: f32 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
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
        field.data = vec![[0.0, 1.0], [2.0, 3.0]];
        assert_eq!(field.sample(-5.0, 9.0), [0.0, 1.0]);
        assert_eq!(field.sample(0.5, 0.0), [1.0, 2.0]);
        assert_eq!(field.sample(7.0, -1.0), [2.0, 3.0]);
    }
}
