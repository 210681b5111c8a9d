//! Hints: faces and persons in a photo, which local contrast cannot tell from other things.

/// A point in px of the working size, from the top left corner: the photo scaled to
/// [`Photo::WORKING_EDGE`](crate::Photo::WORKING_EDGE) px on its longer side, whatever its own
/// size.
pub type Point = [f32; 2];

/// What is known about a photo beside its pixels. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hints {
    pub faces: Vec<Face>,
    /// How much each place belongs to a person.
    pub person: Option<Mask>,
}

/// The landmarks of a face. Pairs begin with the right one, as the person says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    pub eyes: [Eye; 2],
    pub brows: [Brow; 2],
    pub nose: Nose,
    pub mouth: Mouth,
    /// The outline of the face without hair and neck, from the top over the person's right side and
    /// the chin. It does not repeat its first point.
    pub oval: Vec<Point>,
    /// Whether skin and hair differ along the upper part of the oval.
    pub has_hairline: bool,
}

impl Face {
    /// Lowest and highest coordinates of the oval.
    pub fn bounds(&self) -> (Point, Point) {
        self.oval.iter().fold(([f32::MAX; 2], [f32::MIN; 2]), |(low, high), point| {
            let axes = [0, 1];
            (axes.map(|axis| low[axis].min(point[axis])), axes.map(|axis| high[axis].max(point[axis])))
        })
    }

    /// The middle of the bounds.
    pub fn centre(&self) -> Point {
        let (low, high) = self.bounds();
        [0, 1].map(|axis| 0.5 * (low[axis] + high[axis]))
    }

    /// The longer side of the bounds.
    pub fn extent(&self) -> f32 {
        let (low, high) = self.bounds();
        (high[0] - low[0]).max(high[1] - low[1])
    }

    /// Moves all points, such as from px of a photo to px of the working size; `scale` is the
    /// factor by which `to` multiplies lengths.
    pub fn map(&mut self, scale: f32, to: impl Fn(Point) -> Point) {
        let Face { eyes, brows, nose, mouth, oval, has_hairline: _ } = self;
        for iris in eyes.iter_mut().flat_map(|eye| &mut eye.iris) {
            *iris = Circle { centre: to(iris.centre), radius: iris.radius * scale };
        }
        let eye_lines = eyes.iter_mut().flat_map(|eye| [&mut eye.upper_lid, &mut eye.lower_lid]);
        let brow_lines = brows.iter_mut().flat_map(|brow| [&mut brow.upper_edge, &mut brow.lower_edge]);
        let mouth_lines = [
            &mut mouth.upper_outline,
            &mut mouth.upper_inner_edge,
            &mut mouth.lower_inner_edge,
            &mut mouth.lower_outline,
        ];
        let lines = eye_lines.chain(brow_lines).chain(mouth_lines).chain([&mut nose.bridge, &mut nose.base, oval]);
        lines.flatten().for_each(|point| *point = to(*point));
    }
}

/// Lids run from the outer to the inner corner and include both. A closed eye has no iris; its
/// lower lid is the line of the lashes.
#[derive(Clone, Debug, PartialEq)]
pub struct Eye {
    pub upper_lid: Vec<Point>,
    pub lower_lid: Vec<Point>,
    pub iris: Option<Circle>,
}

/// Radius in px of the working size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    pub centre: Point,
    pub radius: f32,
}

/// Both edges run from the temple to the nose.
#[derive(Clone, Debug, PartialEq)]
pub struct Brow {
    pub upper_edge: Vec<Point>,
    pub lower_edge: Vec<Point>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Nose {
    /// From between the eyes to the tip.
    pub bridge: Vec<Point>,
    /// From the right wing below the nostrils to the left wing.
    pub base: Vec<Point>,
}

/// The four lines run from the person's right to the left corner and include both.
#[derive(Clone, Debug, PartialEq)]
pub struct Mouth {
    pub upper_outline: Vec<Point>,
    pub upper_inner_edge: Vec<Point>,
    pub lower_inner_edge: Vec<Point>,
    pub lower_outline: Vec<Point>,
}

/// A mask over the whole photo, of any size: 0 outside, 255 inside.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    width: usize,
    height: usize,
    values: Vec<u8>,
}

impl Mask {
    /// A mask of `width * height` values, row by row from the top left. `None` if there are none or
    /// their number is another one.
    pub fn new(width: usize, height: usize, values: Vec<u8>) -> Option<Mask> {
        let is_sound = width > 0 && height > 0 && width.checked_mul(height) == Some(values.len());
        is_sound.then_some(Mask { width, height, values })
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn height(&self) -> usize {
        self.height
    }

    /// Row by row from the top left.
    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// Bilinear sample, 0 to 1, at `x`, `y` as shares of the width and the height of the photo.
    pub(crate) fn sample(&self, x: f32, y: f32) -> f32 {
        let taps = |at: f32, count: usize| {
            let place = (at * count as f32 - 0.5).clamp(0.0, (count - 1) as f32);
            let first = place as usize;
            (first, (first + 1).min(count - 1), place - first as f32)
        };
        let ((left, right, across), (top, bottom, down)) = (taps(x, self.width), taps(y, self.height));
        let value = |x: usize, y: usize| f32::from(self.values[y * self.width + x]) * (1.0 / 255.0);
        let row = |y: usize| value(left, y) + (value(right, y) - value(left, y)) * across;
        row(top) + (row(bottom) - row(top)) * down
    }

    /// The share of the photo inside the mask, and that of values that are neither, 0 to 1.
    pub(crate) fn inside_and_uncertain_share(&self) -> (f32, f32) {
        let share = |is_counted: fn(&u8) -> bool| {
            self.values.iter().filter(|value| is_counted(value)).count() as f32 / self.values.len() as f32
        };
        (share(|&value| value > 127), share(|&value| (26..=229).contains(&value)))
    }
}

/// Shows only the size: the outlines of persons must not reach a log.
impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} x {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mask_with_a_wrong_number_of_values_is_rejected() {
        assert!(Mask::new(2, 2, vec![0; 3]).is_none());
        assert!(Mask::new(0, 2, vec![]).is_none());
    }

    #[test]
    fn mask_is_interpolated_between_its_values() {
        let mask = Mask::new(2, 1, vec![0, 255]).unwrap();
        let samples = [0.0, 0.25, 0.5, 0.75, 1.0].map(|x| mask.sample(x, 0.5));
        assert_eq!(samples, [0.0, 0.0, 0.5, 1.0, 1.0]);
    }
}
