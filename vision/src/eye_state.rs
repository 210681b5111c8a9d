//! Eyes: whether they are open, and where they look, read from the pixels between the lids.
//!
//! The lids of the mesh stay apart where a person looks down or sleeps. The darkest line then is
//! that of the lashes, at or below the lower lid, under a bright lid; the iris of an open eye makes
//! the middle dark.

use lineart::{Circle, Eye, Face};

use crate::aligned_crop::{AlignedCrop, between, distance};

/// Places from the upper (0) to the lower lid (1), and beyond, at which the lightness is compared.
const PROFILE: [f32; 7] = [-0.25, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25];

/// Place from which on the darkest line is that of lashes.
const MIN_LASHES: f32 = 0.7;

/// How much lighter the lid is than the lashes of a closed eye, relative to the skin.
const MIN_LID_CONTRAST: f32 = 0.2;

/// Height of an eye relative to its width below which it is closed whatever its pixels.
const MIN_OPENING: f32 = 0.13;

/// Radius of the iris relative to the width of the eye: 5.9 of 28 mm.
const IRIS_RADIUS: f32 = 0.21;

/// Largest shift of the iris from the middle, relative to the width of the eye; steps to either
/// side; and what a shift costs, in lightness relative to the skin.
const MAX_GAZE: f32 = 0.2;
const GAZE_STEPS: i32 = 10;
const GAZE_COST: f32 = 0.4;

/// Lightness relative to the skin below which the whole eye is covered. Of eyes some place has 0.5
/// and more.
const MAX_COVERED_LIGHTNESS: f32 = 0.35;

enum State {
    Open,
    /// With lashes at this place between the lids.
    Closed(f32),
    Unclear,
}

/// Sets the irises of a face, in px of the crop. A closed eye has none, and its lower lid is the
/// line of the lashes.
pub(crate) fn read_eyes(crop: &AlignedCrop, face: &mut Face) {
    let skin = crop.skin_lightness(face);
    let states = [0, 1].map(|side| state(crop, &face.eyes[side], skin));
    let gaze = gaze(crop, &face.eyes, skin);
    for (side, eye) in face.eyes.iter_mut().enumerate() {
        let closed_at = match (&states[side], &states[1 - side]) {
            (State::Closed(lashes), _) | (State::Unclear, State::Closed(lashes)) => Some(*lashes),
            _ => None,
        };
        match closed_at {
            Some(lashes) => {
                let line =
                    eye.upper_lid.iter().zip(&eye.lower_lid).map(|(&upper, &lower)| between(upper, lower, lashes));
                eye.lower_lid = line.collect();
            }
            None => eye.iris = Some(iris(eye, if side == 0 { gaze } else { -gaze })),
        }
    }
}

/// Whether both eyes are behind something dark, such as sunglasses: then even the lids are dark.
pub(crate) fn are_covered(crop: &AlignedCrop, face: &Face) -> bool {
    let limit = MAX_COVERED_LIGHTNESS * crop.skin_lightness(face);
    face.eyes.iter().all(|eye| profile(crop, eye).iter().all(|&lightness| lightness < limit))
}

/// Mean lightness across the middle of an eye at each place of [`PROFILE`].
fn profile(crop: &AlignedCrop, eye: &Eye) -> [f32; PROFILE.len()] {
    PROFILE.map(|place| {
        let points = (2..7).map(|i| crop.lightness(between(eye.upper_lid[i], eye.lower_lid[i], place)));
        points.sum::<f32>() / 5.0
    })
}

fn state(crop: &AlignedCrop, eye: &Eye, skin: f32) -> State {
    let (width, height) = size(eye);
    if height < MIN_OPENING * width {
        return State::Closed(1.0);
    }
    let profile = profile(crop, eye);
    let darkest = (0..PROFILE.len()).min_by(|&a, &b| profile[a].total_cmp(&profile[b])).unwrap_or(0);
    let lid = 0.5 * (profile[1] + profile[2]);
    if PROFILE[darkest] < MIN_LASHES {
        State::Open
    } else if lid - profile[darkest] > MIN_LID_CONTRAST * skin {
        State::Closed(PROFILE[darkest])
    } else {
        State::Unclear
    }
}

/// Distance of the corners, and of the middles of the lids.
fn size(eye: &Eye) -> (f32, f32) {
    let last = eye.upper_lid.len() - 1;
    (distance(eye.upper_lid[0], eye.upper_lid[last]), distance(eye.upper_lid[last / 2], eye.lower_lid[last / 2]))
}

/// The shift of both irises that makes them darkest, relative to the width of the eye: positive if
/// the right one moves to the nose. Both look in the same direction.
fn gaze(crop: &AlignedCrop, eyes: &[Eye; 2], skin: f32) -> f32 {
    let cost = |step: i32| {
        let gaze = step as f32 * MAX_GAZE / GAZE_STEPS as f32;
        let lightness = crop.disc_lightness(iris(&eyes[0], gaze)) + crop.disc_lightness(iris(&eyes[1], -gaze));
        lightness / skin.max(0.05) + GAZE_COST * gaze.abs()
    };
    let best = (-GAZE_STEPS..=GAZE_STEPS).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
    best as f32 * MAX_GAZE / GAZE_STEPS as f32
}

/// The iris between the lids, shifted from the middle to the nose.
fn iris(eye: &Eye, shift: f32) -> Circle {
    let last = eye.upper_lid.len() - 1;
    let place = (0.5 + shift) * last as f32;
    let (first, fraction) = (place as usize, place - (place as usize) as f32);
    let on = |lid: &[[f32; 2]]| between(lid[first], lid[(first + 1).min(last)], fraction);
    let centre = between(on(&eye.upper_lid), on(&eye.lower_lid), 0.5);
    Circle { centre, radius: IRIS_RADIUS * size(eye).0 }
}
