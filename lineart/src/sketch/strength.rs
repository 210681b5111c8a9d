//! How much a stroke matters: one number, so that more detail only ever adds strokes.
//!
//! A log-linear score, the odds that a stroke is an outline rather than texture. Its weights began as a logistic
//! regression over drawings with known outlines and were then leaned towards real photos, which have more fur
//! and wood than such drawings. Every term is something one can see.

use super::arcs::Chain;
use super::field::Field;
use super::order;

/// Distance to either side where the ground beside a line is looked at, px.
const BESIDE: f32 = 7.0;

/// Points of a stroke that tell which way is across it.
const REACH: usize = 4;

/// Length at which a stroke counts half, px.
const HALF_LENGTH: f32 = 60.0;

/// What the strengths of one photo's strokes are measured by; the fields at a quarter of the size
/// look at the surroundings, whose extent is given in px.
pub(super) struct Judge<'a> {
    energy: &'a Field<1>,
    colours: &'a Field<4>,
    /// The strongest energy within about 16 px (the fourth-power mean).
    peak: Field<1>,
    /// Mean energy within about 24 px.
    bustle: Field<1>,
    /// How many strokes end within about 32 px, each as strong as its energy: texture is all ends.
    ends: Field<1>,
    /// The ground within about 3 px.
    ground: Field<4>,
    /// Energy of this photo's strong pixels: what is faint in a crisp photo may lead in a hazy one.
    crispness: f32,
}

impl<'a> Judge<'a> {
    /// `colours` is the photo smoothed along the flow, lightness first.
    pub fn new(energy: &'a Field<1>, colours: &'a Field<4>, chains: &[Chain]) -> Judge<'a> {
        let mut fourth = energy.clone();
        let (mut second_sum, mut fourth_sum) = (0.0f64, 0.0f64);
        for value in &mut fourth.data {
            let square = value[0] * value[0];
            value[0] = square * square;
            second_sum += f64::from(square);
            fourth_sum += f64::from(value[0]);
        }
        let mut peak = fourth.reduced(4).blurred(4.0);
        for value in &mut peak.data {
            value[0] = value[0].max(0.0).sqrt().sqrt();
        }
        Judge {
            energy,
            colours,
            peak,
            bustle: energy.reduced(4).blurred(6.0),
            ends: ends(energy, chains).blurred(8.0),
            ground: colours.reduced(4).blurred(0.8),
            crispness: (fourth_sum / second_sum.max(1e-12)).sqrt() as f32,
        }
    }

    /// About the log odds that the stroke is wanted: 0 on the brink of a standard page.
    pub fn strength(&self, chain: &Chain) -> f32 {
        let length = chain.len() as f32;
        let mut energies = Vec::with_capacity(chain.len());
        let (mut peak, mut bustle, mut ends, mut dark) = (0.0, 0.0, 0.0, 0.0);
        for (i, &[x, y]) in chain.iter().enumerate() {
            energies.push(self.energy.sample(x, y)[0]);
            peak += quarter(&self.peak, x, y)[0];
            bustle += quarter(&self.bustle, x, y)[0];
            ends += quarter(&self.ends, x, y)[0];
            let [nx, ny] = across(chain, i);
            let left = quarter(&self.ground, x - nx * BESIDE, y - ny * BESIDE)[0];
            let right = quarter(&self.ground, x + nx * BESIDE, y + ny * BESIDE)[0];
            dark += 0.5 * (left + right) - self.colours.sample(x, y)[0];
        }
        let mean: f32 = energies.iter().sum::<f32>() / length;
        order::by_key(&mut energies, |&energy| [order::ascending(energy), 0, 0]);
        // A stroke is as good as its weak parts.
        let weak = energies[energies.len() / 5];
        // Creases, lashes and contact shadows are dark; mortar and glints are bright.
        let dark = (dark / length / mean.max(1e-4)).clamp(-3.0, 3.0);
        let (peak, bustle, ends) = (peak / length, bustle / length, ends / length);
        BRINK + 1.0 * ln(length / (length + HALF_LENGTH)) + 2.4 * ln(weak) + 3.2 * ln(peak)
            - 2.2 * ln(self.crispness)
            - 1.2 * ln(bustle / peak.max(1e-4))
            - ln(ends)
            + 1.2 * dark
    }
}

/// Brings the brink of a standard page to 0.
const BRINK: f32 = 4.7;

/// Chain ends at a quarter of the size, each as large as its chain's mean energy.
fn ends(energy: &Field<1>, chains: &[Chain]) -> Field<1> {
    let mut ends = Field::<1>::new(energy.width.div_ceil(4), energy.height.div_ceil(4));
    for chain in chains.iter().filter(|chain| chain.first() != chain.last()) {
        let sum: f32 = chain.iter().map(|p| energy.sample(p[0], p[1])[0]).sum();
        for [x, y] in [chain[0], chain[chain.len() - 1]] {
            let at = (y as usize / 4) * ends.width + x as usize / 4;
            ends.data[at][0] += sum / chain.len() as f32;
        }
    }
    ends
}

fn ln(x: f32) -> f32 {
    libm::logf(x.max(1e-4))
}

/// Reads a field of a quarter of the size at full-size coordinates.
fn quarter<const C: usize>(field: &Field<C>, x: f32, y: f32) -> [f32; C] {
    field.sample((x - 1.5) * 0.25, (y - 1.5) * 0.25)
}

/// Unit vector across the chain at point `i`.
fn across(chain: &Chain, i: usize) -> [f32; 2] {
    let from = chain[i.saturating_sub(REACH)];
    let to = chain[(i + REACH).min(chain.len() - 1)];
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    [-dy / length, dx / length]
}

#[cfg(test)]
mod tests {
    use super::super::{flow, lines};
    use super::*;

    /// Strength of an upright line of 60 px at x = 64 on ground of `ground`.
    fn strength(ground: impl Fn(usize, usize) -> f32, line: f32, others: &[Chain]) -> f32 {
        let mut colours = Field::<4>::new(128, 128);
        for (at, colour) in colours.data.iter_mut().enumerate() {
            let (x, y) = (at % 128, at / 128);
            colour[0] = if x == 64 && (30..90).contains(&y) { line } else { ground(x, y) };
        }
        let energy = lines::energy(&colours, &flow::flow(&colours));
        let chain: Chain = (30..90).map(|y| [64.0, y as f32]).collect();
        let mut chains = vec![chain];
        chains.extend_from_slice(others);
        Judge::new(&energy, &colours, &chains).strength(&chains[0])
    }

    #[test]
    fn dark_lines_outweigh_bright_ones() {
        assert!(strength(|_, _| 0.5, 0.0, &[]) > strength(|_, _| 0.5, 1.0, &[]) + 1.0);
    }

    #[test]
    fn a_line_among_loose_ends_weighs_less() {
        let hairs: Vec<Chain> =
            (0..24).map(|i| (0..12).map(|y| [52.0 + i as f32, 40.0 + y as f32]).collect()).collect();
        let alone = strength(|_, _| 0.5, 0.0, &[]);
        assert!(strength(|_, _| 0.5, 0.0, &hairs) < alone);
    }
}
