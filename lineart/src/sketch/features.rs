//! Features inside the regions: eyes, mouths, seams. They are lines of the flow itself, at full size, and stand only
//! where no outline runs.

use super::arcs::Chain;
use super::curve::Outline;
use super::field::Field;
use super::flow::Flow;
use super::levels::LEVELS;
use super::strokes::Line;
use super::witness::Witness;
use super::{join, ridges, smooth, trace};

/// Responses below this are noise in any photo.
const FAINTEST: f32 = 0.006;

/// Ends this far apart may be joined, px.
const GAP: f32 = 8.0;

/// What is shorter is debris at any detail, px.
const SHORTEST: usize = 14;

/// A feature keeps this far from outlines, px: nearer, it would be their double.
pub(super) const CLEAR: usize = 6;

/// Outlines of more detail than this give way to a feature: that is where they turn ragged.
pub(super) const FINEST: u8 = 6;

/// Pages of less detail than this have outlines only: a feature's ends are loose.
const FIRST: u8 = 5;

/// Length at which a feature counts half, px.
const HALF_LENGTH: f32 = 60.0;

/// Brings the brink of a standard page to 0.
const BRINK: f32 = -1.0;

/// Share of the photo below which its outlines hold no subject to speak of, and where they surely do.
const NO_SUBJECT: f32 = 0.085;
const SUBJECT: f32 = 0.1;

/// Bustle of a photo that is hardly covered with texture, and of one that is.
const CALM: f32 = 0.22;
const COVERED: f32 = 0.26;

/// How much less a feature needs where texture hides the subject, and the least that one needs then.
const LENIENCE: f32 = 4.5;
const LEAST: f32 = -4.5;

/// How much longer than others such a one has to be: marks, not hairs.
const LONGER: f32 = 1.5;

/// How much less features need in a photo of which so much is subject, from 0 to 1, and that is so busy. Of fur that
/// fills the picture only eyes and nose close; its marks then make the page. Bricks and grass have few that would do.
pub(super) fn lenience(subject: f32, bustle: f32) -> f32 {
    let lost = ((SUBJECT - subject) / (SUBJECT - NO_SUBJECT)).clamp(0.0, 1.0);
    let covered = ((bustle - CALM) / (COVERED - CALM)).clamp(0.0, 1.0);
    LENIENCE * lost * covered
}

/// All lines that might be features; needs no outlines yet.
pub(super) fn crests(energy: &Field<1>, flow: &Flow) -> Vec<Chain> {
    join::join(trace::chains(&ridges::ridges(energy, flow, FAINTEST)), GAP)
}

/// Features among the crests; `taken` tells where outlines run, `ground` which points lie in the background.
pub(super) fn features(
    crests: &[Chain],
    energy: &Field<1>,
    witness: &Witness,
    haze: f32,
    lenience: f32,
    taken: &[bool],
    ground: impl Fn([f32; 2]) -> bool,
) -> Vec<Line> {
    let mut features = Vec::new();
    for line in crests {
        let free = |p: &[f32; 2]| !taken[p[1] as usize * energy.width + p[0] as usize];
        for part in line.chunk_by(|a, b| free(a) == free(b)) {
            if part.len() < SHORTEST || !free(&part[0]) {
                continue;
            }
            let length = part.len() as f32;
            let strength =
                witness.along(&part.to_vec(), 1.0).strength(haze) + libm::logf(length / (length + HALF_LENGTH)) + BRINK;
            if let Some(level) = (FIRST..LEVELS as u8).find(|&level| is_shown(level, strength, part.len(), lenience)) {
                // From centres of pixels to their corners.
                let chain: Chain = part.iter().map(|p| p.map(|at| at + 0.5)).collect();
                let ground = ground(chain[chain.len() / 2]);
                let firmness = smooth::firmness(energy, &chain);
                features.push(Line { level, ground, points: chain, nodes: Vec::new(), firmness });
            }
        }
    }
    features
}

/// What a line must be to stand on a page of this detail: the less detail, the stronger and longer.
fn is_shown(level: u8, strength: f32, length: usize, lenience: f32) -> bool {
    let missing = 1.0 - f32::from(level) / (LEVELS - 1) as f32;
    let usual = 8.0 * (missing - 0.5);
    let shortest = SHORTEST as f32 + 120.0 * missing * missing * missing;
    let passes = |bar: f32, shortest: f32| strength >= bar && length as f32 >= shortest;
    passes(usual, shortest) || passes((usual - lenience).max(LEAST), LONGER * shortest)
}

/// True within `clear` px of the outlines.
pub(super) fn taken<'a>(
    width: usize,
    height: usize,
    outlines: impl Iterator<Item = (&'a Line, &'a Outline)>,
    clear: usize,
) -> Vec<bool> {
    let mut taken = vec![false; width * height];
    for point in outlines.flat_map(|(_, outline)| &outline.points) {
        let (x, y) = (point.x as usize, point.y as usize);
        for row in y.saturating_sub(clear)..(y + clear + 1).min(height) {
            let from = row * width + x.saturating_sub(clear).min(width);
            let to = row * width + (x + clear + 1).min(width);
            taken[from..to].fill(true);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_make_up_for_a_subject_only_where_texture_hides_it() {
        assert_eq!(lenience(0.05, 0.3), LENIENCE);
        assert_eq!(lenience(0.2, 0.3), 0.0);
        assert_eq!(lenience(0.05, 0.15), 0.0);
    }

    #[test]
    fn a_mark_is_longer_than_a_line_that_needs_no_lenience() {
        assert!(is_shown(5, 0.0, 30, 0.0) && is_shown(5, -4.0, 50, LENIENCE));
        assert!(!is_shown(5, -4.0, 30, LENIENCE) && !is_shown(10, -5.0, 50, LENIENCE));
    }
}
