//! Neural nets: operations in order of execution, checked when they are read.
//!
//! Every operation runs in a fixed order on one thread, with 32-bit floats, without fused
//! multiply-add and with transcendental functions in software, so that the result is the same, byte
//! for byte, on every platform.

mod convolution;
mod elementwise;
mod rearrange;
mod tensor;

use convolution::{Convolution, Depthwise, Window};
use elementwise::Activation;
pub(crate) use elementwise::logistic;
use rearrange::Resize;
pub(crate) use tensor::{Shape, Tensor};

use crate::byte_reader::{Reader, WeightsError};

/// Bounds that only broken files exceed: side and channels of a value, and numbers in it.
const MAX_SIDE: usize = 512;
const MAX_CHANNELS: usize = 2048;
const MAX_NUMBERS: usize = 1 << 21;

#[derive(Debug)]
pub(crate) struct Net {
    pub input: Shape,
    operations: Vec<Operation>,
    /// Values that [`Net::run`] returns.
    outputs: Vec<usize>,
    pub output_shapes: Vec<Shape>,
}

#[derive(Debug)]
struct Operation {
    kind: Kind,
    /// Values that are read, and of these the ones that no later operation reads.
    inputs: Vec<usize>,
    last_uses: Vec<usize>,
    shape: Shape,
}

#[derive(Debug)]
enum Kind {
    Convolution(Convolution),
    Depthwise(Depthwise),
    /// Slopes for negative numbers, by channel.
    Prelu(Vec<f32>),
    Add(Activation),
    /// The second value may have one pixel for all of the first.
    Multiply(Activation),
    /// The maximum of blocks of 2 x 2 pixels.
    MaxPool,
    /// The mean of all pixels.
    Mean,
    /// Zeros as further channels.
    PadChannels,
    Resize(Resize),
    /// Channels to blocks of pixels of this side.
    DepthToSpace(usize),
    Activate(Activation),
}

impl Net {
    /// Reads a net; see [`crate::weights`] for the format. The parameters of the kinds are:
    ///
    /// - 0 convolution: height, width, stride, padding at the top, left, bottom and right and the
    ///   activation (u8 each), output channels (u16), weights in the order row, column, input
    ///   channel, output channel, biases
    /// - 1 depthwise convolution: the same without output channels
    /// - 2 parametric ReLU: slopes by channel
    /// - 3 sum, 4 product: activation (u8)
    /// - 5 maximum of blocks of 2 x 2, 6 mean: none
    /// - 7 further channels of zeros: number of channels (u16)
    /// - 8 bilinear resize: height, width (u16), 1 if pixel centres are at halves (u8)
    /// - 9 depth to space: side of a block (u8)
    /// - 10 activation (u8): 0 none, 1 ReLU, 2 ReLU up to 6, 3 hard swish, 4 logistic
    ///
    /// Weights of 8 bits are a scale (f32) for each output channel, then signed bytes; those of 16
    /// bits, biases and slopes are of half precision.
    pub fn read(reader: &mut Reader) -> Result<Net, WeightsError> {
        let input = read_shape(reader)?;
        let count = reader.u16()?;
        let bits = reader.u8()?;
        let output_count = reader.u8()?;
        let outputs: Vec<usize> =
            (0..output_count).map(|_| reader.u16().map(usize::from)).collect::<Result<_, WeightsError>>()?;
        let mut shapes = vec![input];
        let mut operations = Vec::new();
        for _ in 0..count {
            let operation = Operation::read(reader, &shapes, bits)?;
            shapes.push(operation.shape);
            operations.push(operation);
        }
        let output_shapes = outputs.iter().map(|&value| shapes.get(value).copied().ok_or(WeightsError::Net));
        let output_shapes = output_shapes.collect::<Result<_, _>>()?;
        let mut read_later: Vec<bool> = (0..shapes.len()).map(|value| outputs.contains(&value)).collect();
        for operation in operations.iter_mut().rev() {
            for &value in &operation.inputs {
                if !std::mem::replace(&mut read_later[value], true) {
                    operation.last_uses.push(value);
                }
            }
        }
        Ok(Net { input, operations, outputs, output_shapes })
    }

    /// The outputs for an input of the shape [`Net::input`].
    pub fn run(&self, input: Tensor) -> Vec<Tensor> {
        let mut values = vec![input];
        for operation in &self.operations {
            let output = operation.run(&values);
            for &value in &operation.last_uses {
                values[value] = Tensor::default();
            }
            values.push(output);
        }
        self.outputs.iter().map(|&value| std::mem::take(&mut values[value])).collect()
    }
}

fn read_shape(reader: &mut Reader) -> Result<Shape, WeightsError> {
    let [height, width, channels] = [reader.u16()?, reader.u16()?, reader.u16()?].map(usize::from);
    checked(Shape { height, width, channels })
}

fn checked(shape: Shape) -> Result<Shape, WeightsError> {
    let Shape { height, width, channels } = shape;
    let is_sound = (1..=MAX_SIDE).contains(&height)
        && (1..=MAX_SIDE).contains(&width)
        && (1..=MAX_CHANNELS).contains(&channels)
        && shape.count() <= MAX_NUMBERS;
    if is_sound { Ok(shape) } else { Err(WeightsError::Net) }
}

impl Operation {
    fn read(reader: &mut Reader, shapes: &[Shape], bits: u8) -> Result<Operation, WeightsError> {
        let code = reader.u8()?;
        let input_count = if matches!(code, 3 | 4) { 2 } else { 1 };
        let inputs: Vec<usize> =
            (0..input_count).map(|_| reader.u16().map(usize::from)).collect::<Result<_, WeightsError>>()?;
        if inputs.iter().any(|&value| value >= shapes.len()) {
            return Err(WeightsError::Net);
        }
        let input = shapes[inputs[0]];
        let Shape { height, width, channels } = input;
        let weights = |reader: &mut Reader, rows: usize, columns: usize| match bits {
            8 => reader.scaled_bytes(rows, columns),
            16 => reader.halves(rows * columns),
            _ => Err(WeightsError::Net),
        };
        let (kind, shape) = match code {
            0 => {
                let window = Window::read(reader)?;
                let columns = usize::from(reader.u16()?);
                let shape = checked(window.output_shape(input, columns)?)?;
                let rows = window.height * window.width * channels;
                let numbers = weights(reader, rows, columns)?;
                let biases = reader.halves(columns)?;
                (Kind::Convolution(Convolution::new(window, rows, &numbers, &biases)), shape)
            }
            1 => {
                let window = Window::read(reader)?;
                let shape = checked(window.output_shape(input, channels)?)?;
                let weights = weights(reader, window.height * window.width, channels)?;
                (Kind::Depthwise(Depthwise { window, weights, biases: reader.halves(channels)? }), shape)
            }
            2 => (Kind::Prelu(reader.halves(channels)?), input),
            3 if shapes[inputs[1]] == input => (Kind::Add(Activation::read(reader)?), input),
            4 if shapes[inputs[1]].channels == channels
                && [1, height * width].contains(&shapes[inputs[1]].pixels()) =>
            {
                (Kind::Multiply(Activation::read(reader)?), input)
            }
            5 => (Kind::MaxPool, checked(Shape { height: height / 2, width: width / 2, channels })?),
            6 => (Kind::Mean, Shape { height: 1, width: 1, channels }),
            7 => {
                let padded = checked(Shape { channels: usize::from(reader.u16()?), ..input })?;
                if padded.channels < channels {
                    return Err(WeightsError::Net);
                }
                (Kind::PadChannels, padded)
            }
            8 => {
                let [height, width] = [reader.u16()?, reader.u16()?].map(usize::from);
                let resize = Resize { half_pixel_centres: reader.u8()? != 0 };
                (Kind::Resize(resize), checked(Shape { height, width, channels })?)
            }
            9 => {
                let side = usize::from(reader.u8()?);
                if side == 0 || !channels.is_multiple_of(side * side) {
                    return Err(WeightsError::Net);
                }
                let channels = channels / (side * side);
                (Kind::DepthToSpace(side), checked(Shape { height: height * side, width: width * side, channels })?)
            }
            10 => (Kind::Activate(Activation::read(reader)?), input),
            _ => return Err(WeightsError::Net),
        };
        Ok(Operation { kind, inputs, last_uses: Vec::new(), shape })
    }

    fn run(&self, values: &[Tensor]) -> Tensor {
        let input = &values[self.inputs[0]];
        let mut output = Tensor::zeros(self.shape);
        match &self.kind {
            Kind::Convolution(convolution) => convolution.run(input, &mut output),
            Kind::Depthwise(depthwise) => depthwise.run(input, &mut output),
            Kind::Prelu(slopes) => elementwise::prelu(slopes, input, &mut output),
            Kind::Add(activation) => {
                elementwise::add(input, &values[self.inputs[1]], &mut output);
                activation.apply(&mut output.numbers);
            }
            Kind::Multiply(activation) => {
                elementwise::multiply(input, &values[self.inputs[1]], &mut output);
                activation.apply(&mut output.numbers);
            }
            Kind::MaxPool => rearrange::max_pool(input, &mut output),
            Kind::Mean => rearrange::mean(input, &mut output),
            Kind::PadChannels => rearrange::pad_channels(input, &mut output),
            Kind::Resize(resize) => resize.run(input, &mut output),
            Kind::DepthToSpace(side) => rearrange::depth_to_space(input, *side, &mut output),
            Kind::Activate(activation) => {
                output.numbers.copy_from_slice(&input.numbers);
                activation.apply(&mut output.numbers);
            }
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::{Weights, fnv1a};

    /// The nets of both files, with the FNV-1a checksum of their outputs for [`pattern`] as
    /// little-endian bytes.
    const CHECKSUMS: [u64; 3] = [7_353_104_960_374_051_316, 6_662_707_516_192_166_201, 7_493_622_229_986_297_263];

    /// Diagonal stripes of all values from 0 to 1.
    fn pattern(shape: Shape) -> Tensor {
        let mut pattern = Tensor::zeros(shape);
        for (at, number) in pattern.numbers.iter_mut().enumerate() {
            let (pixel, channel) = (at / shape.channels, at % shape.channels);
            let (x, y) = (pixel % shape.width, pixel / shape.width);
            *number = ((x * 3 + y * 5 + channel * 40) % 256) as f32 / 255.0;
        }
        pattern
    }

    #[test]
    fn outputs_are_the_same_on_every_platform() {
        let files = [include_bytes!("../../weights/faces.bin").as_slice(), include_bytes!("../../weights/person.bin")];
        let nets = files.iter().flat_map(|file| Weights::read(file).unwrap().nets);
        let checksums: Vec<u64> = nets
            .map(|net| {
                let outputs = net.run(pattern(net.input));
                let numbers = outputs.iter().flat_map(|output| &output.numbers);
                let bytes: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
                fnv1a(&bytes)
            })
            .collect();
        assert_eq!(checksums, CHECKSUMS);
    }
}
