//! Strength thresholds for each level of detail, adapted to the photo.

/// Levels of detail: a detail of 0 to 1 in tenths.
pub(super) const LEVEL_COUNT: usize = 11;

/// What a line needs in order to be shown at a level.
#[derive(Clone, Copy)]
pub(super) struct LevelThresholds {
    /// Lowest strength of a closed boundary.
    pub closed: f32,
    /// Lowest strength of an open contour.
    pub open: f32,
    /// Smallest white area inside a region, px^2.
    pub min_region_area: f32,
    /// Half the width of a printed line, px, by which the white area is reduced along the
    /// perimeter.
    pub half_line: f32,
}

/// Decrease of the threshold as detail goes from 0 to 1.
const DETAIL_SLOPE: f32 = 8.0;

/// How much stronger an open contour has to be than a closed boundary.
const OPEN_MARGIN: f32 = 0.7;

/// How far the threshold of a photo with few strong outlines may be lowered: by the maximum where
/// most of the photo is plain, by the minimum where texture covers it.
const MAX_LENIENCY: f32 = 2.5;
const MIN_LENIENCY: f32 = 1.2;

/// Texture density up to which the leniency is the maximum, and its decrease for each unit above.
const PLAIN_TEXTURE_DENSITY: f32 = 0.2;
const LENIENCY_SLOPE: f32 = 15.0;

/// How far the threshold of a rich photo may be lowered, but not below the strength of texture in
/// most photos.
const RICH_LENIENCY: f32 = 4.0;
const TEXTURE_STRENGTH: f32 = -4.0;

/// A photo is rich, whatever its texture, if the merger of large regions with this index is at
/// least this strong, and not rich at all below the second strength. A few objects on grass or
/// brick have fewer such mergers.
const RICH_MERGE_INDEX: usize = 44;
const RICH_STRENGTH: f32 = -3.7;
const NOT_RICH_STRENGTH: f32 = -4.3;

/// How far the threshold of a crowded photo may be raised.
const MAX_STRICTNESS: f32 = 2.0;

/// How far thresholds may be lowered for a photo of this texture density, 1.2 to 2.5.
pub(super) fn leniency(texture_density: f32) -> f32 {
    (MAX_LENIENCY - LENIENCY_SLOPE * (texture_density - PLAIN_TEXTURE_DENSITY)).clamp(MIN_LENIENCY, MAX_LENIENCY)
}

/// The thresholds of each level, from 4 to -4 before they are adapted. They are lowered for photos
/// whose outlines are all faint and raised for crowded ones, until the number of areas is about
/// what the detail promises. `large_merge_strengths` are the strengths between large regions,
/// strongest first.
pub(super) fn level_thresholds(large_merge_strengths: &[f32], leniency: f32) -> [LevelThresholds; LEVEL_COUNT] {
    let strength_at = |merge: usize| large_merge_strengths.get(merge).copied().unwrap_or(f32::MIN);
    let richness = (strength_at(RICH_MERGE_INDEX) - NOT_RICH_STRENGTH) / (RICH_STRENGTH - NOT_RICH_STRENGTH);
    let richness = richness.clamp(0.0, 1.0);
    let mut previous = f32::INFINITY;
    std::array::from_fn(|level| {
        let detail = level as f32 / (LEVEL_COUNT - 1) as f32;
        let rest = 1.0 - detail;
        let base = DETAIL_SLOPE * (0.5 - detail);
        // Little detail needs few areas, and these may be faint ones.
        let low_detail_leniency = 0.6 * base.max(0.0);
        let (min_areas, max_areas) = (7.0 + 150.0 * detail * detail, 14.0 + 460.0 * detail * detail);
        let lowest = base - low_detail_leniency - leniency;
        let lowest_if_rich = (base - low_detail_leniency - RICH_LENIENCY).max(TEXTURE_STRENGTH).min(lowest);
        let lowest = lowest + (lowest_if_rich - lowest) * richness;
        let lowered = base.min(strength_at(min_areas as usize).max(lowest));
        let raised = lowered.max(strength_at(max_areas as usize).min(base + MAX_STRICTNESS));
        let closed = raised.min(previous);
        previous = closed;
        LevelThresholds {
            closed,
            open: closed + OPEN_MARGIN + 2.0 * (0.5 - detail).max(0.0),
            min_region_area: 60.0 + 400.0 * rest * rest,
            half_line: 2.8 - 2.0 * detail,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard_threshold(large_merge_strengths: &[f32], leniency: f32) -> f32 {
        level_thresholds(large_merge_strengths, leniency)[5].closed
    }

    #[test]
    fn thresholds_never_rise_with_detail() {
        for (strengths, leniency) in [(vec![], 0.0), (vec![5.0; 300], 2.5), (vec![-9.0, -9.5], 2.0)] {
            let levels = level_thresholds(&strengths, leniency);
            assert!(levels.windows(2).all(|pair| pair[1].closed <= pair[0].closed && pair[1].open <= pair[0].open));
        }
    }

    #[test]
    fn rich_photo_is_not_limited_by_the_leniency() {
        assert_eq!(standard_threshold(&[-2.0; 60], MIN_LENIENCY), -2.0);
        assert_eq!(standard_threshold(&[-2.0; 30], MIN_LENIENCY), -MIN_LENIENCY);
    }

    #[test]
    fn threshold_is_lowered_for_faint_outlines() {
        assert!(standard_threshold(&[-1.0; 100], 2.0) < standard_threshold(&[0.5; 60], 2.0));
    }

    #[test]
    fn threshold_is_raised_for_crowded_photos() {
        assert!(standard_threshold(&[9.0; 400], 2.0) > standard_threshold(&[0.5; 60], 2.0));
    }
}
