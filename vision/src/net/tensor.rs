//! Tensors of height, width and channels.

/// Each at least 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

impl Shape {
    pub fn pixels(self) -> usize {
        self.height * self.width
    }

    pub fn count(self) -> usize {
        self.pixels() * self.channels
    }
}

/// Numbers row by row from the top left, the channels of a pixel together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tensor {
    pub shape: Shape,
    pub numbers: Vec<f32>,
}

impl Tensor {
    pub fn zeros(shape: Shape) -> Tensor {
        Tensor { shape, numbers: vec![0.0; shape.count()] }
    }

    /// The channels of a pixel.
    pub fn pixel(&self, y: usize, x: usize) -> &[f32] {
        &self.numbers[(y * self.shape.width + x) * self.shape.channels..][..self.shape.channels]
    }
}
