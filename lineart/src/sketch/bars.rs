//! What each level of detail asks of a line, on this photo.

use super::field::Field;
use super::levels::{Bar, LEVELS};

/// How fast the strength asked for falls as detail goes from 0 to 1.
const SLOPE: f32 = 8.0;

/// How much more a line that may end anywhere needs than a boundary that closes.
const OPEN: f32 = 0.7;

/// How far below the usual strength a photo with little to colour may go: as far as this where most of it is calm,
/// hardly where texture covers it.
const MOST_EASE: f32 = 2.5;
const LEAST_EASE: f32 = 1.2;

/// How far below the usual strength a rich photo may go, but not below what is texture in most photos.
const RICHES: f32 = 4.0;
const TEXTURE: f32 = -4.0;

/// A photo is rich, whatever covers it, where one of so many partings of large regions still has this strength; and not
/// at all where it has that much less. A few things on grass or brick have fewer.
const RICH_PARTINGS: usize = 44;
const RICH: f32 = -3.7;
const NOT_RICH: f32 = -4.3;

/// How far above the usual strength a crowded photo may go.
const STRICTNESS: f32 = 2.0;

/// The ease of a photo of this [`bustle`].
pub(super) fn ease(bustle: f32) -> f32 {
    (MOST_EASE - 15.0 * (bustle - 0.2)).clamp(LEAST_EASE, MOST_EASE)
}

/// How much of the photo is lines: a calm one has some on plain ground, about 0.15; fur, grass and brick reach 0.3 and more.
pub(super) fn bustle(energy: &Field<1>, crispness: f32) -> f32 {
    let mean = energy.data.iter().map(|value| value[0]).sum::<f32>() / energy.data.len() as f32;
    mean / crispness.max(1e-6)
}

/// The bar of each level. A photo whose outlines are all faint is asked for less and a crowded one for more, until there
/// is about as much to colour as the detail promises. `large` are the strengths that part large regions, strongest
/// first.
pub(super) fn bars(large: &[f32], ease: f32) -> [Bar; LEVELS] {
    let parting = |regions: usize| large.get(regions).copied().unwrap_or(f32::MIN);
    let richness = ((parting(RICH_PARTINGS) - NOT_RICH) / (RICH - NOT_RICH)).clamp(0.0, 1.0);
    let mut last = f32::INFINITY;
    std::array::from_fn(|level| {
        let detail = level as f32 / (LEVELS - 1) as f32;
        let rest = 1.0 - detail;
        let usual = SLOPE * (0.5 - detail);
        // Few areas are asked for at little detail, so there they may be faint ones.
        let fainter = 0.6 * usual.max(0.0);
        let (few, many) = (7.0 + 150.0 * detail * detail, 14.0 + 460.0 * detail * detail);
        let poor = usual - fainter - ease;
        let rich = (usual - fainter - RICHES).max(TEXTURE).min(poor);
        let lenient = usual.min(parting(few as usize).max(poor + (rich - poor) * richness));
        let closed = lenient.max(parting(many as usize).min(usual + STRICTNESS)).min(last);
        last = closed;
        Bar {
            closed,
            open: closed + OPEN + 2.0 * (0.5 - detail).max(0.0),
            face: 60.0 + 400.0 * rest * rest,
            half_line: 2.8 - 2.0 * detail,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_detail_never_asks_for_more() {
        for (large, ease) in [(vec![], 0.0), (vec![5.0; 300], 2.5), (vec![-9.0, -9.5], 2.0)] {
            let bars = bars(&large, ease);
            assert!(bars.windows(2).all(|pair| pair[1].closed <= pair[0].closed && pair[1].open <= pair[0].open));
        }
    }

    #[test]
    fn a_rich_photo_is_drawn_richly_whatever_covers_it() {
        let standard = |large: &[f32]| bars(large, LEAST_EASE)[5].closed;
        assert_eq!(standard(&[-2.0; 60]), -2.0);
        assert_eq!(standard(&[-2.0; 30]), -LEAST_EASE);
    }

    #[test]
    fn faint_photos_are_asked_for_less_and_crowded_ones_for_more() {
        let standard = |large: &[f32]| bars(large, 2.0)[5].closed;
        assert!(standard(&[-1.0; 100]) < standard(&[0.5; 60]));
        assert!(standard(&[9.0; 400]) > standard(&[0.5; 60]));
    }
}
