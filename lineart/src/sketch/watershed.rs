//! Watershed segmentation by flooding from every minimum (Vincent, Soille 1991; Meyer 1994).
//!
//! Each crest of the energy, strong or faint, separates two basins, so every outline is closed from
//! the start.

use super::field::Field;

/// Basins are computed at half the working size: working px per px of the basins.
pub(super) const BASIN_SCALE: usize = 2;

/// Heights that the energy is quantised to, evenly in its logarithm. A minimum shallower than one
/// step forms no basin.
const FLOOD_STEPS: usize = 96;

/// Energy at the lowest and at the highest step.
const MIN_ENERGY: f32 = 0.004;
const MAX_ENERGY: f32 = 0.5;

/// Watershed basins: a label for every pixel, row by row, from 0 to `count - 1`.
pub(super) struct Basins {
    pub width: usize,
    pub height: usize,
    pub labels: Vec<u32>,
    pub count: usize,
}

const UNLABELLED: u32 = u32::MAX;

/// Segments `energy` into one basin for each of its minima; every pixel is labelled.
pub(super) fn segment_basins(energy: &Field<1>) -> Basins {
    let (width, height) = (energy.width, energy.height);
    let scale = (FLOOD_STEPS - 1) as f32 / libm::logf(MAX_ENERGY / MIN_ENERGY);
    let step_of: Vec<u8> = energy
        .data
        .iter()
        .map(|value| if value[0] <= MIN_ENERGY { 0.0 } else { libm::logf(value[0] / MIN_ENERGY) * scale })
        .map(|step| step.min((FLOOD_STEPS - 1) as f32) as u8)
        .collect();
    let mut flooding = Flooding { width, height, step_of, labels: vec![UNLABELLED; width * height] };
    let count = flooding.label_minima();
    flooding.flood();
    Basins { width, height, labels: flooding.labels, count }
}

struct Flooding {
    width: usize,
    height: usize,
    /// Quantised energy of each pixel, 0 to [`FLOOD_STEPS`] - 1.
    step_of: Vec<u8>,
    labels: Vec<u32>,
}

impl Flooding {
    /// The 4-neighbourhood: left, right, above, below; the pixel itself in place of one outside the
    /// image.
    fn neighbours(&self, at: usize) -> [usize; 4] {
        let x = at % self.width;
        [
            if x > 0 { at - 1 } else { at },
            if x + 1 < self.width { at + 1 } else { at },
            if at >= self.width { at - self.width } else { at },
            if at + self.width < self.width * self.height { at + self.width } else { at },
        ]
    }

    /// Labels every plateau that has no lower neighbour; returns their number.
    fn label_minima(&mut self) -> usize {
        let mut visited = vec![false; self.labels.len()];
        let mut plateau = Vec::new();
        let mut count = 0;
        for start in 0..self.labels.len() {
            if visited[start] {
                continue;
            }
            visited[start] = true;
            plateau.clear();
            plateau.push(start);
            let (mut next, mut is_minimum) = (0, true);
            while next < plateau.len() {
                let at = plateau[next];
                next += 1;
                for other in self.neighbours(at) {
                    if self.step_of[other] < self.step_of[start] {
                        is_minimum = false;
                    } else if self.step_of[other] == self.step_of[start] && !visited[other] {
                        visited[other] = true;
                        plateau.push(other);
                    }
                }
            }
            if is_minimum {
                for &at in &plateau {
                    self.labels[at] = count;
                }
                count += 1;
            }
        }
        count as usize
    }

    /// Grows the labels in order of height from a bucket queue; a pixel joins the basin that
    /// reaches it first.
    fn flood(&mut self) {
        let mut buckets: Vec<Vec<u32>> = vec![Vec::new(); FLOOD_STEPS];
        for at in 0..self.labels.len() {
            if self.labels[at] != UNLABELLED && self.neighbours(at).iter().any(|&n| self.labels[n] == UNLABELLED) {
                buckets[usize::from(self.step_of[at])].push(at as u32);
            }
        }
        for step in 0..FLOOD_STEPS {
            let mut next = 0;
            while next < buckets[step].len() {
                let at = buckets[step][next] as usize;
                next += 1;
                for other in self.neighbours(at) {
                    if self.labels[other] == UNLABELLED {
                        self.labels[other] = self.labels[at];
                        buckets[usize::from(self.step_of[other]).max(step)].push(other as u32);
                    }
                }
            }
            buckets[step] = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segmented(rows: &[&[f32]]) -> Basins {
        let mut energy = Field::<1>::new(rows[0].len(), rows.len());
        energy.data = rows.concat().into_iter().map(|value| [value]).collect();
        segment_basins(&energy)
    }

    #[test]
    fn crest_separates_two_basins() {
        let row = [0.01, 0.02, 0.3, 0.02, 0.01, 0.01];
        let basins = segmented(&[&row, &row, &row]);
        assert_eq!(basins.count, 2);
        assert_ne!(basins.labels[0], basins.labels[5]);
        assert!(basins.labels.iter().all(|&label| label < 2));
    }

    #[test]
    fn flat_energy_is_one_basin() {
        assert_eq!(segmented(&[&[0.0; 9], &[0.0; 9]]).count, 1);
    }
}
