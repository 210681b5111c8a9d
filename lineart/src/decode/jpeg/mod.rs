//! Baseline JPEG decoder with a reduced-size inverse DCT (ITU-T T.81): decodes at one to four
//! eighths of the size.
//!
//! A block of 8 x 8 pixels is stored as frequencies. Its lowest `n` x `n` frequencies make a block
//! of `n` x `n` pixels, so most coefficients are skipped, not decoded. Cameras write baseline files
//! with one scan; for every other kind the caller falls back to the decoder of the `image` crate.

mod bit_reader;
mod huffman;
mod idct;
mod progressive;
mod scan;
mod segments;

use super::{DecodeError, Header};
use crate::photo::Photo;
use idct::IdctBasis;
use scan::ScanError;
use segments::BaselineJpeg;

/// Decodes the picture at `eighths` (1 to 4) eighths of its size, rounded up, before any EXIF
/// rotation. `None` if the file is not a baseline JPEG that this decoder supports, or `eighths` is
/// 8.
///
/// # Errors
///
/// [`DecodeError::CutOff`] if the data ends before the picture does.
pub(super) fn decode_baseline_reduced(
    bytes: &[u8],
    header: Header,
    eighths: u32,
) -> Result<Option<Photo>, DecodeError> {
    let Some(mut jpeg) = BaselineJpeg::parse(bytes).filter(|_| eighths < 8) else { return Ok(None) };
    if (jpeg.width, jpeg.height) != (header.width as usize, header.height as usize) {
        return Ok(None);
    }
    let Some(mut image) = ReducedImage::new(&mut jpeg, eighths as usize) else { return Ok(None) };
    match scan::decode_scan(&jpeg, |position, block| image.add_block(position, block)) {
        Ok(()) => Photo::from_rgb(image.width as u32, image.height as u32, image.rgb)
            .map(Some)
            .map_err(|_| DecodeError::Broken),
        Err(ScanError::Truncated) => Err(DecodeError::CutOff),
        Err(ScanError::Invalid) => Ok(None),
    }
}

/// False if the entropy-coded data ends before the picture does, even though the file has an end
/// marker: the full decoder would fill the rest with grey. True for every file that this decoder
/// does not support.
pub(super) fn has_all_scan_data(bytes: &[u8]) -> bool {
    let Some(mut jpeg) = BaselineJpeg::parse(bytes) else { return progressive::covers_all_coefficients(bytes) };
    jpeg.components.iter_mut().for_each(|component| component.last_needed = 0);
    !matches!(scan::decode_scan(&jpeg, |_, _| ()), Err(ScanError::Truncated))
}

/// The reduced image, built up one row of MCUs at a time.
struct ReducedImage {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
    planes: Vec<Plane>,
    /// Pixels from one row of a plane to the next.
    stride: usize,
    /// Pixel rows of a plane.
    rows: usize,
}

/// One row of MCUs of one component, at the resolution of the reduced image.
struct Plane {
    values: Vec<f32>,
    horizontal: IdctBasis,
    vertical: IdctBasis,
    /// Blocks across in an MCU.
    blocks_across: usize,
}

impl ReducedImage {
    fn new(jpeg: &mut BaselineJpeg, eighths: usize) -> Option<ReducedImage> {
        let (width, height) = ((jpeg.width * eighths).div_ceil(8), (jpeg.height * eighths).div_ceil(8));
        let (max_h, max_v) = jpeg.max_sampling();
        let (stride, rows) = (jpeg.mcus_across() * max_h * eighths, max_v * eighths);
        let new_plane = |component: &mut segments::Component| {
            // Blocks of a subsampled component are transformed to a larger size, which upsamples
            // it.
            let horizontal = IdctBasis::new(eighths * max_h / component.h)?;
            let vertical = IdctBasis::new(eighths * max_v / component.v)?;
            component.last_needed = scan::last_zigzag_index(horizontal.size(), vertical.size());
            Some(Plane { values: vec![0.0; stride * rows], horizontal, vertical, blocks_across: component.h })
        };
        let planes = jpeg.components.iter_mut().map(new_plane).collect::<Option<_>>()?;
        Some(ReducedImage { width, height, rgb: Vec::with_capacity(width * height * 3), planes, stride, rows })
    }

    /// Transforms one block into its plane; the last block of a row of MCUs completes the pixels of
    /// that row.
    fn add_block(&mut self, position: scan::BlockPosition, block: &scan::Block) {
        let plane = &mut self.planes[position.component];
        let (width, height) = (plane.horizontal.size(), plane.vertical.size());
        let x = (position.mcu * plane.blocks_across + position.x) * width;
        let out = &mut plane.values[position.y * height * self.stride + x..];
        idct::inverse_dct(block, &plane.horizontal, &plane.vertical, out, self.stride);
        if position.ends_row {
            self.append_rgb_rows();
        }
    }

    /// Converts the row of MCUs in the planes to RGB, cropped to the image.
    fn append_rgb_rows(&mut self) {
        let done = self.rgb.len();
        let rows = self.rows.min(self.height - done / (self.width * 3));
        self.rgb.resize(done + rows * self.width * 3, 0);
        for (y, row) in self.rgb[done..].chunks_exact_mut(self.width * 3).enumerate() {
            let pixels = row.as_chunks_mut().0;
            let line = y * self.stride..y * self.stride + self.width;
            match self.planes.as_slice() {
                [grey] => {
                    for (pixel, &value) in pixels.iter_mut().zip(&grey.values[line]) {
                        *pixel = [to_sample(value); 3];
                    }
                }
                [y, cb, cr] => {
                    let chroma = cb.values[line.clone()].iter().zip(&cr.values[line.clone()]);
                    for ((pixel, &y), (&cb, &cr)) in pixels.iter_mut().zip(&y.values[line]).zip(chroma) {
                        *pixel = ycbcr_to_rgb(y, cb, cr);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Undoes the level shift (T.81, A.3.1) and rounds; saturates at 0 and 255.
fn to_sample(value: f32) -> u8 {
    (value + 128.5) as u8
}

/// The conversion of JFIF (ITU-R BT.601), from values around 0.
fn ycbcr_to_rgb(y: f32, cb: f32, cr: f32) -> [u8; 3] {
    [to_sample(y + 1.402 * cr), to_sample(y - 0.344_136 * cb - 0.714_136 * cr), to_sample(y + 1.772 * cb)]
}
