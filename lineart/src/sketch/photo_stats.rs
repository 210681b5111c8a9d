//! Statistics of a whole photo from its local energy: sharpness and texture density.

use super::field::Field;

/// Sharpness of a photo in focus.
const IN_FOCUS_SHARPNESS: f32 = 0.1;

/// Share of a photo's blur that is compensated: 0 would lose the lines of blurred photos, 1 would
/// draw the noise of blank ones.
const BLUR_COMPENSATION: f32 = 0.7;

/// Energy of the strongest pixels, 0 to about 0.5: the square root of the fourth moment over the
/// second, which weighs pixels by their energy.
pub(super) fn sharpness(energy: &Field<1>) -> f32 {
    let (mut second, mut fourth) = (0.0f64, 0.0f64);
    for value in &energy.data {
        let square = f64::from(value[0] * value[0]);
        second += square;
        fourth += square * square;
    }
    (fourth / second.max(1e-12)).sqrt() as f32
}

/// Offset that is subtracted from the strength of boundaries: 0.7 times the natural logarithm of
/// the sharpness relative to a photo in focus. It is negative for blurred photos, whose main
/// outlines are as faint as minor ones elsewhere.
pub(super) fn sharpness_offset(sharpness: f32) -> f32 {
    BLUR_COMPENSATION * libm::logf(sharpness.max(0.01) / IN_FOCUS_SHARPNESS)
}

/// Mean energy relative to the sharpness: about 0.15 for a plain photo, 0.3 and more where fur,
/// grass or brick cover it.
pub(super) fn texture_density(energy: &Field<1>, sharpness: f32) -> f32 {
    let mean = energy.data.iter().map(|value| value[0]).sum::<f32>() / energy.data.len() as f32;
    mean / sharpness.max(1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Energy `strong` in one column out of `period`, 0 elsewhere.
    fn stripes(strong: f32, period: usize) -> Field<1> {
        let mut energy = Field::<1>::new(40, 40);
        for (at, value) in energy.data.iter_mut().enumerate() {
            value[0] = if at % 40 % period == 0 { strong } else { 0.0 };
        }
        energy
    }

    #[test]
    fn sharpness_is_the_energy_of_strong_pixels() {
        for period in [2, 10] {
            assert!((sharpness(&stripes(0.2, period)) - 0.2).abs() < 1e-5);
        }
    }

    #[test]
    fn blurred_photos_have_a_negative_offset() {
        assert!(sharpness_offset(0.05) < 0.0 && sharpness_offset(0.2) > 0.0);
        assert_eq!(sharpness_offset(0.1), 0.0);
    }

    #[test]
    fn texture_density_does_not_depend_on_contrast() {
        let density = |strong: f32, period: usize| {
            let energy = stripes(strong, period);
            texture_density(&energy, sharpness(&energy))
        };
        assert!((density(0.3, 2) - density(0.1, 2)).abs() < 1e-5);
        assert!(density(0.1, 2) > 4.0 * density(0.1, 10));
    }
}
