//! Greyscale morphology with a square structuring element, separable in rows and columns.

use super::field::Field;

/// Erosion: the least value within `radius` px in each direction, that is in a square of
/// `2 * radius + 1` px.
pub(super) fn erode(field: &Field<1>, radius: usize) -> Field<1> {
    filter_extreme(field, radius, -1.0)
}

/// Dilation: the greatest value within `radius` px in each direction.
pub(super) fn dilate(field: &Field<1>, radius: usize) -> Field<1> {
    filter_extreme(field, radius, 1.0)
}

/// Replaces filled areas by their rims: removes ink deeper than `rim` px inside areas that contain
/// a square of `2 * min_radius + 1` px. Lines, which are narrower, stay.
pub(super) fn hollow_fills(ink: &Field<1>, min_radius: usize, rim: usize) -> Field<1> {
    let cores = dilate(&erode(ink, min_radius), min_radius - rim);
    let data = ink.data.iter().zip(&cores.data).map(|(here, core)| [here[0] - core[0]]).collect();
    Field { width: ink.width, height: ink.height, data }
}

/// Maximum filter for a `sign` of 1, minimum filter for -1.
fn filter_extreme(field: &Field<1>, radius: usize, sign: f32) -> Field<1> {
    let (width, height) = (field.width, field.height);
    // `window` returns the first index, the last index and the step.
    let filter = |from: &Field<1>, window: &dyn Fn(usize, usize) -> [usize; 3]| {
        let mut out = Field::<1>::new(width, height);
        for y in 0..height {
            for x in 0..width {
                let [first, last, step] = window(x, y);
                let values = (first..=last).step_by(step).map(|at| sign * from.data[at][0]);
                out.data[y * width + x][0] = sign * values.fold(f32::NEG_INFINITY, f32::max);
            }
        }
        out
    };
    let rows =
        filter(field, &|x, y| [y * width + x.saturating_sub(radius), y * width + (x + radius).min(width - 1), 1]);
    filter(&rows, &|x, y| [y.saturating_sub(radius) * width + x, (y + radius).min(height - 1) * width + x, width])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square of `side` px with its top left corner at (10, 10).
    fn square(side: usize) -> Field<1> {
        let mut field = Field::<1>::new(50, 50);
        for y in 10..10 + side {
            field.data[y * 50 + 10..][..side].fill([1.0]);
        }
        field
    }

    fn area(field: &Field<1>) -> f32 {
        field.data.iter().map(|value| value[0]).sum()
    }

    #[test]
    fn dilation_grows_and_erosion_shrinks_each_side() {
        assert_eq!(area(&dilate(&square(7), 2)), 11.0 * 11.0);
        assert_eq!(area(&erode(&square(7), 2)), 3.0 * 3.0);
    }

    #[test]
    fn hollow_fills_keeps_the_rim_of_large_areas_only() {
        assert_eq!(area(&hollow_fills(&square(20), 8, 5)), 20.0 * 20.0 - 10.0 * 10.0);
        assert_eq!(area(&hollow_fills(&square(16), 8, 5)), 16.0 * 16.0);
    }
}
