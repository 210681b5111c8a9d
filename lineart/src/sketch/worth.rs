//! What every arc is worth: as part of a boundary that closes, as part of a string that may end anywhere, and alone.
//! Strengths are about log odds, 0 on the brink of a standard page.

use super::arcs::Arcs;
use super::evidence::Evidence;
use super::field::Field;
use super::levels::Worth;
use super::look::Look;
use super::merge::{self, Boundary};
use super::strings;

/// Energy of strong pixels in a crisp photo.
const CRISP: f32 = 0.1;

/// How much of a photo's haze is made up for: none would lose hazy photos, all would draw the noise of blank ones.
const HAZE: f32 = 0.7;

/// Room at which a region counts half, px^2, and how much that matters: what is too small to colour goes first.
const HALF_ROOM: f32 = 500.0;
const ROOM: f32 = 2.0;

/// Room above which a region is more than a brick, px^2, and how much every e-fold of it adds.
const SPACIOUS: f32 = 4000.0;
const SPACE: f32 = 0.6;

/// What brings the brink of a standard page to 0: for a boundary, and for a line by itself.
const CLOSED: f32 = -1.7;
const OPEN: f32 = -1.0;

/// Length at which a string counts half, px.
const HALF_LENGTH: f32 = 60.0;

/// The worth of every arc, and the strengths of the mergers of two regions large enough to colour, strongest first.
pub(super) fn worth(
    arcs: &Arcs,
    evidence: &[Evidence],
    areas: &[f32],
    looks: &[Look],
    crispness: f32,
) -> (Vec<Worth>, Vec<f32>) {
    let strings = strings::strings(arcs, evidence);
    let mut pooled = vec![Evidence::default(); strings.count];
    for (own, &string) in evidence.iter().zip(&strings.of) {
        pooled[string as usize].add_unsigned(own);
    }
    let haze = haze(crispness);
    let sides = arcs.arcs.iter().map(|arc| [arc.left, arc.right]);
    let boundaries = sides.zip(evidence).map(|(sides, own)| Boundary::new(sides, *own)).collect();
    let hierarchy = merge::hierarchy(areas, looks, boundaries, |evidence, unlike, room| {
        evidence.strength(haze)
            + unlike
            + CLOSED
            + ROOM * libm::logf(room / (room + HALF_ROOM))
            + SPACE * libm::logf((room / SPACIOUS).max(1.0))
    });
    let worth = |i: usize| {
        let string = &pooled[strings.of[i] as usize];
        Worth {
            length: evidence[i].length,
            closed: hierarchy.strengths[i],
            open: string.strength(haze) + OPEN + libm::logf(string.length / (string.length + HALF_LENGTH)),
            own: evidence[i].strength(haze) + OPEN,
        }
    };
    ((0..evidence.len()).map(worth).collect(), hierarchy.large)
}

/// How much fainter than a crisp photo this one is taken to be, as a natural logarithm.
pub(super) fn haze(crispness: f32) -> f32 {
    HAZE * libm::logf(crispness.max(0.01) / CRISP)
}

/// Energy of this photo's strong pixels: what is faint in a crisp photo may lead in a hazy one.
pub(super) fn crispness(energy: &Field<1>) -> f32 {
    let (mut second, mut fourth) = (0.0f64, 0.0f64);
    for value in &energy.data {
        let square = f64::from(value[0] * value[0]);
        second += square;
        fourth += square * square;
    }
    (fourth / second.max(1e-12)).sqrt() as f32
}
