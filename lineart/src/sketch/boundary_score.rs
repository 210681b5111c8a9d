//! Boundary score: additive sums along a boundary from which its strength, about log odds, is
//! computed.
//!
//! The sums of two boundaries can be added, so that a long boundary is scored as a whole.

/// Weight of chromatic differences relative to lightness, which texture and shadows change more.
const CHROMA_WEIGHT: f32 = 1.6;

/// Weight of the classifier's log odds in the strength. The rest is a logistic score of cues that
/// only the whole boundary shows, such as contrast that keeps its sign.
const CLASSIFIER_WEIGHT: f32 = 0.6;

/// Coefficients of the logistic score of the whole: of the logarithms of energy and amplitude, and
/// the intercept.
const ENERGY_WEIGHT: f32 = 1.5;
const AMPLITUDE_WEIGHT: f32 = 3.2;
const INTERCEPT: f32 = 13.8;

/// Weight of the contrast between the sides in the amplitude, relative to the darkness of the line
/// itself.
const CONTRAST_WEIGHT: f32 = 0.4;

/// Strength that a boundary gains if the person mask is 1 on one side and 0 on the other.
const MASK_WEIGHT: f32 = 6.0;

/// Lowest energy and offset of the amplitude; both keep logarithms finite.
const MIN_ENERGY: f32 = 1e-4;
const AMPLITUDE_OFFSET: f32 = 0.01;

/// Sums over the length of a boundary, each the mean times the length in px. Differences are left
/// minus right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BoundaryScore {
    /// px.
    pub length: f32,
    /// Log odds from the classifier.
    pub log_odds: f32,
    /// Square root of the local energy.
    pub root_energy: f32,
    /// How much darker the line is than its sides, in lightness.
    pub darkness: f32,
    /// Colour difference between the sides, 14 px and 26 px away.
    pub mid_contrast: [f32; 3],
    pub far_contrast: [f32; 3],
    /// Difference of the person mask between the sides; 0 without a mask.
    pub mask_difference: f32,
}

impl BoundaryScore {
    /// Power mean of the energy with exponent one half, which weak parts lower more than the
    /// arithmetic mean.
    pub fn mean_energy(&self) -> f32 {
        let root = self.root_energy / self.length;
        root * root
    }

    /// About the log odds that this is an outline, -10 to 5; 0 is the threshold of the standard
    /// preset. `sharpness_offset` is that of the photo: negative for blurred photos, which raises
    /// the strength.
    pub fn strength(&self, sharpness_offset: f32) -> f32 {
        let contrast = 0.5 * (colour_norm(self.mid_contrast) + colour_norm(self.far_contrast)) / self.length;
        // Creases, lashes and contact shadows are dark; mortar and highlights are bright and add
        // nothing.
        let amplitude = AMPLITUDE_OFFSET + (self.darkness / self.length).max(0.0) + CONTRAST_WEIGHT * contrast;
        let whole = ENERGY_WEIGHT * libm::logf(self.mean_energy().max(MIN_ENERGY))
            + AMPLITUDE_WEIGHT * libm::logf(amplitude)
            + INTERCEPT
            - sharpness_offset;
        CLASSIFIER_WEIGHT * self.log_odds / self.length
            + (1.0 - CLASSIFIER_WEIGHT) * whole
            + MASK_WEIGHT * self.mask_difference.abs() / self.length
    }

    /// The score of the same boundary with left and right exchanged.
    pub fn with_sides_swapped(mut self) -> BoundaryScore {
        self.mid_contrast = self.mid_contrast.map(|c| -c);
        self.far_contrast = self.far_contrast.map(|c| -c);
        self.mask_difference = -self.mask_difference;
        self
    }

    /// Adds a boundary of unknown orientation: its contrast counts by magnitude.
    pub fn add_unoriented(&mut self, other: &BoundaryScore) {
        let mut other = *other;
        other.mid_contrast = [colour_norm(other.mid_contrast), 0.0, 0.0];
        other.far_contrast = [colour_norm(other.far_contrast), 0.0, 0.0];
        other.mask_difference = other.mask_difference.abs();
        self.add(&other);
    }

    /// Adds a boundary with the same orientation.
    pub fn add(&mut self, other: &BoundaryScore) {
        self.length += other.length;
        self.log_odds += other.log_odds;
        self.root_energy += other.root_energy;
        self.darkness += other.darkness;
        self.mask_difference += other.mask_difference;
        for i in 0..3 {
            self.mid_contrast[i] += other.mid_contrast[i];
            self.far_contrast[i] += other.far_contrast[i];
        }
    }
}

/// Weighted length of a difference of lightness, red-green and yellow-blue.
pub(super) fn colour_norm([l, a, b]: [f32; 3]) -> f32 {
    (l * l + CHROMA_WEIGHT * CHROMA_WEIGHT * (a * a + b * b)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(lightness: f32) -> BoundaryScore {
        let contrast = [10.0 * lightness, 0.0, 0.0];
        BoundaryScore { length: 10.0, mid_contrast: contrast, far_contrast: contrast, ..BoundaryScore::default() }
    }

    #[test]
    fn contrast_that_changes_sign_cancels() {
        let (mut steady, mut alternating) = (contrast(0.3), contrast(0.3));
        steady.add(&contrast(0.3));
        alternating.add(&contrast(0.3).with_sides_swapped());
        assert!(steady.strength(0.0) > alternating.strength(0.0) + 1.0);
    }

    #[test]
    fn unoriented_contrast_does_not_cancel() {
        let (mut a, mut b) = (BoundaryScore::default(), BoundaryScore::default());
        for sign in [1.0, -1.0] {
            a.add_unoriented(&contrast(0.3));
            b.add_unoriented(&contrast(0.3 * sign));
        }
        assert_eq!(a.strength(0.0), b.strength(0.0));
    }
}
