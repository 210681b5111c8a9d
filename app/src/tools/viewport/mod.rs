//! Zoom and pan of a picture inside a frame: by buttons, keys, wheel, drag and pinch.

/// A point, or a distance, as fractions of the frame's width and height, from its left and top.
pub type FramePoint = [f64; 2];

/// Largest zoom factor.
const MAX_ZOOM: f64 = 6.0;
/// Factor of one press of a button or key.
pub const ZOOM_STEP: f64 = 1.5;
/// Distance that an arrow key moves the picture, as a fraction of the frame.
const PAN_STEP: f64 = 0.1;
/// Distance of a finger from the divider, in CSS pixels, up to which a drag moves the divider.
const DIVIDER_REACH: f64 = 28.0;
const MIDDLE: FramePoint = [0.5, 0.5];

/// Part of a picture that a frame shows. The picture always covers the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Factor by which the picture is larger than the frame, from 1 to 6.
    zoom: f64,
    /// Left and top edge of the picture, as fractions of the frame: from `1 - zoom` to 0.
    x: f64,
    y: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl Viewport {
    /// The whole picture.
    pub const WHOLE: Self = Self { zoom: 1.0, x: 0.0, y: 0.0 };

    pub fn zoom(self) -> f64 {
        self.zoom
    }

    /// Left edge of the picture, as a fraction of the frame's width, at most 0.
    pub fn x(self) -> f64 {
        self.x
    }

    /// Top edge of the picture, as a fraction of the frame's height, at most 0.
    pub fn y(self) -> f64 {
        self.y
    }

    /// Returns the point of the picture at a point of the frame, as fractions of the picture.
    pub fn picture_point(self, [x, y]: FramePoint) -> [f64; 2] {
        [(x - self.x) / self.zoom, (y - self.y) / self.zoom]
    }

    /// Zoom factor in percent, rounded.
    pub fn percent(self) -> u32 {
        (self.zoom * 100.0).round() as u32
    }

    pub fn is_zoomed(self) -> bool {
        self.zoom > 1.0
    }

    pub fn can_zoom_in(self) -> bool {
        self.zoom < MAX_ZOOM
    }

    /// Zooms by a factor; the picture keeps its place at a point of the frame.
    #[must_use]
    pub fn zoomed_at(self, factor: f64, [x, y]: FramePoint) -> Self {
        let zoom = limit_zoom(self.zoom * factor);
        let growth = zoom / self.zoom;
        Self::limited(zoom, x - (x - self.x) * growth, y - (y - self.y) * growth)
    }

    /// Zooms in by one step at the middle of the frame.
    #[must_use]
    pub fn zoomed_in(self) -> Self {
        self.zoomed_at(ZOOM_STEP, MIDDLE)
    }

    /// Zooms out by one step at the middle of the frame.
    #[must_use]
    pub fn zoomed_out(self) -> Self {
        self.zoomed_at(1.0 / ZOOM_STEP, MIDDLE)
    }

    /// Moves the picture to the right and down by fractions of the frame.
    #[must_use]
    pub fn panned(self, [dx, dy]: FramePoint) -> Self {
        Self::limited(self.zoom, self.x + dx, self.y + dy)
    }

    /// Returns what a key press shows: plus, minus and 0 zoom, Shift and an arrow key pan. `None`
    /// if the key has no effect. `key` is a `KeyboardEvent.key`.
    pub fn after_key(self, key: &str, shift: bool) -> Option<Self> {
        match key {
            "+" | "=" => Some(self.zoomed_in()),
            "-" => Some(self.zoomed_out()),
            "0" => Some(Self::WHOLE),
            _ if !shift || !self.is_zoomed() => None,
            // The view moves the way of the arrow, so the picture moves the other way.
            "ArrowLeft" => Some(self.panned([PAN_STEP, 0.0])),
            "ArrowRight" => Some(self.panned([-PAN_STEP, 0.0])),
            "ArrowUp" => Some(self.panned([0.0, PAN_STEP])),
            "ArrowDown" => Some(self.panned([0.0, -PAN_STEP])),
            _ => None,
        }
    }

    /// Returns what a turn of the wheel at a point shows; `None` if the page is to scroll instead,
    /// because the whole picture is shown and the wheel turns away from it.
    pub fn after_wheel(self, wheel: Wheel, at: FramePoint) -> Option<Self> {
        let is_away = wheel.delta_y > 0.0;
        (self.is_zoomed() || !is_away).then(|| self.zoomed_at(wheel.factor(), at))
    }

    fn limited(zoom: f64, x: f64, y: f64) -> Self {
        let within = |edge: f64| edge.max(1.0 - zoom).min(0.0);
        Self { zoom, x: within(x), y: within(y) }
    }
}

fn limit_zoom(zoom: f64) -> f64 {
    zoom.clamp(1.0, MAX_ZOOM)
}

/// A `WheelEvent`.
#[derive(Clone, Copy, Debug)]
pub struct Wheel {
    pub delta_y: f64,
    /// The delta counts lines or pages, not CSS pixels.
    pub in_lines: bool,
    /// The control key is pressed; browsers also set it for a pinch on a touchpad.
    pub with_control: bool,
}

impl Wheel {
    /// The factor by which this turn zooms.
    fn factor(self) -> f64 {
        let pixels = if self.in_lines { self.delta_y * 30.0 } else { self.delta_y };
        let speed = if self.with_control { 0.01 } else { 0.0025 };
        (-pixels * speed).exp()
    }
}

/// Size of the frame in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct FrameSize {
    pub width: f64,
    pub height: f64,
}

/// What a move of a pointer changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dragged {
    View(Viewport),
    /// Position of the divider between photo and drawing, in percent of the frame's width.
    Divider(f64),
}

/// The pointers that are pressed on the frame. One moves the picture or the divider, two pinch.
#[derive(Clone, Debug, Default)]
pub struct Pointers {
    /// Identifier and last position, in the order of their arrival.
    pressed: Vec<(i32, FramePoint)>,
    /// Position of the divider in percent when the first pointer was pressed.
    divider_before: f64,
    holds_divider: bool,
}

impl Pointers {
    /// Adds a pointer. `divider` is the present position of the divider in percent. Returns the
    /// position to which the divider goes back if this pointer makes the gesture a pinch: the first
    /// one has moved the divider on its way.
    pub fn press(&mut self, id: i32, at: FramePoint, frame: FrameSize, divider: f64) -> Option<f64> {
        if self.pressed.is_empty() {
            self.divider_before = divider;
            self.holds_divider = ((at[0] - divider / 100.0) * frame.width).abs() < DIVIDER_REACH;
        }
        self.release(id);
        self.pressed.push((id, at));
        (self.pressed.len() == 2).then_some(self.divider_before)
    }

    /// Whether two or more pointers are pressed: moves of the divider are then ignored.
    pub fn is_pinch(&self) -> bool {
        self.pressed.len() > 1
    }

    /// Position of the divider in percent before the gesture.
    pub fn divider_before(&self) -> f64 {
        self.divider_before
    }

    /// Moves a pointer and returns what changes, if anything does. While the drawing is retouched
    /// one pointer changes nothing here.
    pub fn drag(
        &mut self,
        id: i32,
        to: FramePoint,
        frame: FrameSize,
        view: Viewport,
        retouching: bool,
    ) -> Option<Dragged> {
        let before = self.spread(frame);
        let (_, at) = self.pressed.iter_mut().find(|(other, _)| *other == id)?;
        let from = std::mem::replace(at, to);
        if let (Some((middle_before, distance_before)), Some((middle, distance))) = (before, self.spread(frame)) {
            let panned = view.panned([middle[0] - middle_before[0], middle[1] - middle_before[1]]);
            let factor = if distance_before > 0.0 { distance / distance_before } else { 1.0 };
            Some(Dragged::View(panned.zoomed_at(factor, middle)))
        } else if !view.is_zoomed() || retouching {
            None
        } else if self.holds_divider {
            Some(Dragged::Divider((to[0] * 100.0).clamp(0.0, 100.0)))
        } else {
            Some(Dragged::View(view.panned([to[0] - from[0], to[1] - from[1]])))
        }
    }

    /// Removes a pointer that was lifted or cancelled.
    pub fn release(&mut self, id: i32) {
        self.pressed.retain(|&(other, _)| other != id);
    }

    /// Middle of the first two pointers and their distance in CSS pixels.
    fn spread(&self, frame: FrameSize) -> Option<(FramePoint, f64)> {
        let [(_, a), (_, b), ..] = *self.pressed.as_slice() else { return None };
        let distance = ((a[0] - b[0]) * frame.width).hypot((a[1] - b[1]) * frame.height);
        Some(([(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0], distance))
    }
}

#[cfg(test)]
mod tests;
