//! How much a stroke matters: one number, so that more detail only ever adds strokes.
//!
//! A log-linear score (odds that a stroke is an outline rather than texture), its weights found by logistic
//! regression over drawings with known outlines. Every term is something one can see.

use super::field::Field;
use super::trace::Chain;

/// Distance to either side where the ground beside a line is looked at, px.
const BESIDE: f32 = 7.0;

/// Points of a stroke that tell which way is across it.
const REACH: usize = 4;

/// What the strengths of one photo's strokes are measured by.
pub(super) struct Judge<'a> {
    energy: &'a Field<1>,
    /// Mean energy over about 10 px around, at a quarter of the size.
    near: Field<1>,
    /// Lightness over a few pixels, at a quarter of the size.
    ground: Field<4>,
    lightness: &'a Field<4>,
    /// Set by the photo's own strong edges: what is faint in a contrasty photo may lead in a hazy one.
    scale: f32,
}

impl<'a> Judge<'a> {
    /// `colours` is the photo smoothed along the flow, lightness first.
    pub fn new(energy: &'a Field<1>, colours: &'a Field<4>) -> Judge<'a> {
        let near = energy.quartered().blurred(2.5);
        let mut sorted: Vec<f32> = energy.data.iter().step_by(7).map(|v| v[0]).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let share = |of: usize| sorted[(sorted.len() - 1) * of / 100];
        Judge {
            energy,
            near,
            ground: colours.quartered().blurred(0.8),
            lightness: colours,
            scale: ln(share(90)) + 2.65 * ln(share(98)),
        }
    }

    /// Log odds; about 1.5 for strokes that a standard page shows.
    pub fn strength(&self, chain: &Chain) -> f32 {
        let length = chain.len() as f32;
        let mut energies = Vec::with_capacity(chain.len());
        let (mut near, mut dark) = (0.0, 0.0);
        for (i, &[x, y]) in chain.iter().enumerate() {
            energies.push(self.energy.sample(x, y)[0]);
            near += quarter(&self.near, x, y)[0];
            let [nx, ny] = across(chain, i);
            let left = quarter(&self.ground, x - nx * BESIDE, y - ny * BESIDE)[0];
            let right = quarter(&self.ground, x + nx * BESIDE, y + ny * BESIDE)[0];
            dark += 0.5 * (left + right) - self.lightness.sample(x, y)[0];
        }
        let mean: f32 = energies.iter().sum::<f32>() / length;
        energies.sort_unstable_by(f32::total_cmp);
        // A stroke is as good as its weak parts.
        let weak = energies[energies.len() / 5];
        // Creases, lashes and contact shadows are dark; mortar and glints are bright.
        let dark = (dark / length / mean.max(1e-4)).clamp(-3.0, 3.0);
        8.84 + 0.75 * ln(length / (length + 60.0))
            + 1.15 * ln(weak)
            + 4.15 * ln(near / length)
            + 1.2 * dark
            - self.scale
    }
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
