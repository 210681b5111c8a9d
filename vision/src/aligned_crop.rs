//! The crop of a face with its eyes on a horizontal line, in which all faces have about the same
//! size.

use lineart::{Circle, Face};

use crate::net::Tensor;

/// Pixels of the crop, red, green and blue from 0 to 1. Coordinates are in its px from the top left
/// corner.
pub(crate) struct AlignedCrop<'a> {
    pub pixels: &'a Tensor,
}

impl AlignedCrop<'_> {
    /// Bilinear sample; the border is replicated outside.
    pub fn colour(&self, [x, y]: [f32; 2]) -> [f32; 3] {
        let taps = |at: f32, count: usize| {
            let place = (at - 0.5).clamp(0.0, (count - 1) as f32);
            let first = (place as usize).min(count - 2);
            (first, place - first as f32)
        };
        let (left, across) = taps(x, self.pixels.shape.width);
        let (top, down) = taps(y, self.pixels.shape.height);
        let pixel = |y: usize, x: usize| self.pixels.pixel(y, x);
        std::array::from_fn(|channel| {
            let [upper, lower] = [top, top + 1].map(|y| {
                let (left, right) = (pixel(y, left)[channel], pixel(y, left + 1)[channel]);
                left + (right - left) * across
            });
            upper + (lower - upper) * down
        })
    }

    pub fn lightness(&self, place: [f32; 2]) -> f32 {
        let [red, green, blue] = self.colour(place);
        0.299 * red + 0.587 * green + 0.114 * blue
    }

    /// Mean of a grid of samples inside a disc.
    pub fn disc_lightness(&self, disc: Circle) -> f32 {
        let offsets = [-0.75f32, -0.25, 0.25, 0.75];
        let places = offsets.iter().flat_map(|&y| offsets.iter().map(move |&x| [x, y]));
        let inside = places.filter(|[x, y]| x * x + y * y < 0.8);
        let samples =
            inside.map(|offset| self.lightness([0, 1].map(|axis| disc.centre[axis] + disc.radius * offset[axis])));
        let (sum, count) = samples.fold((0.0, 0.0), |(sum, count), lightness| (sum + lightness, count + 1.0));
        sum / count
    }

    /// Median lightness of the skin.
    pub fn skin_lightness(&self, face: &Face) -> f32 {
        let mut samples: Vec<f32> = skin_places(face).map(|place| self.lightness(place)).collect();
        samples.sort_by(f32::total_cmp);
        samples[samples.len() / 2]
    }

    /// Median of each channel on the skin.
    pub fn skin_colour(&self, face: &Face) -> [f32; 3] {
        let colours: Vec<[f32; 3]> = skin_places(face).map(|place| self.colour(place)).collect();
        std::array::from_fn(|channel| {
            let mut samples: Vec<f32> = colours.iter().map(|colour| colour[channel]).collect();
            samples.sort_by(f32::total_cmp);
            samples[samples.len() / 2]
        })
    }
}

/// Places between each eye and the corner of the mouth, on the bridge of the nose and on the
/// forehead.
fn skin_places(face: &Face) -> impl Iterator<Item = [f32; 2]> {
    let corners = [face.mouth.upper_outline[0], face.mouth.upper_outline[face.mouth.upper_outline.len() - 1]];
    let cheeks = [0, 1].into_iter().flat_map(move |side| {
        let lid = face.eyes[side].lower_lid[face.eyes[side].lower_lid.len() / 2];
        [0.4, 0.55, 0.7].map(|share| between(lid, corners[side], share))
    });
    let bridge = &face.nose.bridge;
    let forehead = [0.0, 0.3, 0.6].map(|share| between(bridge[0], bridge[3], -share));
    cheeks.chain(bridge[2..6].iter().copied()).chain(forehead)
}

/// The point at `share` of the way from `a` to `b`.
pub(crate) fn between(a: [f32; 2], b: [f32; 2], share: f32) -> [f32; 2] {
    [0, 1].map(|axis| a[axis] + (b[axis] - a[axis]) * share)
}

pub(crate) fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    let [dx, dy] = [0, 1].map(|axis| a[axis] - b[axis]);
    (dx * dx + dy * dy).sqrt()
}
