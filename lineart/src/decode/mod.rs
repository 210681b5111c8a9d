//! Decoder of JPEG, PNG and WebP files to a [`Photo`], and encoder of a [`Photo`] to JPEG and PNG
//! without metadata.
//!
//! The file type is detected from the content. Files of more than [`MAX_PIXELS`] are rejected from
//! the header, before any pixel is decoded.

mod container;
mod jpeg;
mod sniff;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
pub use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageResult, Limits};
use thiserror::Error;

use crate::photo::Photo;

/// Pixels of the largest photo that is decoded; 150 MB of RGB.
pub const MAX_PIXELS: u64 = 50_000_000;

/// Limit of a decoder's allocations, in bytes, besides the decoded picture. A progressive JPEG
/// needs two bytes per coefficient, a 16-bit PNG eight bytes per pixel.
const MAX_DECODER_ALLOC: u64 = MAX_PIXELS * 8 + (64 << 20);

/// Limit of a PNG's inflated metadata, in bytes: a small iCCP or zTXt chunk can expand a
/// thousandfold.
const MAX_PNG_METADATA: u64 = 16 << 20;

/// A supported file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
}

impl Format {
    /// The media type, for a `Content-Type` header.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
        }
    }

    /// The file name extension without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::WebP => "webp",
        }
    }
}

/// Format and size as declared in the header of a file; the pixel data may still be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub format: Format,
    /// Pixels across as stored, before any EXIF rotation.
    pub width: u32,
    /// Pixels down as stored, before any EXIF rotation.
    pub height: u32,
}

impl Header {
    /// Width and height that are enough for a drawing, before any EXIF rotation. The longer side
    /// has at least [`Photo::WORKING_EDGE`] pixels, or all of the file's. Only a JPEG is reduced,
    /// to whole eighths of its size: its 8 x 8 blocks can be decoded to 1 to 4 pixels a side from
    /// their lowest frequencies.
    pub fn reduced_size(&self) -> (u32, u32) {
        let eighths = self.scale_eighths();
        let side = |pixels: u32| (pixels * eighths).div_ceil(8);
        (side(self.width), side(self.height))
    }

    /// The scale in eighths: 1 to 4, or 8 for the full size. 5 to 7 would save hardly any work.
    fn scale_eighths(&self) -> u32 {
        let needed = (Photo::WORKING_EDGE * 8).div_ceil(self.width.max(self.height));
        if self.format == Format::Jpeg && needed <= 4 { needed } else { 8 }
    }
}

/// Why a file could not be decoded. The messages are for logs; user interfaces have their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is not an image")]
    NotAnImage,
    #[error("the file is an SVG drawing, not a photo")]
    Svg,
    #[error("the file is an animation, not a photo")]
    Animated,
    #[error("the file is HEIC or AVIF, which only some browsers decode")]
    Heic,
    #[error("the file is an image, but not JPEG, PNG or WebP")]
    UnsupportedFormat,
    #[error("{width} x {height} are more than {} megapixels", MAX_PIXELS / 1_000_000)]
    TooManyPixels { width: u32, height: u32 },
    #[error("the file is cut off")]
    CutOff,
    #[error("the file is damaged")]
    Broken,
}

/// Reads format and size without decoding pixels. Does not check that the file is complete.
///
/// # Errors
///
/// The file is of another type, an animation, larger than [`MAX_PIXELS`], or its header is damaged.
pub fn read_header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let format = sniff::detect_format(bytes)?;
    let size = match format {
        Format::Jpeg => container::jpeg_size(bytes),
        Format::Png => container::png_size(bytes),
        Format::WebP => container::webp_size(bytes),
    };
    let (width, height) = size?;
    if width == 0 || height == 0 {
        return Err(DecodeError::Broken);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(DecodeError::TooManyPixels { width, height });
    }
    if width > Photo::MAX_SIDE || height > Photo::MAX_SIDE {
        return Err(DecodeError::Broken);
    }
    Ok(Header { format, width, height })
}

/// [`read_header`], and checks that the file has its end marker. Decodes no pixels either.
///
/// # Errors
///
/// Those of [`read_header`], and [`DecodeError::CutOff`] if the end is missing.
pub fn validate_file(bytes: &[u8]) -> Result<Header, DecodeError> {
    let header = read_header(bytes)?;
    let is_complete = match header.format {
        Format::Jpeg => container::jpeg_is_complete(bytes),
        Format::Png => container::png_is_complete(bytes),
        Format::WebP => container::webp_is_complete(bytes),
    };
    if is_complete {
        Ok(header)
    } else {
        // Decoders fill missing pixels with grey; the user would pay for a page drawn from them.
        Err(DecodeError::CutOff)
    }
}

/// The EXIF orientation of a JPEG, read without decoding pixels; none if the EXIF data is missing
/// or damaged.
pub fn jpeg_orientation(bytes: &[u8]) -> Orientation {
    container::jpeg_exif(bytes).and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

impl Photo {
    /// Decodes a JPEG, PNG or WebP file at full size: rotated by its EXIF orientation, alpha
    /// composited on white, 16 bits reduced to 8, grey and CMYK converted to RGB. All other
    /// metadata is dropped.
    ///
    /// The caller limits the size of the file.
    ///
    /// # Errors
    ///
    /// The file is of another type, has more than [`MAX_PIXELS`], is truncated or damaged. A panic
    /// of a decoder becomes [`DecodeError::Broken`].
    pub fn decode(bytes: &[u8]) -> Result<Photo, DecodeError> {
        let header = validate_file(bytes)?;
        catch_unwind(AssertUnwindSafe(|| decode_pixels(bytes, header, 8))).unwrap_or(Err(DecodeError::Broken))
    }

    /// [`Photo::decode`], but a large baseline JPEG is decoded at [`Header::reduced_size`], which
    /// is enough for a drawing. Takes a quarter of the time and, for 50 megapixels, an eighth
    /// of the memory.
    ///
    /// # Errors
    ///
    /// Those of [`Photo::decode`].
    pub fn decode_reduced(bytes: &[u8]) -> Result<Photo, DecodeError> {
        let header = validate_file(bytes)?;
        catch_unwind(AssertUnwindSafe(|| decode_pixels(bytes, header, header.scale_eighths())))
            .unwrap_or(Err(DecodeError::Broken))
    }

    /// Encodes a JPEG without metadata, scaled down to at most `long_edge` pixels on the longer
    /// side. `quality` is clamped to 1 to 100.
    pub fn to_jpeg(&self, long_edge: u32, quality: u8) -> Vec<u8> {
        let scaled = self.downscaled(long_edge.max(1));
        let photo = scaled.as_ref().unwrap_or(self);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality.clamp(1, 100))
            .encode(photo.rgb(), photo.width(), photo.height(), ExtendedColorType::Rgb8)
            .expect("a photo has at most 65,535 pixels a side, as a JPEG, and writing to memory does not fail");
        jpeg
    }

    /// Encodes a PNG without metadata; decoding it gives an equal photo.
    pub fn to_png(&self) -> Vec<u8> {
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(self.rgb(), self.width(), self.height(), ExtendedColorType::Rgb8)
            .expect("writing to memory does not fail");
        png
    }
}

/// Decodes the pixels at `eighths` eighths of the size (8: full size) if the file is a baseline
/// JPEG, else at full size.
fn decode_pixels(bytes: &[u8], header: Header, eighths: u32) -> Result<Photo, DecodeError> {
    let data = Cursor::new(bytes);
    let read = match header.format {
        Format::Jpeg => match jpeg::decode_baseline_reduced(bytes, header, eighths)? {
            Some(photo) => JpegDecoder::new(data).map(|mut decoder| (to_image(photo), exif_orientation(&mut decoder))),
            None if jpeg::has_all_scan_data(bytes) => {
                JpegDecoder::new(data).and_then(|decoder| decode_with(decoder, header))
            }
            None => return Err(DecodeError::CutOff),
        },
        Format::Png if !container::png_checksums_match(bytes) => return Err(DecodeError::Broken),
        Format::Png => PngDecoder::with_limits(data, decoder_limits(header, MAX_PNG_METADATA))
            .and_then(|decoder| decode_with(decoder, header)),
        Format::WebP => WebPDecoder::new(data).and_then(|decoder| decode_with(decoder, header)),
    };
    let (mut picture, orientation) = read.map_err(|_| DecodeError::Broken)?;
    picture = if picture.color().has_alpha() {
        let rgba = picture.into_rgba8();
        let (width, height) = rgba.dimensions();
        to_image(Photo::from_rgba(width, height, &rgba).map_err(|_| DecodeError::Broken)?)
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    Photo::from_rgb(width, height, picture.into_bytes()).map_err(|_| DecodeError::Broken)
}

fn to_image(photo: Photo) -> DynamicImage {
    let (width, height) = (photo.width(), photo.height());
    let picture = image::RgbImage::from_raw(width, height, photo.into_rgb());
    DynamicImage::ImageRgb8(picture.expect("a photo has three bytes per pixel"))
}

fn decoder_limits(header: Header, max_alloc: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    limits.max_alloc = Some(max_alloc);
    limits
}

/// Picture and EXIF orientation, from a decoder of the `image` crate.
fn decode_with(mut decoder: impl ImageDecoder, header: Header) -> ImageResult<(DynamicImage, Orientation)> {
    decoder.set_limits(decoder_limits(header, MAX_DECODER_ALLOC))?;
    // A crafted file can declare one size to our parser and another to the decoder.
    if decoder.dimensions() != (header.width, header.height) {
        return Err(ImageError::Limits(image::error::LimitError::from_kind(
            image::error::LimitErrorKind::DimensionError,
        )));
    }
    let orientation = exif_orientation(&mut decoder);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// The EXIF orientation; none if the EXIF data is missing or damaged.
fn exif_orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}
