//! Person segmentation: how much each pixel belongs to a person.

use lineart::{Mask, Photo};

use crate::byte_reader::WeightsError;
use crate::net::{Net, Shape, Tensor};
use crate::weights::Weights;

/// The photo is stretched to this size, whatever its shape.
const SIZE: usize = 256;

/// Segments persons of any pose, nearer than about 5 m.
#[derive(Debug)]
pub struct PersonSegmenter {
    net: Net,
}

impl PersonSegmenter {
    /// Reads `weights/person.bin`.
    ///
    /// # Errors
    ///
    /// The bytes are not a weight file, damaged, or those of another net.
    pub fn read(weights: &[u8]) -> Result<PersonSegmenter, WeightsError> {
        let shape = |channels: usize| Shape { height: SIZE, width: SIZE, channels };
        let [net] = <[Net; 1]>::try_from(Weights::read(weights)?.nets).map_err(|_| WeightsError::Task)?;
        let is_segmenter = net.input == shape(3) && net.output_shapes == [shape(1)];
        if is_segmenter { Ok(PersonSegmenter { net }) } else { Err(WeightsError::Task) }
    }

    /// A mask of 256 x 256 values over the whole photo.
    pub fn segment(&self, photo: &Photo) -> Option<Mask> {
        let mut input = Tensor::zeros(self.net.input);
        for (pixel, colour) in input.numbers.as_chunks_mut::<3>().0.iter_mut().zip(photo.resized(SIZE, SIZE)) {
            *pixel = [colour[0], colour[1], colour[2]].map(|channel| channel * (1.0 / 255.0));
        }
        let output = self.net.run(input);
        Mask::new(SIZE, SIZE, output[0].numbers.iter().map(|probability| (probability * 255.0 + 0.5) as u8).collect())
    }
}
