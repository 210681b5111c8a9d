//! An 8-bit sRGB raster image without alpha or metadata, and its conversions from and to RGBA.

use thiserror::Error;

use crate::drawing::Drawing;
use crate::resize::{fit_long_edge, resize_rgb};

/// An upright image in 8-bit sRGB: three bytes per pixel, row by row from the top left.
///
/// Each side has 1 to [`Photo::MAX_SIDE`] pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

/// Why raw pixels are not a valid photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhotoError {
    #[error("a photo has at least one pixel")]
    Empty,
    #[error("a photo has at most {} pixels on a side", Photo::MAX_SIDE)]
    TooLarge,
    #[error("{width} x {height} pixels are not {bytes} bytes")]
    Length { width: u32, height: u32, bytes: usize },
}

impl Photo {
    /// Largest width and height in pixels: the limit of JPEG (ITU-T T.81, B.2.2). Keeps pixel
    /// indices within 32 bits on WebAssembly.
    pub const MAX_SIDE: u32 = 65_535;

    /// Long edge in pixels at which photos are processed; larger ones are scaled down to it.
    pub const WORKING_EDGE: u32 = Drawing::LONG_EDGE as u32;

    /// A photo of `width * height * 3` bytes.
    ///
    /// # Errors
    ///
    /// A side is 0 or larger than [`Photo::MAX_SIDE`], or the number of bytes is wrong.
    pub fn from_rgb(width: u32, height: u32, rgb: Vec<u8>) -> Result<Photo, PhotoError> {
        validate_size(width, height, rgb.len(), 3)?;
        Ok(Photo { width, height, rgb })
    }

    /// A photo of `width * height * 4` bytes with straight (not premultiplied) alpha, as in the
    /// `ImageData` of a canvas. The pixels are composited on white.
    ///
    /// # Errors
    ///
    /// Those of [`Photo::from_rgb`].
    pub fn from_rgba(width: u32, height: u32, rgba: &[u8]) -> Result<Photo, PhotoError> {
        validate_size(width, height, rgba.len(), 4)?;
        let mut rgb = vec![0; rgba.len() / 4 * 3];
        for (pixel, &[r, g, b, alpha]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(rgba.as_chunks().0) {
            *pixel = match alpha {
                // Fast path: almost all pixels are opaque.
                255 => [r, g, b],
                _ => [r, g, b].map(|colour| composite_on_white(colour, u32::from(alpha))),
            };
        }
        Ok(Photo { width, height, rgb })
    }

    /// Scales the photo down to at most [`Photo::WORKING_EDGE`] pixels on the longer side, by area
    /// average. The result gives byte for byte the same drawing as the photo itself.
    pub fn into_working_size(self) -> Photo {
        self.downscaled(Photo::WORKING_EDGE).unwrap_or(self)
    }

    /// A copy with `long_edge` pixels on the longer side by area average, or `None` if the photo is
    /// no larger.
    pub fn downscaled(&self, long_edge: u32) -> Option<Photo> {
        if self.width.max(self.height) <= long_edge {
            return None;
        }
        let (width, height) = fit_long_edge(self.width, self.height, long_edge);
        let colours = self.resized(width as usize, height as usize);
        let rgb = colours.iter().flat_map(|c| [c[0], c[1], c[2]]).map(|c| (c + 0.5) as u8).collect();
        Photo::from_rgb(width, height, rgb).ok()
    }

    /// The pixels resampled to `width * height`, row by row: red, green and blue from 0 to 255,
    /// then a zero.
    pub fn resized(&self, width: usize, height: usize) -> Vec<[f32; 4]> {
        resize_rgb(&self.rgb, [self.width as usize, self.height as usize], [width, height])
    }

    /// `width * height * 4` bytes of opaque RGBA, as in the `ImageData` of a canvas.
    pub fn to_rgba(&self) -> Vec<u8> {
        self.rgb.as_chunks().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width * height * 3` bytes, row by row from the top left.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    #[cfg(feature = "decode")]
    pub(crate) fn into_rgb(self) -> Vec<u8> {
        self.rgb
    }
}

/// Shows only the size: photos of children must not reach a log.
impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photo({} x {})", self.width, self.height)
    }
}

/// Validates the size and the number of bytes at `channels` bytes per pixel.
fn validate_size(width: u32, height: u32, bytes: usize, channels: u64) -> Result<(), PhotoError> {
    if width == 0 || height == 0 {
        return Err(PhotoError::Empty);
    }
    if width > Photo::MAX_SIDE || height > Photo::MAX_SIDE {
        return Err(PhotoError::TooLarge);
    }
    if u64::from(width) * u64::from(height) * channels != bytes as u64 {
        return Err(PhotoError::Length { width, height, bytes });
    }
    Ok(())
}

/// Alpha compositing on white. Integer arithmetic gives the same result on every platform.
fn composite_on_white(colour: u8, alpha: u32) -> u8 {
    ((u32::from(colour) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_pixels_are_composited_on_white() {
        let photo = Photo::from_rgba(3, 1, &[9, 9, 9, 0, 10, 20, 30, 255, 0, 0, 0, 128]).unwrap();
        assert_eq!(photo.rgb(), [255, 255, 255, 10, 20, 30, 127, 127, 127]);
    }

    #[test]
    fn invalid_size_is_rejected() {
        assert_eq!(Photo::from_rgb(2, 2, vec![0; 11]), Err(PhotoError::Length { width: 2, height: 2, bytes: 11 }));
        assert_eq!(Photo::from_rgb(0, 2, vec![]), Err(PhotoError::Empty));
        assert_eq!(Photo::from_rgba(70_000, 1, &[]), Err(PhotoError::TooLarge));
    }
}
