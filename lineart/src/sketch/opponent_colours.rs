//! Opponent colour space at the working size: lightness, red-green and yellow-blue of square roots
//! of the gamma-coded channels, which raises contrast in shadows.

use super::field::{Field, Lanes};
use crate::photo::Photo;
use crate::resize::fit_long_edge;

/// Added to every channel, 0 to 1, before its square root: limits the amplification of noise in
/// black.
const SHADOW_OFFSET: f32 = 0.03;

/// The photo with [`Photo::WORKING_EDGE`] px on its longer side: lightness 0 to about 1, red-green
/// and yellow-blue about -0.5 to 0.5, then a zero.
pub(super) fn opponent_colours(photo: &Photo) -> Field<4> {
    let (width, height) = fit_long_edge(photo.width(), photo.height(), Photo::WORKING_EDGE);
    let mut colours = Field::new(width as usize, height as usize);
    colours.data = photo.resized(colours.width, colours.height);
    for colour in &mut colours.data {
        let [r, g, b, _] = (Lanes::new(*colour) / 255.0 + SHADOW_OFFSET).sqrt().to_array();
        *colour = [0.299 * r + 0.587 * g + 0.114 * b, 0.5 * (r - g), 0.25 * (r + g - 2.0 * b), 0.0];
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opponent_of(rgb: [u8; 3]) -> [f32; 4] {
        opponent_colours(&Photo::from_rgb(4, 4, rgb.repeat(16)).unwrap()).data[0]
    }

    #[test]
    fn grey_has_no_chroma() {
        let [lightness, red_green, yellow_blue, _] = opponent_of([128; 3]);
        assert!(lightness > 0.7 && red_green.abs() < 1e-6 && yellow_blue.abs() < 1e-6);
    }

    #[test]
    fn red_and_yellow_are_positive() {
        assert!(opponent_of([200, 40, 40])[1] > 0.1);
        assert!(opponent_of([200, 200, 40])[2] > 0.1);
    }
}
