//! What speaks for a line between two basins: the energy on it, the contrast of what lies farther to either side,
//! and how much darker than both it is.

use super::arcs::Chain;
use super::field::Field;

/// Points on either side that tell which way is across a line.
const REACH: usize = 4;

/// Distances to either side, px, at which the near and the wide ground are compared.
const NEAR: f32 = 7.0;
const MIDDLE: f32 = 14.0;
const WIDE: f32 = 26.0;

/// Colour counts for more than light, which texture and shadow change.
const COLOUR: f32 = 1.6;

/// Share of the energy beside a line that does not count as its own: slopes of stronger lines are no lines.
const FOOT: f32 = 0.4;

/// Points at either end of a line that do not count: there it shines with the light of the lines it meets.
const SKIPPED: usize = 4;

/// Weights of a logistic score, 0 on the brink of a standard page. Found by regression on arcs of drawings with known
/// outlines, then leaned towards real photos, whose outlines are rather edges than dark creases.
const ENERGY: f32 = 1.5;
const AMPLITUDE: f32 = 3.2;
const CONTRAST: f32 = 0.4;
const BRINK: f32 = 13.8;

/// Sums along a line, so that lines can be pooled by addition. Differences are left minus right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    pub length: f32,
    root_energy: f32,
    dark: f32,
    middle: [f32; 3],
    wide: [f32; 3],
}

impl Evidence {
    /// The power mean with exponent one half: a line is as good as its weak parts.
    pub fn energy(&self) -> f32 {
        let root = self.root_energy / self.length;
        root * root
    }

    /// How much darker the line is than both sides; creases, lashes and contact shadows are dark, mortar and glints bright.
    pub fn dark(&self) -> f32 {
        self.dark / self.length
    }

    pub fn middle(&self) -> f32 {
        norm(self.middle) / self.length
    }

    pub fn wide(&self) -> f32 {
        norm(self.wide) / self.length
    }

    /// About the log odds that this is a line one wants: its energy, and how much it is darker than both sides or
    /// parts two grounds that differ.
    pub fn strength(&self) -> f32 {
        let contrast = 0.5 * (self.middle() + self.wide());
        let amplitude = 0.01 + self.dark().max(0.0) + CONTRAST * contrast;
        ENERGY * libm::logf(self.energy().max(1e-4)) + AMPLITUDE * libm::logf(amplitude) + BRINK
    }

    pub fn reversed(mut self) -> Evidence {
        self.middle = self.middle.map(|c| -c);
        self.wide = self.wide.map(|c| -c);
        self
    }

    pub fn add_unsigned(&mut self, other: &Evidence) {
        let mut other = *other;
        other.middle = [norm(other.middle), 0.0, 0.0];
        other.wide = [norm(other.wide), 0.0, 0.0];
        self.add(&other);
    }

    pub fn add(&mut self, other: &Evidence) {
        self.length += other.length;
        self.root_energy += other.root_energy;
        self.dark += other.dark;
        for i in 0..3 {
            self.middle[i] += other.middle[i];
            self.wide[i] += other.wide[i];
        }
    }
}

fn norm([l, a, b]: [f32; 3]) -> f32 {
    (l * l + COLOUR * COLOUR * (a * a + b * b)).sqrt()
}

/// The fields evidence is read from.
pub(super) struct Witness<'a> {
    energy: &'a Field<1>,
    colours: &'a Field<4>,
    /// The photo at a quarter of its size, blurred by 3 px and by 7 px.
    near: Field<4>,
    middle: Field<4>,
    /// At an eighth of its size, blurred by 14 px.
    wide: Field<4>,
}

impl<'a> Witness<'a> {
    pub fn new(energy: &'a Field<1>, colours: &'a Field<4>) -> Witness<'a> {
        let quarter = colours.reduced(4);
        Witness {
            energy,
            colours,
            near: quarter.blurred(0.8),
            middle: quarter.blurred(1.8),
            wide: quarter.reduced(2).blurred(1.8),
        }
    }

    /// Evidence along `points`, `scale` px apart.
    pub fn along(&self, points: &Chain, scale: f32) -> Evidence {
        let mut sum = Evidence::default();
        let skip = SKIPPED.min((points.len() - 1) / 2);
        let scale = scale * (points.len() - 1) as f32 / (points.len() - 2 * skip) as f32;
        for i in skip..points.len() - skip {
            let [x, y] = points[i];
            let [nx, ny] = across(points, i);
            let at = |field: &Field<4>, size: f32, aside: f32| {
                let rest = (size - 1.0) * 0.5;
                field.sample((x + nx * aside - rest) / size, (y + ny * aside - rest) / size)
            };
            let crest = [-1.5, 0.0, 1.5].map(|aside| self.energy.sample(x + nx * aside, y + ny * aside)[0]);
            let foot = [-6.0, 6.0].map(|aside| self.energy.sample(x + nx * aside, y + ny * aside)[0]);
            let rise = crest[0].max(crest[1]).max(crest[2]) - FOOT * (foot[0] + foot[1]);
            sum.root_energy += rise.max(1e-4).sqrt() * scale;
            let (left, right) = (at(&self.near, 4.0, NEAR), at(&self.near, 4.0, -NEAR));
            sum.dark +=
                (left[0].min(right[0]) * 0.5 + (left[0] + right[0]) * 0.25 - self.colours.sample(x, y)[0]) * scale;
            let (left, right) = (at(&self.middle, 4.0, MIDDLE), at(&self.middle, 4.0, -MIDDLE));
            let (far_left, far_right) = (at(&self.wide, 8.0, WIDE), at(&self.wide, 8.0, -WIDE));
            for c in 0..3 {
                sum.middle[c] += (left[c] - right[c]) * scale;
                sum.wide[c] += (far_left[c] - far_right[c]) * scale;
            }
            sum.length += scale;
        }
        sum
    }
}

/// Unit vector to the left of the chain's way at point `i`.
fn across(chain: &Chain, i: usize) -> [f32; 2] {
    let from = chain[i.saturating_sub(REACH)];
    let to = chain[(i + REACH).min(chain.len() - 1)];
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    [dy / length, -dx / length]
}

#[cfg(test)]
mod tests {
    use super::super::{flow, lines};
    use super::*;

    /// Strength of an upright line at x = 64 in a picture.
    fn strength(of: impl Fn(usize) -> f32) -> f32 {
        let mut colours = Field::<4>::new(128, 128);
        for (at, colour) in colours.data.iter_mut().enumerate() {
            colour[0] = of(at % 128);
        }
        let energy = lines::energy(&colours, &flow::flow(&colours));
        let line = (30..90).map(|y| [63.5, y as f32]).collect();
        Witness::new(&energy, &colours).along(&line, 1.0).strength()
    }

    #[test]
    fn dark_lines_and_edges_outweigh_bright_lines_and_stripes() {
        let crease = strength(|x| if x.abs_diff(64) < 2 { 0.2 } else { 0.5 });
        let glint = strength(|x| if x.abs_diff(64) < 2 { 0.8 } else { 0.5 });
        let edge = strength(|x| if x < 64 { 0.3 } else { 0.6 });
        let stripes = strength(|x| if x / 8 % 2 == 0 { 0.3 } else { 0.6 });
        assert!(crease > glint + 2.0 && edge > stripes + 2.0, "{crease} {glint} {edge} {stripes}");
    }
}
