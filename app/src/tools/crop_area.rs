//! Crop rectangle and quarter turns of a photo.

/// Smallest side of a crop, as a fraction of the photo's side.
const MIN_SIDE: f64 = 0.05;
/// Distance that an arrow key moves a handle, as a fraction of the photo's side.
const KEY_STEP: f64 = 0.01;
/// With the shift key a step is this many times as long.
const SHIFT_FACTOR: f64 = 5.0;
/// Long edge in pixels, at most, of the photo that the crop dialog shows.
const SHOWN_EDGE: f64 = 1200.0;
/// Long edge in pixels, at most, of the photo that is cut out.
const CUT_EDGE: f64 = 2048.0;

/// What is dragged: a corner, or the whole area by its middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    Middle,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

impl Handle {
    pub const ALL: [Self; 5] = [Self::Middle, Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight];

    /// The name in the style sheet.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Middle => "middle",
            Self::TopLeft => "top-left",
            Self::TopRight => "top-right",
            Self::BottomLeft => "bottom-left",
            Self::BottomRight => "bottom-right",
        }
    }
}

/// A turn by 90 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Counterclockwise.
    Left,
    /// Clockwise.
    Right,
}

/// Edges of a crop as fractions of the turned photo, all from its left and top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CropArea {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl CropArea {
    /// The whole photo.
    pub const WHOLE: Self = Self { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };

    /// Moves the edges that a handle holds by fractions of the photo, within the photo and down to
    /// the smallest side. The middle keeps the size.
    #[must_use]
    pub fn dragged(self, handle: Handle, [dx, dy]: [f64; 2]) -> Self {
        let Self { left, top, right, bottom } = self;
        let (moved_left, moved_right) =
            (limit(left + dx, 0.0, right - MIN_SIDE), limit(right + dx, left + MIN_SIDE, 1.0));
        let (moved_top, moved_bottom) =
            (limit(top + dy, 0.0, bottom - MIN_SIDE), limit(bottom + dy, top + MIN_SIDE, 1.0));
        match handle {
            Handle::Middle => {
                let (dx, dy) = (limit(dx, -left, 1.0 - right), limit(dy, -top, 1.0 - bottom));
                Self { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy }
            }
            Handle::TopLeft => Self { left: moved_left, top: moved_top, ..self },
            Handle::TopRight => Self { right: moved_right, top: moved_top, ..self },
            Handle::BottomLeft => Self { left: moved_left, bottom: moved_bottom, ..self },
            Handle::BottomRight => Self { right: moved_right, bottom: moved_bottom, ..self },
        }
    }

    /// Returns the same part of the photo after a turn.
    fn turned(self, turn: Turn) -> Self {
        let Self { left, top, right, bottom } = self;
        match turn {
            Turn::Right => Self { left: 1.0 - bottom, top: left, right: 1.0 - top, bottom: right },
            Turn::Left => Self { left: top, top: 1.0 - right, right: bottom, bottom: 1.0 - left },
        }
    }
}

/// Like `f64::clamp`, which can panic and whose message would enlarge the WebAssembly build.
fn limit(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

/// Returns the distance that a key moves a handle, as fractions of the photo to the right and down;
/// `None` for a key that is no arrow. `key` is a `KeyboardEvent.key`.
pub fn key_step(key: &str, shift: bool) -> Option<[f64; 2]> {
    let step = if shift { KEY_STEP * SHIFT_FACTOR } else { KEY_STEP };
    match key {
        "ArrowLeft" => Some([-step, 0.0]),
        "ArrowRight" => Some([step, 0.0]),
        "ArrowUp" => Some([0.0, -step]),
        "ArrowDown" => Some([0.0, step]),
        _ => None,
    }
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// A picture to paint on a canvas of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Painting {
    pub canvas: Size,
    /// The transform `a, b, c, d, e, f` of the canvas with which the photo, drawn at (0, 0), covers
    /// it: x' = a x + c y + e, y' = b x + d y + f.
    pub transform: [f64; 6],
}

/// A part of a photo that is turned by quarter turns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop {
    /// Clockwise, 0 to 3.
    quarter_turns: u8,
    pub area: CropArea,
}

impl Default for Crop {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl Crop {
    /// The whole photo, upright.
    pub const WHOLE: Self = Self { quarter_turns: 0, area: CropArea::WHOLE };

    /// Turns the photo; the area keeps its part of it.
    #[must_use]
    pub fn turned(self, turn: Turn) -> Self {
        let more = match turn {
            Turn::Left => 3,
            Turn::Right => 1,
        };
        Self { quarter_turns: (self.quarter_turns + more) % 4, area: self.area.turned(turn) }
    }

    /// Returns the size of the whole turned photo; `photo` is its size before turns.
    pub fn turned_size(self, photo: Size) -> Size {
        let Size { width, height } = photo;
        if self.quarter_turns % 2 == 1 { Size { width: height, height: width } } else { photo }
    }

    /// Returns the size of the area in pixels of the photo, rounded.
    pub fn size(self, photo: Size) -> Size {
        let [width, height] = self.exact_size(photo);
        Size { width: width.round() as u32, height: height.round() as u32 }
    }

    /// Returns how the dialog paints the whole turned photo.
    pub fn shown(self, photo: Size) -> Painting {
        Self { area: CropArea::WHOLE, ..self }.painting(photo, SHOWN_EDGE)
    }

    /// Returns how the area is painted to be cut out.
    pub fn cut(self, photo: Size) -> Painting {
        self.painting(photo, CUT_EDGE)
    }

    /// Width and height of the area in pixels of the photo.
    fn exact_size(self, photo: Size) -> [f64; 2] {
        let Size { width, height } = self.turned_size(photo);
        let CropArea { left, top, right, bottom } = self.area;
        [(right - left) * f64::from(width), (bottom - top) * f64::from(height)]
    }

    /// The area scaled down to a long edge of `max_edge` pixels.
    fn painting(self, photo: Size, max_edge: f64) -> Painting {
        let [across, down] = self.exact_size(photo);
        let scale = (max_edge / across.max(down)).min(1.0);
        let side = |length: f64| ((length * scale).round() as u32).max(1);
        let Size { width, height } = self.turned_size(photo);
        let (left, top) = (self.area.left * f64::from(width), self.area.top * f64::from(height));
        let (right, bottom) = (f64::from(width), f64::from(height));
        // Where the photo's x and y axes point, and where its left top corner is after the turns.
        let ([a, b, c, d], x, y) = match self.quarter_turns {
            0 => ([1.0, 0.0, 0.0, 1.0], 0.0, 0.0),
            1 => ([0.0, 1.0, -1.0, 0.0], right, 0.0),
            2 => ([-1.0, 0.0, 0.0, -1.0], right, bottom),
            _ => ([0.0, -1.0, 1.0, 0.0], 0.0, bottom),
        };
        let transform = [a, b, c, d, x - left, y - top].map(|value| value * scale);
        Painting { canvas: Size { width: side(across), height: side(down) }, transform }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: Size = Size { width: 400, height: 300 };

    fn area(left: f64, top: f64, right: f64, bottom: f64) -> CropArea {
        CropArea { left, top, right, bottom }
    }

    fn assert_near(a: CropArea, b: CropArea) {
        let edges = |area: CropArea| [area.left, area.top, area.right, area.bottom];
        let near = edges(a).iter().zip(edges(b)).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near, "{a:?} and {b:?}");
    }

    /// The place on the canvas of a point of the photo, in pixels.
    fn painted(painting: Painting, x: f64, y: f64) -> [f64; 2] {
        let [a, b, c, d, e, f] = painting.transform;
        [a * x + c * y + e, b * x + d * y + f]
    }

    #[test]
    fn corner_moves_its_two_edges() {
        let start = area(0.2, 0.2, 0.8, 0.8);
        let moved = |handle| start.dragged(handle, [0.1, -0.1]);
        assert_near(moved(Handle::TopLeft), area(0.3, 0.1, 0.8, 0.8));
        assert_near(moved(Handle::TopRight), area(0.2, 0.1, 0.9, 0.8));
        assert_near(moved(Handle::BottomLeft), area(0.3, 0.2, 0.8, 0.7));
        assert_near(moved(Handle::BottomRight), area(0.2, 0.2, 0.9, 0.7));
    }

    #[test]
    fn corner_stops_at_the_edge_of_the_photo() {
        assert_near(CropArea::WHOLE.dragged(Handle::TopLeft, [-0.5, -0.5]), CropArea::WHOLE);
        assert_near(CropArea::WHOLE.dragged(Handle::BottomRight, [0.5, 0.5]), CropArea::WHOLE);
    }

    #[test]
    fn corner_stops_at_the_smallest_side() {
        assert_near(CropArea::WHOLE.dragged(Handle::TopLeft, [2.0, 2.0]), area(0.95, 0.95, 1.0, 1.0));
        assert_near(CropArea::WHOLE.dragged(Handle::BottomRight, [-2.0, -2.0]), area(0.0, 0.0, 0.05, 0.05));
    }

    #[test]
    fn middle_moves_the_area_within_the_photo() {
        let start = area(0.2, 0.3, 0.6, 0.8);
        assert_near(start.dragged(Handle::Middle, [0.1, -0.1]), area(0.3, 0.2, 0.7, 0.7));
        assert_near(start.dragged(Handle::Middle, [5.0, 5.0]), area(0.6, 0.5, 1.0, 1.0));
        assert_near(start.dragged(Handle::Middle, [-5.0, -5.0]), area(0.0, 0.0, 0.4, 0.5));
        assert_near(CropArea::WHOLE.dragged(Handle::Middle, [0.1, 0.1]), CropArea::WHOLE);
    }

    #[test]
    fn arrow_keys_step_and_shift_makes_five_steps() {
        assert_eq!(key_step("ArrowLeft", false), Some([-0.01, 0.0]));
        assert_eq!(key_step("ArrowRight", true), Some([0.05, 0.0]));
        assert_eq!(key_step("ArrowUp", false), Some([0.0, -0.01]));
        assert_eq!(key_step("ArrowDown", true), Some([0.0, 0.05]));
        assert_eq!(key_step("Enter", false), None);
    }

    #[test]
    fn turn_keeps_the_part_of_the_photo() {
        let crop = Crop { area: area(0.1, 0.2, 0.5, 0.9), ..Crop::WHOLE };
        assert_near(crop.turned(Turn::Right).area, area(0.1, 0.1, 0.8, 0.5));
        assert_near(crop.turned(Turn::Left).area, area(0.2, 0.5, 0.9, 0.9));
        assert_near(crop.turned(Turn::Left).turned(Turn::Right).area, crop.area);
    }

    #[test]
    fn four_turns_are_none() {
        for turn in [Turn::Left, Turn::Right] {
            assert_eq!((0..4).fold(Crop::WHOLE, |crop, _| crop.turned(turn)), Crop::WHOLE);
        }
    }

    #[test]
    fn quarter_turn_swaps_width_and_height() {
        assert_eq!(Crop::WHOLE.turned(Turn::Right).turned_size(PHOTO), Size { width: 300, height: 400 });
        assert_eq!(Crop::WHOLE.turned(Turn::Right).turned(Turn::Right).turned_size(PHOTO), PHOTO);
    }

    #[test]
    fn size_is_in_pixels_of_the_photo() {
        let crop = Crop { area: area(0.25, 0.0, 0.75, 0.5), ..Crop::WHOLE };
        assert_eq!(crop.size(PHOTO), Size { width: 200, height: 150 });
        assert_eq!(crop.turned(Turn::Left).size(PHOTO), Size { width: 150, height: 200 });
    }

    #[test]
    fn turned_photo_covers_the_canvas() {
        let mut crop = Crop::WHOLE;
        // Where the left top and the right bottom corner of the photo go.
        for (from, to) in [
            ([0.0, 0.0], [400.0, 300.0]),
            ([300.0, 0.0], [0.0, 400.0]),
            ([400.0, 300.0], [0.0, 0.0]),
            ([0.0, 400.0], [300.0, 0.0]),
        ] {
            let painting = crop.shown(PHOTO);
            assert_eq!((painted(painting, 0.0, 0.0), painted(painting, 400.0, 300.0)), (from, to));
            crop = crop.turned(Turn::Right);
        }
    }

    #[test]
    fn cut_contains_the_area_alone() {
        // Right upper quarter of the photo, which a right turn puts at the right bottom.
        let crop = Crop { area: area(0.5, 0.0, 1.0, 0.5), ..Crop::WHOLE }.turned(Turn::Right);
        assert_near(crop.area, area(0.5, 0.5, 1.0, 1.0));
        let painting = crop.cut(PHOTO);
        assert_eq!(painting.canvas, Size { width: 150, height: 200 });
        assert_eq!(painted(painting, 400.0, 0.0), [150.0, 200.0]);
        assert_eq!(painted(painting, 200.0, 150.0), [0.0, 0.0]);
    }

    #[test]
    fn large_photo_is_scaled_down_and_small_one_is_not() {
        let large = Size { width: 8192, height: 4096 };
        assert_eq!(Crop::WHOLE.cut(large).canvas, Size { width: 2048, height: 1024 });
        assert_eq!(Crop::WHOLE.shown(large).canvas, Size { width: 1200, height: 600 });
        assert_eq!(Crop::WHOLE.cut(PHOTO).canvas, PHOTO);
        assert_eq!(painted(Crop::WHOLE.cut(large), 8192.0, 4096.0), [2048.0, 1024.0]);
    }

    #[test]
    fn tiny_crop_has_at_least_one_pixel() {
        let crop = Crop { area: area(0.0, 0.0, 0.05, 0.05), ..Crop::WHOLE };
        assert_eq!(crop.cut(Size { width: 4, height: 1 }).canvas, Size { width: 1, height: 1 });
    }
}
