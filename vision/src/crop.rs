//! Square crops of a photo at any place, size and tilt, as the input of a net.

use lineart::Photo;

use crate::net::{Shape, Tensor};

/// Samples averaged along each axis for one pixel of the crop, at most.
const MAX_SAMPLES: usize = 6;

/// A square of a photo, in its px.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Square {
    pub centre: [f32; 2],
    pub side: f32,
    /// Unit vector along the upper edge.
    pub across: [f32; 2],
}

impl Square {
    /// An upright square.
    pub fn upright(centre: [f32; 2], side: f32) -> Square {
        Square { centre, side, across: [1.0, 0.0] }
    }

    /// The place in the photo of `x`, `y`, as shares of the side from the top left corner.
    pub fn to_photo(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (x, y) = ((x - 0.5) * self.side, (y - 0.5) * self.side);
        let [cosine, sine] = self.across;
        [self.centre[0] + cosine * x - sine * y, self.centre[1] + sine * x + cosine * y]
    }

    /// The square with `size` pixels on a side: channels from 0 to 255, mapped by `of`. Outside the
    /// photo they are 0.
    pub fn sample(self, photo: &Photo, size: usize, of: impl Fn(f32) -> f32) -> Tensor {
        let samples = ((self.side / size as f32 + 0.5) as usize).clamp(1, MAX_SAMPLES);
        let step = 1.0 / (size * samples) as f32;
        let share = 1.0 / (samples * samples) as f32;
        let shape = Shape { height: size, width: size, channels: 3 };
        let mut crop = Tensor::zeros(shape);
        for (at, pixel) in crop.numbers.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let (left, top) = (at % size * samples, at / size * samples);
            let mut sum = [0.0; 3];
            for sample in 0..samples * samples {
                let (x, y) = (left + sample % samples, top + sample / samples);
                let place = self.to_photo([(x as f32 + 0.5) * step, (y as f32 + 0.5) * step]);
                let colour = if samples == 1 { bilinear(photo, place) } else { nearest(photo, place) };
                (0..3).for_each(|channel| sum[channel] += colour[channel]);
            }
            *pixel = sum.map(|sum| of(sum * share));
        }
        crop
    }
}

/// Whether a place, in px from the top left corner, is on the photo.
fn is_inside(photo: &Photo, [x, y]: [f32; 2]) -> bool {
    x >= 0.0 && y >= 0.0 && x < photo.width() as f32 && y < photo.height() as f32
}

/// The colour of the pixel at a place. It is black outside.
fn nearest(photo: &Photo, [x, y]: [f32; 2]) -> [f32; 3] {
    if !is_inside(photo, [x, y]) {
        return [0.0; 3];
    }
    let pixels: &[[u8; 3]] = photo.rgb().as_chunks().0;
    pixels[y as usize * photo.width() as usize + x as usize].map(f32::from)
}

/// The colour at a place, interpolated between pixels. It is black outside.
fn bilinear(photo: &Photo, [x, y]: [f32; 2]) -> [f32; 3] {
    if !is_inside(photo, [x, y]) {
        return [0.0; 3];
    }
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let taps = |at: f32, count: usize| {
        let place = (at - 0.5).clamp(0.0, (count - 1) as f32);
        let first = place as usize;
        (first, (first + 1).min(count - 1), place - first as f32)
    };
    let ((left, right, across), (top, bottom, down)) = (taps(x, width), taps(y, height));
    let pixels: &[[u8; 3]] = photo.rgb().as_chunks().0;
    let rows = [top, bottom].map(|y| [pixels[y * width + left], pixels[y * width + right]]);
    std::array::from_fn(|channel| {
        let [upper, lower] = rows.map(|[left, right]| {
            let [left, right] = [left, right].map(|pixel| f32::from(pixel[channel]));
            left + (right - left) * across
        });
        upper + (lower - upper) * down
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tilted_square_maps_its_centre_and_edges() {
        let square = Square { centre: [10.0, 20.0], side: 4.0, across: [0.0, 1.0] };
        assert_eq!(square.to_photo([0.5, 0.5]), [10.0, 20.0]);
        assert_eq!(square.to_photo([1.0, 0.5]), [10.0, 22.0]);
        assert_eq!(square.to_photo([0.5, 1.0]), [8.0, 20.0]);
    }

    #[test]
    fn outside_of_the_photo_is_black() {
        let photo = Photo::from_rgb(2, 2, vec![200; 12]).unwrap();
        let crop = Square::upright([2.0, 1.0], 2.0).sample(&photo, 2, |colour| colour);
        assert_eq!(crop.numbers[..6], [200.0, 200.0, 200.0, 0.0, 0.0, 0.0]);
    }
}
