//! Scaling by area average: every pixel of the photo counts once, so that nothing shimmers.
//! Small photos are enlarged by straight interpolation.

use super::bands::in_bands;
use crate::photo::Photo;

/// `photo` with `long_edge` pixels on its longer side, or nothing if it is no larger.
pub(crate) fn down_to(photo: &Photo, long_edge: u32) -> Option<Photo> {
    let longer = photo.width().max(photo.height());
    if longer <= long_edge {
        return None;
    }
    let (width, height) = fit(photo.width(), photo.height(), long_edge);
    let colours = resize(photo, width as usize, height as usize);
    let rgb = colours.iter().flat_map(|c| [c[0], c[1], c[2]]).map(|c| (c + 0.5) as u8).collect();
    Photo::from_rgb(width, height, rgb).ok()
}

/// The size with `long_edge` on the longer side and the same shape, at least one pixel across.
pub(crate) fn fit(width: u32, height: u32, long_edge: u32) -> (u32, u32) {
    let longer = u64::from(width.max(height));
    let side = |pixels: u32| {
        let scaled = (u64::from(pixels) * u64::from(long_edge) + longer / 2) / longer;
        scaled.max(1) as u32
    };
    (side(width), side(height))
}

/// `width * height` colours, 0 to 255 in each of three channels; the fourth is padding that lets
/// one vector register hold a pixel.
pub(crate) fn resize(photo: &Photo, width: usize, height: usize) -> Vec<[f32; 4]> {
    let across = Taps::new(photo.width() as usize, width);
    let down = Taps::new(photo.height() as usize, height);
    let stride = photo.width() as usize * 3;
    let mut out = vec![[0.0f32; 4]; width * height];
    in_bands(&mut out, width, |top, band| {
        let mut tall = vec![0.0f32; stride];
        for (y, row) in band.chunks_exact_mut(width).enumerate() {
            let (first, weights) = down.at(top + y);
            tall.fill(0.0);
            for (source, &weight) in photo.rgb()[first * stride..].chunks_exact(stride).zip(weights) {
                for (sum, &byte) in tall.iter_mut().zip(source) {
                    *sum += f32::from(byte) * weight;
                }
            }
            for (x, pixel) in row.iter_mut().enumerate() {
                let (first, weights) = across.at(x);
                let sources: &[[f32; 3]] = tall[first * 3..].as_chunks().0;
                for (source, &weight) in sources.iter().zip(weights) {
                    for (sum, &channel) in pixel.iter_mut().zip(source) {
                        *sum += channel * weight;
                    }
                }
            }
        }
    });
    out
}

/// For each target pixel of one axis, the source pixels that make it up; weights sum to one.
struct Taps {
    starts: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl Taps {
    fn new(source: usize, target: usize) -> Taps {
        let mut taps = Taps { starts: Vec::with_capacity(target + 1), weights: Vec::new() };
        let step = source as f64 / target as f64;
        for i in 0..target {
            let (first, count) = if step >= 1.0 {
                taps.area(i as f64 * step, (i + 1) as f64 * step, source)
            } else {
                taps.between((i as f64 + 0.5) * step - 0.5, source)
            };
            taps.starts.push((first, taps.weights.len() - count));
        }
        taps.starts.push((0, taps.weights.len()));
        taps
    }

    /// The share of each source pixel in the interval.
    fn area(&mut self, from: f64, to: f64, source: usize) -> (usize, usize) {
        let first = (from as usize).min(source - 1);
        let last = (to.ceil() as usize).clamp(first + 1, source);
        let share = |i: usize| (to.min((i + 1) as f64) - from.max(i as f64)).max(0.0);
        let total: f64 = (first..last).map(share).sum();
        self.weights.extend((first..last).map(|i| (share(i) / total) as f32));
        (first, last - first)
    }

    fn between(&mut self, centre: f64, source: usize) -> (usize, usize) {
        let centre = centre.clamp(0.0, (source - 1) as f64);
        let first = (centre as usize).min(source.saturating_sub(2));
        if source == 1 {
            self.weights.push(1.0);
            return (0, 1);
        }
        let part = (centre - first as f64) as f32;
        self.weights.extend([1.0 - part, part]);
        (first, 2)
    }

    fn at(&self, i: usize) -> (usize, &[f32]) {
        let (first, from) = self.starts[i];
        (first, &self.weights[from..self.starts[i + 1].1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, of: impl Fn(u32, u32) -> u8) -> Photo {
        let pixel = |i: u32| [of(i % width, i / width); 3];
        Photo::from_rgb(width, height, (0..width * height).flat_map(pixel).collect()).unwrap()
    }

    #[test]
    fn every_pixel_counts_once() {
        let photo = grey(7, 5, |x, y| (x * 30 + y * 10) as u8);
        let mean = |colours: &[[f32; 4]]| colours.iter().map(|c| c[0]).sum::<f32>() / colours.len() as f32;
        let whole = mean(&resize(&photo, 7, 5));
        assert!((mean(&resize(&photo, 3, 2)) - whole).abs() < 1e-3);
        assert!((resize(&photo, 1, 1)[0][0] - whole).abs() < 1e-3);
    }

    #[test]
    fn any_size_goes_to_any_size() {
        for (w, h) in [(1, 1), (1, 9), (9, 1), (2, 3), (100, 3)] {
            for (to_w, to_h) in [(1, 1), (4, 7), (64, 1), (33, 65)] {
                let scaled = resize(&grey(w, h, |_, _| 200), to_w, to_h);
                assert!(scaled.iter().all(|c| (c[0] - 200.0).abs() < 0.01));
            }
        }
    }

    #[test]
    fn the_shape_is_kept_and_no_side_vanishes() {
        assert_eq!(fit(4000, 3000, 1024), (1024, 768));
        assert_eq!(fit(1, 60_000, 1024), (1, 1024));
    }
}
