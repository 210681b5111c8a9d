//! An sRGB colour, its hexadecimal notation and its stored form.

use std::{fmt, str::FromStr};

/// An opaque sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// The colour of unpainted paper.
    pub const WHITE: Self = Self([255; 3]);

    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Red, green and blue.
    pub fn channels(self) -> [u8; 3] {
        self.0
    }

    /// The RGBA bytes as a little-endian number: the form in which a browser stores a colour.
    pub fn to_stored(self) -> u32 {
        let [red, green, blue] = self.0;
        u32::from_le_bytes([red, green, blue, 255])
    }

    /// The inverse of [`Self::to_stored`].
    pub fn from_stored(stored: u32) -> Self {
        let [red, green, blue, _] = stored.to_le_bytes();
        Self([red, green, blue])
    }
}

/// The text is not `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColourError;

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(ColourError)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| ColourError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        if digits.starts_with('+') { Err(ColourError) } else { Ok(Self([red, green, blue])) }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_read_and_written_as_hexadecimal() {
        assert_eq!("#d8432e".parse(), Ok(Colour::new(216, 67, 46)));
        assert_eq!(Colour::new(216, 67, 46).to_string(), "#d8432e");
        for invalid in ["", "d8432e", "#d8432", "#d8432g", "#+12345", "#d8432é"] {
            assert_eq!(invalid.parse::<Colour>(), Err(ColourError), "{invalid}");
        }
    }

    #[test]
    fn stored_colour_is_a_little_endian_number() {
        let colour = Colour::new(0xd8, 0x43, 0x2e);
        assert_eq!(colour.to_stored(), 0xff2e_43d8);
        assert_eq!(Colour::from_stored(0xff2e_43d8), colour);
    }
}
