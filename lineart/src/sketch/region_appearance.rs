//! Region appearance: mean colour and mean local energy of a region, and how much two regions
//! differ in them.
//!
//! Regions that differ away from their common boundary too are separated more surely than the
//! boundary alone shows; bricks, blades of grass and folds of cloth are alike.

use super::boundary_score::colour_norm;
use super::field::Field;
use super::watershed::{BASIN_SCALE, Basins};

/// Weight of an e-fold of energy, relative to a difference in colour.
const ENERGY_WEIGHT: f32 = 0.1;

/// Added to mean energies: differences between smooth regions count little.
const ENERGY_OFFSET: f32 = 0.005;

/// Difference plus [`DIFFERENCE_OFFSET`] at which the bonus is 0, and the bonus for each e-fold
/// above.
const NEUTRAL_DIFFERENCE: f32 = 0.08;
const BONUS_PER_E_FOLD: f32 = 0.5;

/// Bounds of the bonus.
const MIN_BONUS: f32 = -0.5;
const MAX_BONUS: f32 = 2.0;

/// Added to the difference, so that its logarithm stays finite.
const DIFFERENCE_OFFSET: f32 = 0.01;

/// Sums over the pixels of a region; the appearance of a union is the sum.
#[derive(Clone, Copy, Default)]
pub(super) struct RegionAppearance {
    pixels: f32,
    colour: [f32; 3],
    energy: f32,
}

/// The appearance of every basin, from one pixel of the working size for each pixel of the basins.
pub(super) fn basin_appearances(basins: &Basins, colours: &Field<4>, energy: &Field<1>) -> Vec<RegionAppearance> {
    let mut appearances = vec![RegionAppearance::default(); basins.count];
    for (y, row) in basins.labels.chunks(basins.width).enumerate() {
        let y = (y * BASIN_SCALE).min(energy.height - 1);
        let (colours, energies) = (colours.row(y), energy.row(y));
        for (x, &basin) in row.iter().enumerate() {
            let x = (x * BASIN_SCALE).min(energy.width - 1);
            let [l, a, b, _] = colours[x];
            let pixel = RegionAppearance { pixels: 1.0, colour: [l, a, b], energy: energies[x][0] };
            appearances[basin as usize].add(&pixel);
        }
    }
    appearances
}

impl RegionAppearance {
    /// Adds the pixels of another region.
    pub fn add(&mut self, other: &RegionAppearance) {
        self.pixels += other.pixels;
        self.energy += other.energy;
        for (sum, more) in self.colour.iter_mut().zip(other.colour) {
            *sum += more;
        }
    }

    /// What the difference between two regions adds to the strength of their boundary, -0.5 to 2
    /// log odds.
    pub fn dissimilarity_bonus(&self, other: &RegionAppearance) -> f32 {
        let [own, others] = [self, other].map(|appearance| 1.0 / appearance.pixels.max(1.0));
        let colours = std::array::from_fn(|i| self.colour[i] * own - other.colour[i] * others);
        let energy_ratio = libm::logf((self.energy * own + ENERGY_OFFSET) / (other.energy * others + ENERGY_OFFSET));
        let difference = colour_norm(colours) + ENERGY_WEIGHT * energy_ratio.abs();
        let bonus = BONUS_PER_E_FOLD * libm::logf((difference + DIFFERENCE_OFFSET) / NEUTRAL_DIFFERENCE);
        bonus.clamp(MIN_BONUS, MAX_BONUS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(pixels: f32, lightness: f32, energy: f32) -> RegionAppearance {
        RegionAppearance { pixels, colour: [lightness * pixels, 0.0, 0.0], energy: energy * pixels }
    }

    #[test]
    fn equal_means_give_the_lowest_bonus_at_any_size() {
        assert_eq!(region(900.0, 0.5, 0.2).dissimilarity_bonus(&region(10.0, 0.5, 0.2)), MIN_BONUS);
    }

    #[test]
    fn difference_in_colour_gives_a_bonus() {
        assert!(region(900.0, 0.5, 0.2).dissimilarity_bonus(&region(10.0, 0.8, 0.2)) > 0.5);
    }

    #[test]
    fn difference_in_texture_gives_a_bonus() {
        assert!(region(900.0, 0.5, 0.2).dissimilarity_bonus(&region(5000.0, 0.5, 0.02)) > 0.3);
    }
}
