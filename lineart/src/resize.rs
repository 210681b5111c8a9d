//! Image resampling of 8-bit RGB: area average (box filter) to shrink, linear interpolation to
//! enlarge.
//!
//! The area average weighs every source pixel equally, which avoids aliasing of fine texture.

use crate::parallel::for_each_row_band;

/// The size with the same aspect ratio and `long_edge` px on the longer side; each side is at least
/// 1 px.
pub(crate) fn fit_long_edge(width: u32, height: u32, long_edge: u32) -> (u32, u32) {
    let longer = u64::from(width.max(height));
    let side = |pixels: u32| {
        let scaled = (u64::from(pixels) * u64::from(long_edge) + longer / 2) / longer;
        scaled.max(1) as u32
    };
    (side(width), side(height))
}

/// Resamples `rgb`, three bytes per pixel and `source_size` = [width, height] px, to `target_size`
/// px.
///
/// Returns one value per pixel, row by row, with channels from 0 to 255. The fourth channel is
/// zero: padding that lets one vector register hold a pixel.
pub(crate) fn resize_rgb(rgb: &[u8], source_size: [usize; 2], target_size: [usize; 2]) -> Vec<[f32; 4]> {
    let [width, height] = target_size;
    let columns = ResampleWeights::new(source_size[0], width);
    let rows = ResampleWeights::new(source_size[1], height);
    let stride = source_size[0] * 3;
    let mut out = vec![[0.0f32; 4]; width * height];
    for_each_row_band(&mut out, width, |top, band| {
        let mut source_row = vec![0.0f32; stride];
        for (y, row) in band.chunks_exact_mut(width).enumerate() {
            let (first, weights) = rows.taps_of_pixel(top + y);
            source_row.fill(0.0);
            for (source, &weight) in rgb[first * stride..].chunks_exact(stride).zip(weights) {
                for (sum, &byte) in source_row.iter_mut().zip(source) {
                    *sum += f32::from(byte) * weight;
                }
            }
            for (x, pixel) in row.iter_mut().enumerate() {
                let (first, weights) = columns.taps_of_pixel(x);
                let sources: &[[f32; 3]] = source_row[first * 3..].as_chunks().0;
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

/// Filter taps of one axis: for each target pixel its first source pixel and the weights from
/// there, which sum to 1.
struct ResampleWeights {
    /// First source pixel and offset into `weights`; one entry more than target pixels.
    starts: Vec<(usize, usize)>,
    weights: Vec<f32>,
}

impl ResampleWeights {
    fn new(source: usize, target: usize) -> ResampleWeights {
        let mut taps = ResampleWeights { starts: Vec::with_capacity(target + 1), weights: Vec::new() };
        let step = source as f64 / target as f64;
        for i in 0..target {
            let (first, count) = if step >= 1.0 {
                taps.push_box_weights(i as f64 * step, (i + 1) as f64 * step, source)
            } else {
                taps.push_linear_weights((i as f64 + 0.5) * step - 0.5, source)
            };
            taps.starts.push((first, taps.weights.len() - count));
        }
        taps.starts.push((0, taps.weights.len()));
        taps
    }

    /// Appends the share of each source pixel in the interval; returns the first pixel and the
    /// number of taps.
    fn push_box_weights(&mut self, from: f64, to: f64, source: usize) -> (usize, usize) {
        let first = (from as usize).min(source - 1);
        let last = (to.ceil() as usize).clamp(first + 1, source);
        let share = |i: usize| (to.min((i + 1) as f64) - from.max(i as f64)).max(0.0);
        let total: f64 = (first..last).map(share).sum();
        self.weights.extend((first..last).map(|i| (share(i) / total) as f32));
        (first, last - first)
    }

    /// Appends linear weights of the two source pixels around `centre`; returns the first pixel and
    /// the number of taps.
    fn push_linear_weights(&mut self, centre: f64, source: usize) -> (usize, usize) {
        let centre = centre.clamp(0.0, (source - 1) as f64);
        let first = (centre as usize).min(source.saturating_sub(2));
        if source == 1 {
            self.weights.push(1.0);
            return (0, 1);
        }
        let fraction = (centre - first as f64) as f32;
        self.weights.extend([1.0 - fraction, fraction]);
        (first, 2)
    }

    /// First source pixel and weights of target pixel `i`.
    fn taps_of_pixel(&self, i: usize) -> (usize, &[f32]) {
        let (first, from) = self.starts[i];
        (first, &self.weights[from..self.starts[i + 1].1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: usize, height: usize, of: impl Fn(usize, usize) -> u8) -> Vec<u8> {
        (0..width * height).flat_map(|i| [of(i % width, i / width); 3]).collect()
    }

    #[test]
    fn area_average_keeps_the_mean() {
        let photo = grey(7, 5, |x, y| (x * 30 + y * 10) as u8);
        let mean = |size: [usize; 2]| {
            let colours = resize_rgb(&photo, [7, 5], size);
            colours.iter().map(|c| c[0]).sum::<f32>() / colours.len() as f32
        };
        let whole = mean([7, 5]);
        assert!((mean([3, 2]) - whole).abs() < 1e-3);
        assert!((mean([1, 1]) - whole).abs() < 1e-3);
    }

    #[test]
    fn flat_image_stays_flat_at_any_size() {
        for (w, h) in [(1, 1), (1, 9), (9, 1), (2, 3), (100, 3)] {
            for target in [[1, 1], [4, 7], [64, 1], [33, 65]] {
                let scaled = resize_rgb(&grey(w, h, |_, _| 200), [w, h], target);
                assert_eq!(scaled.len(), target[0] * target[1]);
                assert!(scaled.iter().all(|c| (c[0] - 200.0).abs() < 0.01));
            }
        }
    }

    #[test]
    fn aspect_ratio_is_kept_and_sides_are_at_least_1_px() {
        assert_eq!(fit_long_edge(4000, 3000, 1024), (1024, 768));
        assert_eq!(fit_long_edge(1, 60_000, 1024), (1, 1024));
    }
}
