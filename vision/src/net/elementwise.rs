//! Operations on each number of a tensor: sums, products and activations.

use super::tensor::Tensor;
use crate::byte_reader::{Reader, WeightsError};

#[derive(Clone, Copy, Debug)]
pub(super) enum Activation {
    None,
    Relu,
    /// ReLU with an upper bound of 6.
    Relu6,
    /// x * relu6(x + 3) / 6 (Howard et al. 2019).
    HardSwish,
    /// 1 / (1 + exp(-x)).
    Logistic,
}

impl Activation {
    pub fn read(reader: &mut Reader) -> Result<Activation, WeightsError> {
        match reader.u8()? {
            0 => Ok(Activation::None),
            1 => Ok(Activation::Relu),
            2 => Ok(Activation::Relu6),
            3 => Ok(Activation::HardSwish),
            4 => Ok(Activation::Logistic),
            _ => Err(WeightsError::Net),
        }
    }

    pub fn apply(self, numbers: &mut [f32]) {
        match self {
            Activation::None => {}
            // Comparisons, because `max` differs between platforms in the sign of zero.
            Activation::Relu => numbers.iter_mut().for_each(|x| *x = if *x > 0.0 { *x } else { 0.0 }),
            Activation::Relu6 => numbers.iter_mut().for_each(|x| *x = clamp_to_6(*x)),
            Activation::HardSwish => numbers.iter_mut().for_each(|x| *x = *x * clamp_to_6(*x + 3.0) * (1.0 / 6.0)),
            Activation::Logistic => numbers.iter_mut().for_each(|x| *x = logistic(*x)),
        }
    }
}

fn clamp_to_6(x: f32) -> f32 {
    let low = if x > 0.0 { x } else { 0.0 };
    if low < 6.0 { low } else { 6.0 }
}

/// The probability of log odds `x`.
pub(crate) fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
}

pub(super) fn prelu(slopes: &[f32], input: &Tensor, output: &mut Tensor) {
    let count = slopes.len();
    for (output, input) in output.numbers.chunks_exact_mut(count).zip(input.numbers.chunks_exact(count)) {
        for ((y, &x), &slope) in output.iter_mut().zip(input).zip(slopes) {
            *y = if x < 0.0 { x * slope } else { x };
        }
    }
}

pub(super) fn add(first: &Tensor, second: &Tensor, output: &mut Tensor) {
    for ((sum, &x), &y) in output.numbers.iter_mut().zip(&first.numbers).zip(&second.numbers) {
        *sum = x + y;
    }
}

/// Multiplies every number of `first`; a `second` of one pixel is repeated.
pub(super) fn multiply(first: &Tensor, second: &Tensor, output: &mut Tensor) {
    let count = second.numbers.len();
    for (output, first) in output.numbers.chunks_exact_mut(count).zip(first.numbers.chunks_exact(count)) {
        for ((product, &x), &y) in output.iter_mut().zip(first).zip(&second.numbers) {
            *product = x * y;
        }
    }
}
