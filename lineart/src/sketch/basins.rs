//! Basins of the energy: a watershed by flooding from every minimum (Vincent, Soille 1991; Meyer 1994), so that
//! each crest, strong or faint, lies between two basins and every outline is closed from the start.

use super::field::Field;

/// Heights the energy is sorted into, evenly in its logarithm: a dent shallower than one step is no basin.
const HEIGHTS: usize = 96;

/// Energy at the lowest and at the highest step.
const LOWEST: f32 = 0.004;
const HIGHEST: f32 = 0.5;

/// A basin number for every pixel.
pub(super) struct Basins {
    pub width: usize,
    pub height: usize,
    pub label: Vec<u32>,
    pub count: usize,
}

const NONE: u32 = u32::MAX;

pub(super) fn basins(energy: &Field<1>) -> Basins {
    let (width, height) = (energy.width, energy.height);
    let scale = (HEIGHTS - 1) as f32 / libm::logf(HIGHEST / LOWEST);
    let level: Vec<u8> = energy
        .data
        .iter()
        .map(|value| if value[0] <= LOWEST { 0.0 } else { libm::logf(value[0] / LOWEST) * scale })
        .map(|step| step.min((HEIGHTS - 1) as f32) as u8)
        .collect();
    let mut flood = Flood { width, height, level, label: vec![NONE; width * height] };
    let count = flood.minima();
    flood.rise();
    Basins { width, height, label: flood.label, count }
}

struct Flood {
    width: usize,
    height: usize,
    level: Vec<u8>,
    label: Vec<u32>,
}

impl Flood {
    /// The pixels beside, above and below; the pixel itself where there is none.
    fn beside(&self, at: usize) -> [usize; 4] {
        let x = at % self.width;
        [
            if x > 0 { at - 1 } else { at },
            if x + 1 < self.width { at + 1 } else { at },
            if at >= self.width { at - self.width } else { at },
            if at + self.width < self.width * self.height { at + self.width } else { at },
        ]
    }

    /// Numbers every plateau that has no lower neighbour.
    fn minima(&mut self) -> usize {
        let mut seen = vec![false; self.label.len()];
        let mut plateau = Vec::new();
        let mut count = 0;
        for start in 0..self.label.len() {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            plateau.clear();
            plateau.push(start);
            let (mut next, mut lowest) = (0, true);
            while next < plateau.len() {
                let at = plateau[next];
                next += 1;
                for other in self.beside(at) {
                    if self.level[other] < self.level[start] {
                        lowest = false;
                    } else if self.level[other] == self.level[start] && !seen[other] {
                        seen[other] = true;
                        plateau.push(other);
                    }
                }
            }
            if lowest {
                for &at in &plateau {
                    self.label[at] = count;
                }
                count += 1;
            }
        }
        count as usize
    }

    /// Lets the water rise step by step; a pixel belongs to the basin that reaches it first.
    fn rise(&mut self) {
        let mut buckets: Vec<Vec<u32>> = vec![Vec::new(); HEIGHTS];
        for at in 0..self.label.len() {
            if self.label[at] != NONE && self.beside(at).iter().any(|&other| self.label[other] == NONE) {
                buckets[usize::from(self.level[at])].push(at as u32);
            }
        }
        for step in 0..HEIGHTS {
            let mut next = 0;
            while next < buckets[step].len() {
                let at = buckets[step][next] as usize;
                next += 1;
                for other in self.beside(at) {
                    if self.label[other] == NONE {
                        self.label[other] = self.label[at];
                        buckets[usize::from(self.level[other]).max(step)].push(other as u32);
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

    fn flooded(rows: &[&[f32]]) -> Basins {
        let mut energy = Field::<1>::new(rows[0].len(), rows.len());
        energy.data = rows.concat().into_iter().map(|value| [value]).collect();
        basins(&energy)
    }

    #[test]
    fn a_crest_parts_two_basins() {
        let row = [0.01, 0.02, 0.3, 0.02, 0.01, 0.01];
        let basins = flooded(&[&row, &row, &row]);
        assert_eq!(basins.count, 2);
        assert_ne!(basins.label[0], basins.label[5]);
        assert!(basins.label.iter().all(|&label| label < 2));
    }

    #[test]
    fn a_plain_is_one_basin() {
        assert_eq!(flooded(&[&[0.0; 9], &[0.0; 9]]).count, 1);
    }
}
