//! Operations that change the size of a tensor: pooling, resizing, padding, depth to space.

use super::tensor::Tensor;

/// Bilinear interpolation to the size of the output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resize {
    /// Whether pixel centres are at halves; else they are at whole numbers.
    pub half_pixel_centres: bool,
}

impl Resize {
    pub fn run(self, input: &Tensor, output: &mut Tensor) {
        let (width, channels) = (output.shape.width, output.shape.channels);
        let columns: Vec<Taps> = (0..width).map(|x| self.taps(x, input.shape.width, width)).collect();
        for (y, row) in output.numbers.chunks_exact_mut(width * channels).enumerate() {
            let rows = self.taps(y, input.shape.height, output.shape.height);
            for (columns, pixel) in columns.iter().zip(row.chunks_exact_mut(channels)) {
                let [a, b] = columns.at.map(|x| input.pixel(rows.at[0], x));
                let [c, d] = columns.at.map(|x| input.pixel(rows.at[1], x));
                for (i, number) in pixel.iter_mut().enumerate() {
                    let upper = a[i] + (b[i] - a[i]) * columns.fraction;
                    let lower = c[i] + (d[i] - c[i]) * columns.fraction;
                    *number = upper + (lower - upper) * rows.fraction;
                }
            }
        }
    }

    fn taps(self, i: usize, from: usize, to: usize) -> Taps {
        let ratio = from as f32 / to as f32;
        let place = if self.half_pixel_centres { (i as f32 + 0.5) * ratio - 0.5 } else { i as f32 * ratio };
        let place = if place > 0.0 { place } else { 0.0 };
        let first = (place as usize).min(from - 1);
        Taps { at: [first, (first + 1).min(from - 1)], fraction: place - first as f32 }
    }
}

/// Two neighbours on one axis, and how far from the first to the second a sample lies, 0 to 1.
struct Taps {
    at: [usize; 2],
    fraction: f32,
}

pub(super) fn max_pool(input: &Tensor, output: &mut Tensor) {
    let (width, channels) = (output.shape.width, output.shape.channels);
    for (at, pixel) in output.numbers.chunks_exact_mut(channels).enumerate() {
        let (y, x) = (2 * (at / width), 2 * (at % width));
        pixel.copy_from_slice(input.pixel(y, x));
        for (y, x) in [(y, x + 1), (y + 1, x), (y + 1, x + 1)] {
            for (maximum, &number) in pixel.iter_mut().zip(input.pixel(y, x)) {
                *maximum = if number > *maximum { number } else { *maximum };
            }
        }
    }
}

pub(super) fn mean(input: &Tensor, output: &mut Tensor) {
    for pixel in input.numbers.chunks_exact(input.shape.channels) {
        for (sum, &number) in output.numbers.iter_mut().zip(pixel) {
            *sum += number;
        }
    }
    let share = 1.0 / input.shape.pixels() as f32;
    output.numbers.iter_mut().for_each(|sum| *sum *= share);
}

pub(super) fn pad_channels(input: &Tensor, output: &mut Tensor) {
    let (from, to) = (input.shape.channels, output.shape.channels);
    for (output, input) in output.numbers.chunks_exact_mut(to).zip(input.numbers.chunks_exact(from)) {
        output[..from].copy_from_slice(input);
    }
}

/// Each pixel becomes a block of `side` x `side` pixels.
pub(super) fn depth_to_space(input: &Tensor, side: usize, output: &mut Tensor) {
    let (width, channels) = (output.shape.width, output.shape.channels);
    for (at, pixel) in output.numbers.chunks_exact_mut(channels).enumerate() {
        let (y, x) = (at / width, at % width);
        let offset = ((y % side) * side + x % side) * channels;
        pixel.copy_from_slice(&input.pixel(y / side, x / side)[offset..offset + channels]);
    }
}
