//! The person mask as evidence for boundaries, and as the subject.

use super::boundary_features::left_normal;
use super::polyline::Polyline;
use super::watershed::{BASIN_SCALE, Basins};
use crate::hints::Mask;

/// Share of the photo below which a mask shows no person that the photo is of, and uncertain part
/// relative to the inside above which it is a guess: of persons it is 0.05 to 0.25, of a cup 0.9.
const MIN_SHARE: f32 = 0.02;
const MAX_UNCERTAIN: f32 = 0.3;

/// Distance to either side of a boundary, px, at which the mask is sampled: the mask is about 4 px
/// exact.
const SIDE_PX: f32 = 9.0;

/// Mean of the mask in a basin below which it is background.
const MIN_SUBJECT_MEAN: f32 = 0.5;

/// A mask over the working size.
pub(super) struct PersonMask<'a> {
    mask: &'a Mask,
    /// Shares of the photo for one px.
    scale: [f32; 2],
}

impl<'a> PersonMask<'a> {
    /// `None` if the mask is almost empty or a guess. `size` is the working size, px.
    pub fn new(mask: &'a Mask, size: [usize; 2]) -> Option<PersonMask<'a>> {
        let scale = size.map(|side| 1.0 / side as f32);
        let (inside, uncertain) = mask.inside_and_uncertain_share();
        (inside >= MIN_SHARE && uncertain <= MAX_UNCERTAIN * inside).then_some(PersonMask { mask, scale })
    }

    /// 0 to 1 at a place from the centre of the top left pixel.
    fn sample(&self, x: f32, y: f32) -> f32 {
        self.mask.sample((x + 0.5) * self.scale[0], (y + 0.5) * self.scale[1])
    }

    /// Mean of the mask left of a line minus that right of it, -1 to 1.
    pub fn difference_across(&self, line: &Polyline) -> f32 {
        let difference = |i: usize| {
            let ([x, y], [nx, ny]) = (line[i], left_normal(line, i).map(|axis| axis * SIDE_PX));
            self.sample(x + nx, y + ny) - self.sample(x - nx, y - ny)
        };
        (0..line.len()).map(difference).sum::<f32>() / line.len() as f32
    }

    /// 0 to 1 in a cell of the grid of basins.
    fn sample_cell(&self, column: usize, row: usize) -> f32 {
        let [x, y] = [column, row].map(|at| ((at * BASIN_SCALE) as f32) + 0.5 * (BASIN_SCALE - 1) as f32);
        self.sample(x, y)
    }

    pub fn contains_cell(&self, column: usize, row: usize) -> bool {
        self.sample_cell(column, row) >= MIN_SUBJECT_MEAN
    }

    /// For every basin whether it is background.
    pub fn background_basins(&self, basins: &Basins) -> Vec<bool> {
        let mut sums = vec![(0.0f32, 0.0f32); basins.count];
        for (at, &basin) in basins.labels.iter().enumerate() {
            let (sum, count) = &mut sums[basin as usize];
            *sum += self.sample_cell(at % basins.width, at / basins.width);
            *count += 1.0;
        }
        sums.iter().map(|&(sum, count)| sum < MIN_SUBJECT_MEAN * count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half_mask() -> Mask {
        Mask::new(4, 1, vec![0, 0, 255, 255]).unwrap()
    }

    #[test]
    fn boundary_of_the_mask_has_a_difference() {
        let mask = half_mask();
        let mask = PersonMask::new(&mask, [100, 100]).unwrap();
        let vertical = |x: f32| (20..80).map(|y| [x, y as f32]).collect::<Polyline>();
        assert!(mask.difference_across(&vertical(50.0)).abs() > 0.6);
        assert_eq!(mask.difference_across(&vertical(15.0)), 0.0);
    }

    #[test]
    fn empty_or_uncertain_mask_is_no_evidence() {
        for value in [0, 90, 150] {
            assert!(PersonMask::new(&Mask::new(2, 2, vec![value; 4]).unwrap(), [10, 10]).is_none(), "{value}");
        }
    }
}
