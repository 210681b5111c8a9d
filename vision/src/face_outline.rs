//! Outline of a face: where the skin ends, on rays from the centre, found by dynamic programming
//! (an active contour in polar coordinates; Amini, Weymouth, Jain 1990).
//!
//! The oval of the mesh is a prior: exact at the jaw, hardly more than a guess at the hairline.

use lineart::Face;

use crate::aligned_crop::{AlignedCrop, between, distance};

/// Rays between two points of the oval.
const RAYS_PER_POINT: usize = 2;

/// Places on a ray, as shares of the way from the centre to the oval: the first, the step and their
/// number.
const FIRST_PLACE: f32 = 0.72;
const PLACE_STEP: f32 = 0.02;
const PLACE_COUNT: usize = 46;

/// Distances from an edge on either side at which colours are compared, in steps.
const SIDE_STEPS: [f32; 2] = [2.0, 5.0];

/// Colour difference below which an edge is shading, and largest gain of an edge, relative to the
/// brightness of the skin.
const MIN_CONTRAST: f32 = 0.04;
const MAX_GAIN: f32 = 0.25;

/// Difference from the skin up to which a place is skin, and the gain of each unit of length
/// inside.
const MAX_UNLIKENESS: f32 = 0.2;
const REGION_WEIGHT: f32 = 3.0;

/// Distance that the outline keeps from features, as a share of the extent of the face, and the
/// gain of a place that is nearer.
const FEATURE_CLEARANCE: f32 = 0.07;
const BLOCKED_GAIN: f32 = -10.0;

/// Cost of a step from one ray to the next, and of the squared distance from the oval, at the jaw
/// and on the forehead.
const STEP_COST: f32 = 0.02;
const JAW_COST: f32 = 10.0;
const FOREHEAD_COST: f32 = 0.3;

/// Share of the oval, from the top, that the hairline reaches on either side.
const HAIRLINE_SHARE: f32 = 0.22;

/// Lowest mean gain of a hairline that is visible.
const MIN_HAIRLINE_GAIN: f32 = 0.06;

/// Moves the oval of a face, in px of the crop, to the edges of the skin, and sets its hairline
/// where one is visible.
pub(crate) fn fit_outline(crop: &AlignedCrop, face: &mut Face) {
    let centre = face.nose.bridge[face.nose.bridge.len() / 2];
    let skin = crop.skin_colour(face);
    let points = face.oval.len();
    let rays: Vec<[f32; 2]> = (0..points * RAYS_PER_POINT)
        .map(|ray| {
            let (first, share) = (ray / RAYS_PER_POINT, (ray % RAYS_PER_POINT) as f32 / RAYS_PER_POINT as f32);
            between(face.oval[first], face.oval[(first + 1) % points], share)
        })
        .collect();
    let features: Vec<[f32; 2]> = inner_features(face).collect();
    let clearance = FEATURE_CLEARANCE * face.extent();
    let gains: Vec<[f32; PLACE_COUNT]> = rays
        .iter()
        .map(|&end| {
            let min_place = place_beyond(&features, centre, end, clearance);
            let gains = edge_gains(crop, centre, end, skin);
            std::array::from_fn(|index| if place(index) < min_place { BLOCKED_GAIN } else { gains[index] })
        })
        .collect();
    // The oval starts at the top; the chin is half way round, and there the oval is most exact.
    let chin = rays.len() / 2;
    let order: Vec<usize> = (0..=rays.len()).map(|i| (chin + i) % rays.len()).collect();
    let foreheadness: Vec<f32> = (0..rays.len()).map(|ray| foreheadness(ray, rays.len())).collect();
    let places = best_places(&gains, &order, &foreheadness);
    let outline = smoothed(&places).into_iter().zip(&rays).map(|(place, &ray)| between(centre, ray, place));
    let outline: Vec<[f32; 2]> = outline.collect();
    let reach = (HAIRLINE_SHARE * rays.len() as f32) as usize;
    let hairline = (0..=2 * reach).map(|i| (rays.len() - reach + i) % rays.len());
    let gain: f32 = hairline.map(|ray| gains[ray][places[ray]]).sum();
    face.has_hairline = gain >= MIN_HAIRLINE_GAIN * (2 * reach + 1) as f32;
    face.oval = outline.into_iter().step_by(RAYS_PER_POINT).collect();
}

/// Points of brows, eyes and mouth, which the outline encloses.
fn inner_features(face: &Face) -> impl Iterator<Item = [f32; 2]> {
    let brows = face.brows.iter().flat_map(|brow| brow.upper_edge.clone());
    let corners = face.eyes.iter().map(|eye| eye.upper_lid[0]);
    brows.chain(corners).chain(face.mouth.lower_outline.clone())
}

/// The place on a ray that is `clearance` beyond all points beside it; at most the oval.
fn place_beyond(points: &[[f32; 2]], centre: [f32; 2], end: [f32; 2], clearance: f32) -> f32 {
    let length = distance(centre, end).max(1.0);
    let direction = [0, 1].map(|axis| (end[axis] - centre[axis]) / length);
    let beyond = points.iter().filter_map(|point| {
        let [x, y] = [0, 1].map(|axis| point[axis] - centre[axis]);
        let (along, beside) = (x * direction[0] + y * direction[1], x * direction[1] - y * direction[0]);
        (beside.abs() < clearance).then_some((along + clearance) / length)
    });
    beyond.fold(0.0, f32::max).min(1.0)
}

/// 0 at the jaw to 1 at the top.
fn foreheadness(ray: usize, rays: usize) -> f32 {
    let from_top = ray.min(rays - ray) as f32 / rays as f32;
    ((0.3 - from_top) / 0.15).clamp(0.0, 1.0)
}

/// Shares of the way to the oval, averaged over five rays with binomial weights.
fn smoothed(places: &[usize]) -> Vec<f32> {
    let count = places.len();
    let mean = |ray: usize| {
        let weighted = [1.0, 4.0, 6.0, 4.0, 1.0].iter().enumerate();
        weighted.map(|(i, weight)| weight / 16.0 * place(places[(ray + count + i - 2) % count])).sum()
    };
    (0..count).map(mean).collect()
}

fn place(index: usize) -> f32 {
    FIRST_PLACE + PLACE_STEP * index as f32
}

/// For each place on a ray how much nearer the colour inside is to that of the skin.
fn edge_gains(crop: &AlignedCrop, centre: [f32; 2], end: [f32; 2], skin: [f32; 3]) -> [f32; PLACE_COUNT] {
    let brightness = (skin[0] + skin[1] + skin[2]).max(0.1);
    let unlikeness = |place: f32| {
        let colour = crop.colour(between(centre, end, place));
        let squares = [0, 1, 2].map(|channel| (colour[channel] - skin[channel]) * (colour[channel] - skin[channel]));
        1.5 * (squares[0] + squares[1] + squares[2]).sqrt() / brightness
    };
    let mut inside = 0.0;
    std::array::from_fn(|index| {
        inside += (MAX_UNLIKENESS - unlikeness(place(index))).max(-MAX_UNLIKENESS) * PLACE_STEP;
        let side = |sign: f32| {
            SIDE_STEPS.map(|steps| unlikeness(place(index) + sign * steps * PLACE_STEP)).iter().sum::<f32>()
        };
        let edge = (0.5 * (side(1.0) - side(-1.0)) - MIN_CONTRAST).clamp(0.0, MAX_GAIN);
        edge + REGION_WEIGHT * inside
    })
}

/// The place on every ray that together have the highest gain less costs, in the given order of
/// rays, which begins and ends with the same one.
fn best_places(gains: &[[f32; PLACE_COUNT]], order: &[usize], foreheadness: &[f32]) -> Vec<usize> {
    let own = |ray: usize, index: usize| {
        let offset = place(index) - 1.0;
        let cost = JAW_COST + (FOREHEAD_COST - JAW_COST) * foreheadness[ray];
        gains[ray][index] - cost * offset * offset
    };
    let mut totals: [f32; PLACE_COUNT] = std::array::from_fn(|index| own(order[0], index));
    let mut came_from = Vec::new();
    for &ray in &order[1..] {
        let mut origins = [0; PLACE_COUNT];
        let next: [f32; PLACE_COUNT] = std::array::from_fn(|index| {
            let from = index.saturating_sub(2)..(index + 3).min(PLACE_COUNT);
            let reached = |from: usize| totals[from] - STEP_COST * from.abs_diff(index) as f32;
            origins[index] = from.max_by(|&a, &b| reached(a).total_cmp(&reached(b))).unwrap_or(index);
            reached(origins[index]) + own(ray, index)
        });
        totals = next;
        came_from.push(origins);
    }
    let mut index = (0..PLACE_COUNT).max_by(|&a, &b| totals[a].total_cmp(&totals[b])).unwrap_or(0);
    let mut places = vec![0; gains.len()];
    for (origins, &ray) in came_from.iter().zip(&order[1..]).rev() {
        places[ray] = index;
        index = origins[index];
    }
    places
}
