//! What speaks for a line between two grounds, as sums that pool by addition: the odds of its parts, its energy, the
//! contrast of what lies farther to either side, and how much darker than both it is.

/// Colour counts for more than light, which texture and shadow change.
const COLOUR: f32 = 1.6;

/// Share of the odds of the parts in the strength of the whole; the rest is what only the whole shows: contrast that
/// keeps its sign along all of it.
const ODDS: f32 = 0.6;

/// Weights of what the whole shows, a logistic score.
const ENERGY: f32 = 1.5;
const AMPLITUDE: f32 = 3.2;
const CONTRAST: f32 = 0.4;
const BRINK: f32 = 13.8;

/// Sums along a line. Differences are left minus right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// px.
    pub length: f32,
    /// Log odds that it is to be drawn, as its parts look.
    pub odds: f32,
    pub root_energy: f32,
    pub dark: f32,
    pub middle: [f32; 3],
    pub wide: [f32; 3],
}

impl Evidence {
    /// The power mean with exponent one half: a line is as good as its weak parts.
    pub fn energy(&self) -> f32 {
        let root = self.root_energy / self.length;
        root * root
    }

    /// About the log odds that this is a line one wants, 0 on the brink of a standard page. `haze` is the natural
    /// logarithm of how much fainter the photo is than a crisp one.
    pub fn strength(&self, haze: f32) -> f32 {
        let contrast = 0.5 * (norm(self.middle) + norm(self.wide)) / self.length;
        // Creases, lashes and contact shadows are dark, mortar and glints bright.
        let amplitude = 0.01 + (self.dark / self.length).max(0.0) + CONTRAST * contrast;
        let whole = ENERGY * libm::logf(self.energy().max(1e-4)) + AMPLITUDE * libm::logf(amplitude) + BRINK - haze;
        ODDS * self.odds / self.length + (1.0 - ODDS) * whole
    }

    pub fn reversed(mut self) -> Evidence {
        self.middle = self.middle.map(|c| -c);
        self.wide = self.wide.map(|c| -c);
        self
    }

    /// Adds a part of which it is not known which way round it lies.
    pub fn add_unsigned(&mut self, other: &Evidence) {
        let mut other = *other;
        other.middle = [norm(other.middle), 0.0, 0.0];
        other.wide = [norm(other.wide), 0.0, 0.0];
        self.add(&other);
    }

    pub fn add(&mut self, other: &Evidence) {
        self.length += other.length;
        self.odds += other.odds;
        self.root_energy += other.root_energy;
        self.dark += other.dark;
        for i in 0..3 {
            self.middle[i] += other.middle[i];
            self.wide[i] += other.wide[i];
        }
    }
}

/// Length of a difference of lightness, red-green and yellow-blue.
pub(super) fn norm([l, a, b]: [f32; 3]) -> f32 {
    (l * l + COLOUR * COLOUR * (a * a + b * b)).sqrt()
}
