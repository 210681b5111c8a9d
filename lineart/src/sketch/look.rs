//! What a region looks like as a whole: its mean colour, and how busy it is. Grounds that are unlike far from their
//! boundary too part more surely than the boundary alone shows; bricks, blades of grass and folds are alike.

use super::HALF;
use super::basins::Basins;
use super::evidence::norm;
use super::field::Field;

/// How much an e-fold of bustle counts beside a difference in colour, and the energy of what is calm.
const BUSTLE: f32 = 0.1;
const CALM: f32 = 0.005;

/// What unlikeness adds to a strength: nothing at this much, more or less with its logarithm, within limits.
const BRINK: f32 = 0.08;
const WEIGHT: f32 = 0.5;
const LEAST: f32 = -0.5;
const MOST: f32 = 2.0;

/// Keeps the logarithm of no difference at all finite.
const NOISE: f32 = 0.01;

/// Sums over the pixels of a region.
#[derive(Clone, Copy, Default)]
pub(super) struct Look {
    pixels: f32,
    colour: [f32; 3],
    energy: f32,
}

/// The look of every basin, of one pixel of the working size in four.
pub(super) fn looks(basins: &Basins, smooth: &Field<4>, energy: &Field<1>) -> Vec<Look> {
    let mut looks = vec![Look::default(); basins.count];
    for (y, row) in basins.label.chunks(basins.width).enumerate() {
        let y = (y * HALF).min(energy.height - 1);
        let (colours, energies) = (smooth.row(y), energy.row(y));
        for (x, &basin) in row.iter().enumerate() {
            let x = (x * HALF).min(energy.width - 1);
            let [l, a, b, _] = colours[x];
            looks[basin as usize].add(&Look { pixels: 1.0, colour: [l, a, b], energy: energies[x][0] });
        }
    }
    looks
}

impl Look {
    pub fn add(&mut self, other: &Look) {
        self.pixels += other.pixels;
        self.energy += other.energy;
        for (sum, more) in self.colour.iter_mut().zip(other.colour) {
            *sum += more;
        }
    }

    /// What it adds to the strength of a boundary, -0.5 to 2, that the regions on its sides look like this.
    pub fn unlike(&self, other: &Look) -> f32 {
        let [own, others] = [self, other].map(|look| 1.0 / look.pixels.max(1.0));
        let colours = std::array::from_fn(|i| self.colour[i] * own - other.colour[i] * others);
        let bustle = libm::logf((self.energy * own + CALM) / (other.energy * others + CALM));
        let apart = norm(colours) + BUSTLE * bustle.abs();
        (WEIGHT * libm::logf((apart + NOISE) / BRINK)).clamp(LEAST, MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_of_other_colour_or_bustle_are_unlike_whatever_their_size() {
        let look = |pixels: f32, light: f32, energy: f32| Look {
            pixels,
            colour: [light * pixels, 0.0, 0.0],
            energy: energy * pixels,
        };
        let lawn = look(900.0, 0.5, 0.2);
        assert_eq!(lawn.unlike(&look(10.0, 0.5, 0.2)), LEAST);
        assert!(lawn.unlike(&look(10.0, 0.8, 0.2)) > 0.5);
        assert!(lawn.unlike(&look(5000.0, 0.5, 0.02)) > 0.3);
    }
}
