//! Boundary features: profile, contrast and texture along a line, the inputs of the boundary
//! classifier.
//!
//! Contrast is the difference of smoothed colours to either side, like the half-disc gradients of
//! Martin, Fowlkes, Malik (2004). Texture has much energy, spread evenly, often in one direction;
//! an outline stands out from its surroundings and separates colours that differ along its whole
//! length.

use super::boundary_score::{BoundaryScore, colour_norm};
use super::classifier::{Classifier, FEATURE_COUNT};
use super::edge_tangent_flow::EdgeNormals;
use super::field::Field;
use super::local_energy::COARSE_SCALE;
use super::polyline::Polyline;

/// Points on either side over which the normal of a line is measured.
const NORMAL_POINTS: usize = 4;

/// Points at either end of a line that are skipped: the lines it meets raise the energy there.
const SKIPPED_POINTS: usize = 4;

/// Distances to either side, px, at which the energy profile is sampled: slope, double edges, and
/// the next line.
const PROFILE_DISTANCES_PX: [f32; 5] = [3.0, 6.0, 10.0, 15.0, 22.0];

/// The entry of [`PROFILE_DISTANCES_PX`] that the rise of the crest is measured against.
const RISE_DISTANCE_PX: f32 = 6.0;

/// Distances to either side, px, at which colours are compared.
const NEAR_PX: f32 = 7.0;
const MID_PX: f32 = 14.0;
const FAR_PX: f32 = 26.0;

/// Distance to either side, px, at which texture energy is sampled.
const TEXTURE_PX: f32 = 20.0;

/// Distances to either side, px, at which the coarse energy is sampled.
const COARSE_DISTANCES_PX: [f32; 3] = [10.0, 20.0, 36.0];

/// Texture varies slowly and is sampled at every fourth point only.
const TEXTURE_STRIDE: usize = 4;

/// Share of the energy on either side that is subtracted from the crest: flanks of stronger lines
/// are no lines.
const FLANK_SHARE: f32 = 0.4;

/// Downsampling factors of the smoothed fields.
const QUARTER: usize = 4;
const EIGHTH: usize = 8;

/// The fields of one photo from which boundary features are sampled.
pub(super) struct FeatureExtractor<'a> {
    energy: &'a Field<1>,
    coarse_energy: &'a Field<1>,
    colours: &'a Field<4>,
    /// Texture: energy, energy times cosine and sine of the doubled normal angle, and fourth power
    /// of the energy. At a quarter of the size smoothed over 10 px and 24 px, at an eighth over 60
    /// px.
    texture_10: Field<4>,
    texture_24: Field<4>,
    texture_60: Field<4>,
    /// Colours at a quarter of the size with a Gaussian of 3 px and of 7 px, and at an eighth with
    /// one of 14 px.
    near_colours: Field<4>,
    mid_colours: Field<4>,
    far_colours: Field<4>,
    sharpness: f32,
    mean_energy: f32,
    classifier: Classifier,
}

impl<'a> FeatureExtractor<'a> {
    /// Smooths the fields. `sharpness` is that of the photo.
    pub fn new(
        [energy, coarse_energy]: [&'a Field<1>; 2],
        colours: &'a Field<4>,
        normals: &EdgeNormals,
        sharpness: f32,
    ) -> FeatureExtractor<'a> {
        let mut texture = Field::<4>::new(energy.width, energy.height);
        for ((out, &[e]), &[nx, ny]) in texture.data.iter_mut().zip(&energy.data).zip(&normals.data) {
            let square = e * e;
            *out = [e, e * (nx * nx - ny * ny), e * 2.0 * nx * ny, square * square];
        }
        let texture = texture.downsampled(QUARTER);
        let mean_energy = texture.data.iter().map(|value| value[0]).sum::<f32>() / texture.data.len() as f32;
        let quarter = colours.downsampled(QUARTER);
        FeatureExtractor {
            energy,
            coarse_energy,
            colours,
            texture_10: texture.gaussian_blurred(2.5),
            texture_24: texture.gaussian_blurred(6.0),
            texture_60: texture.downsampled(EIGHTH / QUARTER).gaussian_blurred(7.5),
            near_colours: quarter.gaussian_blurred(0.8),
            mid_colours: quarter.gaussian_blurred(1.8),
            far_colours: quarter.downsampled(EIGHTH / QUARTER).gaussian_blurred(1.8),
            sharpness,
            mean_energy,
            classifier: Classifier::new(),
        }
    }

    /// The score of the line `points`, which are `spacing` px apart.
    pub fn score(&self, points: &Polyline, spacing: f32) -> BoundaryScore {
        let (mut score, features) = self.extract(points, spacing);
        score.log_odds = self.classifier.log_odds(&features) * score.length;
        score
    }

    /// The score of a line without log odds, and the features that the classifier computes these
    /// from.
    pub fn extract(&self, points: &Polyline, spacing: f32) -> (BoundaryScore, [f32; FEATURE_COUNT]) {
        let mut sums = FeatureSums::default();
        let skip = SKIPPED_POINTS.min((points.len() - 1) / 2);
        for i in skip..points.len() - skip {
            let normal = left_normal(points, i);
            self.add_profile(&mut sums, points[i], normal);
            if (i - skip).is_multiple_of(TEXTURE_STRIDE) {
                self.add_texture(&mut sums, points[i], normal);
            }
        }
        let length = (points.len() - 1) as f32 * spacing;
        let (first, last) = (points[0], points[points.len() - 1]);
        let (dx, dy) = (last[0] - first[0], last[1] - first[1]);
        let shape = [clamped_ln(points.len() as f32 * spacing), (dx * dx + dy * dy).sqrt() / length];
        let photo = [clamped_ln(self.sharpness + 1e-3), clamped_ln(self.mean_energy + 1e-3)];
        (sums.score_without_log_odds(length), sums.features(photo, shape))
    }

    /// Adds the energy profile and the colours to either side of a point.
    fn add_profile(&self, sums: &mut FeatureSums, [x, y]: [f32; 2], [nx, ny]: [f32; 2]) {
        let energy = |offset: f32| self.energy.sample(x + nx * offset, y + ny * offset)[0];
        let colour = |field: &Field<4>, scale: usize, offset: f32| {
            sample_downsampled(field, scale, x + nx * offset, y + ny * offset)
        };
        let crest = energy(-1.5).max(energy(0.0)).max(energy(1.5));
        sums.points += 1.0;
        sums.root_crest += crest.sqrt();
        sums.crest += crest;
        for (profile, distance) in sums.profile.iter_mut().zip(PROFILE_DISTANCES_PX) {
            let (left, right) = (energy(distance), energy(-distance));
            profile[0] += left.sqrt();
            profile[1] += right.sqrt();
            if distance == RISE_DISTANCE_PX {
                sums.root_rise += (crest - FLANK_SHARE * (left + right)).max(1e-4).sqrt();
            }
        }
        let lightness = self.colours.sample(x, y)[0];
        let sides = [
            [colour(&self.near_colours, QUARTER, NEAR_PX), colour(&self.near_colours, QUARTER, -NEAR_PX)],
            [colour(&self.mid_colours, QUARTER, MID_PX), colour(&self.mid_colours, QUARTER, -MID_PX)],
            [colour(&self.far_colours, EIGHTH, FAR_PX), colour(&self.far_colours, EIGHTH, -FAR_PX)],
        ];
        for (contrast, [left, right]) in sums.contrast.iter_mut().zip(&sides) {
            for c in 0..3 {
                contrast[c] += left[c] - right[c];
            }
        }
        let [left, right] = sides[0];
        let (darker, lighter) = (left[0].min(right[0]), left[0].max(right[0]));
        sums.darkness[0] += darker - lightness;
        sums.darkness[1] += lighter - lightness;
        sums.darkness[2] += sides[1][0][0].min(sides[1][1][0]) - lightness;
        sums.unsigned_contrast += colour_norm([0, 1, 2].map(|c| left[c] - right[c]));
    }

    /// Adds the texture and the coarse energy around a point.
    fn add_texture(&self, sums: &mut FeatureSums, [x, y]: [f32; 2], [nx, ny]: [f32; 2]) {
        let (cosine, sine) = (nx * nx - ny * ny, 2.0 * nx * ny);
        let side = |offset: f32| sample_downsampled(&self.texture_10, QUARTER, x + nx * offset, y + ny * offset)[0];
        let texture_24 = sample_downsampled(&self.texture_24, QUARTER, x, y);
        let texture_60 = sample_downsampled(&self.texture_60, EIGHTH, x, y);
        let coarse =
            |offset: f32| sample_downsampled(self.coarse_energy, COARSE_SCALE, x + nx * offset, y + ny * offset)[0];
        sums.coarse_crest += coarse(-4.0).max(coarse(0.0)).max(coarse(4.0));
        for (profile, distance) in sums.coarse_profile.iter_mut().zip(COARSE_DISTANCES_PX) {
            profile[0] += coarse(distance);
            profile[1] += coarse(-distance);
        }
        sums.texture_points += 1.0;
        sums.side_texture[0] += side(TEXTURE_PX);
        sums.side_texture[1] += side(-TEXTURE_PX);
        sums.texture_24[0] += texture_24[0];
        sums.texture_24[1] += texture_24[1] * cosine + texture_24[2] * sine;
        sums.texture_24[2] += texture_24[3];
        sums.texture_60[0] += texture_60[0];
        sums.texture_60[1] += texture_60[1] * cosine + texture_60[2] * sine;
        sums.texture_60[2] += (texture_60[1] * texture_60[1] + texture_60[2] * texture_60[2]).sqrt();
    }
}

/// Sums over the points of a line; of pairs the left side comes first.
#[derive(Default)]
struct FeatureSums {
    points: f32,
    /// Energy on the line, and its square root.
    crest: f32,
    root_crest: f32,
    /// Square root of the energy on the line less a share of that beside it.
    root_rise: f32,
    /// Square root of the energy at each of [`PROFILE_DISTANCES_PX`].
    profile: [[f32; 2]; PROFILE_DISTANCES_PX.len()],
    /// How much darker the line is than the darker side, the lighter side, and the darker side at
    /// [`MID_PX`].
    darkness: [f32; 3],
    /// Colour differences at [`NEAR_PX`], [`MID_PX`] and [`FAR_PX`].
    contrast: [[f32; 3]; 3],
    /// Magnitude of the colour difference at [`NEAR_PX`].
    unsigned_contrast: f32,
    /// Points at which texture was sampled.
    texture_points: f32,
    side_texture: [f32; 2],
    /// Coarse energy on the line, and at each of [`COARSE_DISTANCES_PX`].
    coarse_crest: f32,
    coarse_profile: [[f32; 2]; COARSE_DISTANCES_PX.len()],
    /// Energy, its component along the line, and its fourth power.
    texture_24: [f32; 3],
    /// Energy, its component along the line, and its component along the dominant direction.
    texture_60: [f32; 3],
}

impl FeatureSums {
    fn score_without_log_odds(&self, length: f32) -> BoundaryScore {
        let px_per_point = length / self.points;
        BoundaryScore {
            length,
            log_odds: 0.0,
            root_energy: self.root_rise * px_per_point,
            // Mostly relative to the darker side: an edge is not a dark line.
            darkness: (0.75 * self.darkness[0] + 0.25 * self.darkness[1]) * px_per_point,
            mid_contrast: self.contrast[1].map(|c| c * px_per_point),
            far_contrast: self.contrast[2].map(|c| c * px_per_point),
            mask_difference: 0.0,
        }
    }

    /// Features in the order of the classifier's weights. `photo` holds logarithms of sharpness and
    /// mean energy, `shape` the logarithm of the length and the ratio of chord to length.
    fn features(&self, photo: [f32; 2], shape: [f32; 2]) -> [f32; FEATURE_COUNT] {
        let mut out = [0.0; FEATURE_COUNT];
        let mut slots = out.iter_mut();
        let mut push = |value: f32| {
            if let Some(slot) = slots.next() {
                *slot = value;
            }
        };
        let root_crest = self.root_crest / self.points;
        push(clamped_ln(root_crest * root_crest));
        push((self.crest / self.points).sqrt() / root_crest.max(1e-3) - 1.0);
        for [left, right] in self.profile.map(|sums| sums.map(|sum| sum / self.points / root_crest.max(1e-3))) {
            push(left.max(right));
            push(left.min(right));
        }
        for darkness in self.darkness.map(|sum| sum / self.points) {
            push(darkness.signum() * clamped_ln(1.0 + darkness.abs() / 0.01) * 0.5);
        }
        for contrast in self.contrast {
            let [l, a, b] = contrast.map(|sum| sum / self.points);
            push(clamped_ln(0.005 + l.abs()));
            push(clamped_ln(0.005 + (a * a + b * b).sqrt()));
        }
        push(colour_norm(self.contrast[0]) / (self.unsigned_contrast + 1e-4 * self.points));
        let [left, right] = self.side_texture.map(|sum| clamped_ln(sum / self.texture_points + 1e-3));
        push(left.max(right));
        push(left.min(right));
        let texture_24 = self.texture_24.map(|sum| sum / self.texture_points);
        let texture_60 = self.texture_60.map(|sum| sum / self.texture_points);
        push(clamped_ln(texture_24[0] + 1e-3));
        push(texture_24[1] / (texture_24[0] + 1e-3));
        push(clamped_ln(texture_24[2].max(0.0).sqrt().sqrt() + 1e-3));
        push(clamped_ln(texture_60[0] + 1e-3));
        push(texture_60[1] / (texture_60[0] + 1e-3));
        push(texture_60[2] / (texture_60[0] + 1e-3));
        push(clamped_ln(self.coarse_crest / self.texture_points + 1e-3));
        for [left, right] in self.coarse_profile.map(|sums| sums.map(|sum| sum / self.coarse_crest.max(1e-3))) {
            push(left.max(right));
            push(left.min(right));
        }
        photo.into_iter().chain(shape).for_each(push);
        out
    }
}

/// Samples a field that was downsampled by `scale` at full-size coordinates.
fn sample_downsampled<const C: usize>(field: &Field<C>, scale: usize, x: f32, y: f32) -> [f32; C] {
    let scale = scale as f32;
    let offset = (scale - 1.0) * 0.5;
    field.sample((x - offset) / scale, (y - offset) / scale)
}

/// Natural logarithm, of 1e-4 for anything smaller.
fn clamped_ln(x: f32) -> f32 {
    libm::logf(x.max(1e-4))
}

/// Unit normal to the left of the line's direction at point `i`.
pub(super) fn left_normal(points: &Polyline, i: usize) -> [f32; 2] {
    let from = points[i.saturating_sub(NORMAL_POINTS)];
    let to = points[(i + NORMAL_POINTS).min(points.len() - 1)];
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    [dy / length, -dx / length]
}

#[cfg(test)]
mod tests {
    use super::super::edge_tangent_flow::edge_normals;
    use super::super::local_energy::{coarse_energy, local_energy};
    use super::super::photo_stats;
    use super::*;

    /// Strength of a vertical line at x = 63.5 in a picture of vertical bands.
    fn strength(of: impl Fn(usize) -> f32) -> f32 {
        let mut colours = Field::<4>::new(128, 128);
        for (at, colour) in colours.data.iter_mut().enumerate() {
            colour[0] = of(at % 128);
        }
        let normals = edge_normals(&colours);
        let energy = local_energy(&colours, &normals);
        let line = (30..90).map(|y| [63.5, y as f32]).collect();
        let sharpness = photo_stats::sharpness(&energy);
        let coarse = coarse_energy(&colours);
        FeatureExtractor::new([&energy, &coarse], &colours, &normals, sharpness).score(&line, 1.0).strength(0.0)
    }

    #[test]
    fn dark_line_scores_above_bright_line() {
        let dark = strength(|x| if x.abs_diff(64) < 2 { 0.2 } else { 0.5 });
        let bright = strength(|x| if x.abs_diff(64) < 2 { 0.8 } else { 0.5 });
        assert!(dark > bright + 2.0, "{dark} {bright}");
    }

    #[test]
    fn single_edge_scores_above_stripes() {
        let edge = strength(|x| if x < 64 { 0.3 } else { 0.6 });
        let stripes = strength(|x| if x / 8 % 2 == 0 { 0.3 } else { 0.6 });
        assert!(edge > stripes + 2.0, "{edge} {stripes}");
    }

    #[test]
    fn every_classifier_input_is_filled() {
        let sums = FeatureSums { points: 1.0, texture_points: 1.0, ..FeatureSums::default() };
        let features = sums.features([2.0, 3.0], [4.0, 5.0]);
        assert_eq!(features[FEATURE_COUNT - 4..], [2.0, 3.0, 4.0, 5.0]);
    }
}
