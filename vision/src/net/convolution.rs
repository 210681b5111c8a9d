//! Convolution and depthwise convolution with zero padding.

use super::elementwise::Activation;
use super::tensor::{Shape, Tensor};
use crate::byte_reader::{Reader, WeightsError};

/// Output channels and pixels that one pass of the inner loop sums: their sums fill the registers
/// of a machine with 16 vector registers of four numbers.
const LANES: usize = 8;
const PIXELS: usize = 4;

/// Kernel size, stride and padding.
#[derive(Debug)]
pub(super) struct Window {
    pub height: usize,
    pub width: usize,
    stride: usize,
    top: usize,
    left: usize,
    bottom: usize,
    right: usize,
    activation: Activation,
}

impl Window {
    pub fn read(reader: &mut Reader) -> Result<Window, WeightsError> {
        let mut next = || reader.u8().map(usize::from);
        let [height, width, stride] = [next()?, next()?, next()?];
        let [top, left, bottom, right] = [next()?, next()?, next()?, next()?];
        if height == 0 || width == 0 || stride == 0 {
            return Err(WeightsError::Net);
        }
        Ok(Window { height, width, stride, top, left, bottom, right, activation: Activation::read(reader)? })
    }

    pub fn output_shape(&self, input: Shape, channels: usize) -> Result<Shape, WeightsError> {
        let side = |input: usize, kernel: usize| {
            let steps = input.checked_sub(kernel).ok_or(WeightsError::Net)? / self.stride;
            Ok(steps + 1)
        };
        let height = side(input.height + self.top + self.bottom, self.height)?;
        Ok(Shape { height, width: side(input.width + self.left + self.right, self.width)?, channels })
    }

    /// Calls `work` with the index of each tap of the kernel that lies inside the input, and the
    /// pixel there, for the output pixel at `y`, `x`.
    #[inline(always)]
    fn for_each_tap<'a>(&self, input: &'a Tensor, [y, x]: [usize; 2], mut work: impl FnMut(usize, &'a [f32])) {
        for row in 0..self.height {
            let source_y = (y * self.stride + row).wrapping_sub(self.top);
            if source_y >= input.shape.height {
                continue;
            }
            for column in 0..self.width {
                let source_x = (x * self.stride + column).wrapping_sub(self.left);
                if source_x < input.shape.width {
                    work(row * self.width + column, input.pixel(source_y, source_x));
                }
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Convolution {
    window: Window,
    /// Inputs of an output: taps of the kernel times input channels.
    rows: usize,
    /// For each block of output channels its biases.
    biases: Vec<[f32; LANES]>,
    /// For each block of output channels the weights of every input; zero beyond the last channel.
    weights: Vec<[f32; LANES]>,
}

impl Convolution {
    /// `weights` holds one number for each row and output channel.
    pub fn new(window: Window, rows: usize, weights: &[f32], biases: &[f32]) -> Convolution {
        let columns = biases.len();
        let blocks = columns.div_ceil(LANES);
        let lanes = |of: &dyn Fn(usize) -> f32, block: usize| {
            let column = |lane: usize| block * LANES + lane;
            std::array::from_fn(|lane| if column(lane) < columns { of(column(lane)) } else { 0.0 })
        };
        let packed = (0..blocks * rows).map(|at| {
            let (block, row) = (at / rows, at % rows);
            lanes(&|column| weights[row * columns + column], block)
        });
        let biases = (0..blocks).map(|block| lanes(&|column| biases[column], block)).collect();
        Convolution { window, rows, biases, weights: packed.collect() }
    }

    pub fn run(&self, input: &Tensor, output: &mut Tensor) {
        let Shape { width, channels, .. } = output.shape;
        let (rows, pixels) = (self.rows, output.shape.pixels());
        let is_pointwise = self.window.height * self.window.width * self.window.stride == 1;
        let mut gathered = vec![0.0f32; PIXELS * rows];
        for first in (0..pixels).step_by(PIXELS) {
            let count = PIXELS.min(pixels - first);
            let sources = if is_pointwise && count == PIXELS {
                &input.numbers[first * rows..(first + PIXELS) * rows]
            } else {
                gathered.fill(0.0);
                for (pixel, gathered) in gathered.chunks_exact_mut(rows).take(count).enumerate() {
                    let place = [(first + pixel) / width, (first + pixel) % width];
                    self.window.for_each_tap(input, place, |tap, source| {
                        gathered[tap * source.len()..][..source.len()].copy_from_slice(source);
                    });
                }
                &gathered
            };
            for (block, biases) in self.biases.iter().enumerate() {
                let weights = &self.weights[block * rows..(block + 1) * rows];
                let sums = weighted_sums(*biases, weights, sources);
                let lanes = LANES.min(channels - block * LANES);
                for (pixel, sums) in sums.iter().take(count).enumerate() {
                    let target = (first + pixel) * channels + block * LANES;
                    output.numbers[target..target + lanes].copy_from_slice(&sums[..lanes]);
                }
            }
        }
        self.window.activation.apply(&mut output.numbers);
    }
}

/// The sums of four pixels, each of which has `weights.len()` numbers in `sources`.
#[inline(always)]
fn weighted_sums(biases: [f32; LANES], weights: &[[f32; LANES]], sources: &[f32]) -> [[f32; LANES]; PIXELS] {
    let rows = weights.len();
    let [a, b, c, d] = [0, 1, 2, 3].map(|pixel| &sources[pixel * rows..(pixel + 1) * rows]);
    let [mut sum_a, mut sum_b, mut sum_c, mut sum_d] = [biases; PIXELS];
    for row in 0..rows {
        let (weights, a, b, c, d) = (&weights[row], a[row], b[row], c[row], d[row]);
        for lane in 0..LANES {
            sum_a[lane] += weights[lane] * a;
            sum_b[lane] += weights[lane] * b;
            sum_c[lane] += weights[lane] * c;
            sum_d[lane] += weights[lane] * d;
        }
    }
    [sum_a, sum_b, sum_c, sum_d]
}

/// A convolution of every channel with a kernel of its own.
#[derive(Debug)]
pub(super) struct Depthwise {
    pub window: Window,
    /// For each tap of the kernel one number for each channel.
    pub weights: Vec<f32>,
    pub biases: Vec<f32>,
}

impl Depthwise {
    pub fn run(&self, input: &Tensor, output: &mut Tensor) {
        let Shape { width, channels, .. } = output.shape;
        for (at, sums) in output.numbers.chunks_exact_mut(channels).enumerate() {
            sums.copy_from_slice(&self.biases);
            self.window.for_each_tap(input, [at / width, at % width], |tap, source| {
                let weights = &self.weights[tap * channels..(tap + 1) * channels];
                for ((sum, &number), &weight) in sums.iter_mut().zip(source).zip(weights) {
                    *sum += number * weight;
                }
            });
        }
        self.window.activation.apply(&mut output.numbers);
    }
}
