//! What is seen of a line: its profile, the colours to either side, how steady it is, and the texture it lies in. Texture
//! has much energy, spread evenly, often along one direction; an outline stands above its surroundings and parts
//! colours that differ over its whole length.

use super::arcs::Chain;
use super::evidence::{Evidence, norm};
use super::field::Field;
use super::flow::Flow;
use super::judge::{Judge, MEASURES};
use super::lines::FAR;

/// Points on either side that tell which way is across a line.
const REACH: usize = 4;

/// Points at either end of a line that do not count: there it shines with the light of the lines it meets.
const SKIPPED: usize = 4;

/// Distances from a line, px, at which the energy beside it is read: its own foot, doubles, and the next line.
const ASIDE: [f32; 5] = [3.0, 6.0, 10.0, 15.0, 22.0];

/// Distances to either side, px, at which the grounds are compared, and at which their texture is.
const NEAR: f32 = 7.0;
const MIDDLE: f32 = 14.0;
const WIDE: f32 = 26.0;
const WEAVE: f32 = 20.0;

/// Distances at which the energy seen from afar is read.
const FAR_ASIDE: [f32; 3] = [10.0, 20.0, 36.0];

/// Texture changes slowly: it is read at every fourth point.
const STRIDE: usize = 4;

/// Share of the energy beside a line that does not count as its own: slopes of stronger lines are no lines.
const FOOT: f32 = 0.4;

/// The fields lines are read from.
pub(super) struct Witness<'a> {
    energy: &'a Field<1>,
    far: &'a Field<1>,
    colours: &'a Field<4>,
    /// Energy, energy times cosine and sine of the flow's doubled angle, its fourth power: at a quarter of the size
    /// within 10 px and 24 px, at an eighth within 60 px.
    close: Field<4>,
    about: Field<4>,
    afar: Field<4>,
    /// The photo at a quarter of its size, blurred by 3 px and by 7 px.
    near: Field<4>,
    middle: Field<4>,
    /// At an eighth of its size, blurred by 14 px.
    wide: Field<4>,
    crispness: f32,
    bustle: f32,
    judge: Judge,
}

impl<'a> Witness<'a> {
    pub fn new([energy, far]: [&'a Field<1>; 2], colours: &'a Field<4>, flow: &Flow, crispness: f32) -> Witness<'a> {
        let mut bearing = Field::<4>::new(energy.width, energy.height);
        for ((out, &[e]), &[nx, ny]) in bearing.data.iter_mut().zip(&energy.data).zip(&flow.data) {
            let square = e * e;
            *out = [e, e * (nx * nx - ny * ny), e * 2.0 * nx * ny, square * square];
        }
        let bearing = bearing.reduced(4);
        let bustle = bearing.data.iter().map(|value| value[0]).sum::<f32>() / bearing.data.len() as f32;
        let quarter = colours.reduced(4);
        Witness {
            energy,
            far,
            colours,
            close: bearing.blurred(2.5),
            about: bearing.blurred(6.0),
            afar: bearing.reduced(2).blurred(7.5),
            near: quarter.blurred(0.8),
            middle: quarter.blurred(1.8),
            wide: quarter.reduced(2).blurred(1.8),
            crispness,
            bustle,
            judge: Judge::new(),
        }
    }

    /// Evidence along `points`, `scale` px apart.
    pub fn along(&self, points: &Chain, scale: f32) -> Evidence {
        let (mut evidence, measures) = self.measures(points, scale);
        evidence.odds = self.judge.odds(&measures) * evidence.length;
        evidence
    }

    /// Evidence without the odds, and what the odds are made from.
    pub fn measures(&self, points: &Chain, scale: f32) -> (Evidence, [f32; MEASURES]) {
        let mut sums = Sums::default();
        let skip = SKIPPED.min((points.len() - 1) / 2);
        for i in skip..points.len() - skip {
            let normal = across(points, i);
            self.read(&mut sums, points[i], normal);
            if (i - skip).is_multiple_of(STRIDE) {
                self.read_texture(&mut sums, points[i], normal);
            }
        }
        let length = (points.len() - 1) as f32 * scale;
        let (first, last) = (points[0], points[points.len() - 1]);
        let (dx, dy) = (last[0] - first[0], last[1] - first[1]);
        let shape = [ln(points.len() as f32 * scale), (dx * dx + dy * dy).sqrt() / length];
        let photo = [ln(self.crispness + 1e-3), ln(self.bustle + 1e-3)];
        (sums.evidence(length), sums.measures(photo, shape))
    }

    fn read(&self, sums: &mut Sums, [x, y]: [f32; 2], [nx, ny]: [f32; 2]) {
        let energy = |aside: f32| self.energy.sample(x + nx * aside, y + ny * aside)[0];
        let at = |field: &Field<4>, size: f32, aside: f32| at(field, size, x + nx * aside, y + ny * aside);
        let crest = energy(-1.5).max(energy(0.0)).max(energy(1.5));
        sums.count += 1.0;
        sums.crest += crest.sqrt();
        sums.crest_square += crest;
        for (beside, aside) in sums.beside.iter_mut().zip(ASIDE) {
            let (left, right) = (energy(aside), energy(-aside));
            beside[0] += left.sqrt();
            beside[1] += right.sqrt();
            if aside == 6.0 {
                sums.rise += (crest - FOOT * (left + right)).max(1e-4).sqrt();
            }
        }
        let lightness = self.colours.sample(x, y)[0];
        let grounds = [
            [at(&self.near, 4.0, NEAR), at(&self.near, 4.0, -NEAR)],
            [at(&self.middle, 4.0, MIDDLE), at(&self.middle, 4.0, -MIDDLE)],
            [at(&self.wide, 8.0, WIDE), at(&self.wide, 8.0, -WIDE)],
        ];
        for (difference, [left, right]) in sums.difference.iter_mut().zip(&grounds) {
            for c in 0..3 {
                difference[c] += left[c] - right[c];
            }
        }
        let [left, right] = grounds[0];
        let (lower, upper) = (left[0].min(right[0]), left[0].max(right[0]));
        sums.dark[0] += lower - lightness;
        sums.dark[1] += upper - lightness;
        sums.dark[2] += grounds[1][0][0].min(grounds[1][1][0]) - lightness;
        sums.parted += norm([0, 1, 2].map(|c| left[c] - right[c]));
    }

    fn read_texture(&self, sums: &mut Sums, [x, y]: [f32; 2], [nx, ny]: [f32; 2]) {
        let (cosine, sine) = (nx * nx - ny * ny, 2.0 * nx * ny);
        let beside = |aside: f32| at(&self.close, 4.0, x + nx * aside, y + ny * aside)[0];
        let (about, afar) = (at(&self.about, 4.0, x, y), at(&self.afar, 8.0, x, y));
        let far = |aside: f32| at(self.far, FAR as f32, x + nx * aside, y + ny * aside)[0];
        sums.far += far(-4.0).max(far(0.0)).max(far(4.0));
        for (beside, aside) in sums.far_beside.iter_mut().zip(FAR_ASIDE) {
            beside[0] += far(aside);
            beside[1] += far(-aside);
        }
        sums.places += 1.0;
        sums.weave[0] += beside(WEAVE);
        sums.weave[1] += beside(-WEAVE);
        sums.about[0] += about[0];
        sums.about[1] += about[1] * cosine + about[2] * sine;
        sums.about[2] += about[3];
        sums.afar[0] += afar[0];
        sums.afar[1] += afar[1] * cosine + afar[2] * sine;
        sums.afar[2] += (afar[1] * afar[1] + afar[2] * afar[2]).sqrt();
    }
}

/// Sums over the points of a line; of pairs the left side comes first.
#[derive(Default)]
struct Sums {
    count: f32,
    crest: f32,
    crest_square: f32,
    rise: f32,
    beside: [[f32; 2]; ASIDE.len()],
    /// How much darker the line is than the darker and the lighter side, and than the darker one farther off.
    dark: [f32; 3],
    difference: [[f32; 3]; 3],
    /// Differences near by, whichever way round.
    parted: f32,
    /// Points at which texture was read.
    places: f32,
    weave: [f32; 2],
    /// Energy seen from afar, on the line and beside it.
    far: f32,
    far_beside: [[f32; 2]; FAR_ASIDE.len()],
    /// Energy, how much of it runs along the line, its fourth power.
    about: [f32; 3],
    /// Energy, how much of it runs along the line, how much along one direction.
    afar: [f32; 3],
}

impl Sums {
    fn evidence(&self, length: f32) -> Evidence {
        let share = length / self.count;
        Evidence {
            length,
            odds: 0.0,
            root_energy: self.rise * share,
            // Half of the darker side counts in full: an edge is not a dark line.
            dark: (0.75 * self.dark[0] + 0.25 * self.dark[1]) * share,
            middle: self.difference[1].map(|c| c * share),
            wide: self.difference[2].map(|c| c * share),
        }
    }

    fn measures(&self, photo: [f32; 2], shape: [f32; 2]) -> [f32; MEASURES] {
        let mut out = [0.0; MEASURES];
        let mut slots = out.iter_mut();
        let mut put = |value: f32| {
            if let Some(slot) = slots.next() {
                *slot = value;
            }
        };
        let crest = self.crest / self.count;
        put(ln(crest * crest));
        put((self.crest_square / self.count).sqrt() / crest.max(1e-3) - 1.0);
        for [left, right] in self.beside.map(|sums| sums.map(|sum| sum / self.count / crest.max(1e-3))) {
            put(left.max(right));
            put(left.min(right));
        }
        for dark in self.dark.map(|sum| sum / self.count) {
            put(dark.signum() * ln(1.0 + dark.abs() / 0.01) * 0.5);
        }
        for difference in self.difference {
            let [l, a, b] = difference.map(|sum| sum / self.count);
            put(ln(0.005 + l.abs()));
            put(ln(0.005 + (a * a + b * b).sqrt()));
        }
        put(norm(self.difference[0]) / (self.parted + 1e-4 * self.count));
        let [left, right] = self.weave.map(|sum| ln(sum / self.places + 1e-3));
        put(left.max(right));
        put(left.min(right));
        let (about, afar) = (self.about.map(|sum| sum / self.places), self.afar.map(|sum| sum / self.places));
        put(ln(about[0] + 1e-3));
        put(about[1] / (about[0] + 1e-3));
        put(ln(about[2].max(0.0).sqrt().sqrt() + 1e-3));
        put(ln(afar[0] + 1e-3));
        put(afar[1] / (afar[0] + 1e-3));
        put(afar[2] / (afar[0] + 1e-3));
        put(ln(self.far / self.places + 1e-3));
        for [left, right] in self.far_beside.map(|sums| sums.map(|sum| sum / self.far.max(1e-3))) {
            put(left.max(right));
            put(left.min(right));
        }
        photo.into_iter().chain(shape).for_each(put);
        out
    }
}

/// Reads a field of a fraction of the size at full-size coordinates.
fn at<const C: usize>(field: &Field<C>, size: f32, x: f32, y: f32) -> [f32; C] {
    let rest = (size - 1.0) * 0.5;
    field.sample((x - rest) / size, (y - rest) / size)
}

fn ln(x: f32) -> f32 {
    libm::logf(x.max(1e-4))
}

/// Unit vector to the left of the chain's way at point `i`.
fn across(chain: &Chain, i: usize) -> [f32; 2] {
    let from = chain[i.saturating_sub(REACH)];
    let to = chain[(i + REACH).min(chain.len() - 1)];
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = (dx * dx + dy * dy).sqrt().max(1e-6);
    [dy / length, -dx / length]
}

#[cfg(test)]
mod tests {
    use super::super::{flow, lines, worth};
    use super::*;

    /// Strength of an upright line at x = 64 in a picture.
    fn strength(of: impl Fn(usize) -> f32) -> f32 {
        let mut colours = Field::<4>::new(128, 128);
        for (at, colour) in colours.data.iter_mut().enumerate() {
            colour[0] = of(at % 128);
        }
        let flow = flow::flow(&colours);
        let energy = lines::energy(&colours, &flow);
        let line = (30..90).map(|y| [63.5, y as f32]).collect();
        let crispness = worth::crispness(&energy);
        Witness::new([&energy, &lines::far(&colours)], &colours, &flow, crispness).along(&line, 1.0).strength(0.0)
    }

    #[test]
    fn dark_lines_and_edges_outweigh_bright_lines_and_stripes() {
        let crease = strength(|x| if x.abs_diff(64) < 2 { 0.2 } else { 0.5 });
        let glint = strength(|x| if x.abs_diff(64) < 2 { 0.8 } else { 0.5 });
        let edge = strength(|x| if x < 64 { 0.3 } else { 0.6 });
        let stripes = strength(|x| if x / 8 % 2 == 0 { 0.3 } else { 0.6 });
        assert!(crease > glint + 2.0 && edge > stripes + 2.0, "{crease} {glint} {edge} {stripes}");
    }
}
