//! Decoder of JPEG, PNG and WebP files to a [`Photo`], and encoder of a [`Photo`] to JPEG and PNG
//! without metadata.
//!
//! The file type is detected from the content. Files of more than [`Format::max_pixels`] are
//! rejected from the header, before any pixel is decoded.

mod container;
mod jpeg;
mod sniff;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
pub use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageResult, Limits};
use thiserror::Error;

use crate::photo::Photo;
use jpeg::Frame;

/// Pixels of the largest photo that is decoded at full size; 150 MB of RGB.
pub const MAX_PIXELS: u64 = 50_000_000;

/// Pixels of the largest JPEG that is decoded at reduced size.
const MAX_JPEG_PIXELS: u64 = 200_000_000;

/// Pixels per byte of a JPEG, at most: each block of 8 x 8 takes at least one bit.
const MAX_JPEG_PIXELS_PER_BYTE: u64 = 64 * 8;

/// Limit of a decoder's allocations, in bytes, besides the decoded picture. A 16-bit PNG needs
/// eight bytes per pixel.
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

    /// Pixels of the largest file that is accepted: [`MAX_PIXELS`], or 200 million for a JPEG,
    /// which can be decoded at reduced size.
    pub fn max_pixels(self) -> u64 {
        match self {
            Format::Jpeg => MAX_JPEG_PIXELS,
            Format::Png | Format::WebP => MAX_PIXELS,
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
    /// to an eighth, a quarter or half of its size: its 8 x 8 blocks can be decoded to 1, 2 or 4
    /// pixels a side from their lowest frequencies.
    pub fn reduced_size(&self) -> (u32, u32) {
        let eighths = self.scale_eighths(Photo::WORKING_EDGE);
        let side = |pixels: u32| (pixels * eighths).div_ceil(8);
        (side(self.width), side(self.height))
    }

    /// The smallest scale in eighths at which the longer side has `long_edge` pixels; 8 for the
    /// full size.
    fn scale_eighths(&self, long_edge: u32) -> u32 {
        let needed = long_edge.saturating_mul(8).div_ceil(self.width.max(self.height));
        match self.format {
            Format::Jpeg if needed <= 4 => needed.max(1).next_power_of_two(),
            _ => 8,
        }
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
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
    #[error("the file is an arithmetic, lossless, hierarchical, 12-bit or otherwise unusual JPEG")]
    UnsupportedJpeg,
    #[error("{width} x {height} are too many pixels")]
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
/// The file is of another type, an animation, an unusual kind of JPEG, larger than
/// [`Format::max_pixels`], or its header is damaged.
pub fn read_header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let format = sniff::detect_format(bytes)?;
    let (width, height) = match format {
        Format::Jpeg => Frame::read(bytes).map(|frame| (frame.width, frame.height)),
        Format::Png => container::png_size(bytes),
        Format::WebP => container::webp_size(bytes),
    }?;
    let header = Header { format, width, height };
    if width == 0 || height == 0 {
        return Err(DecodeError::Broken);
    }
    if header.pixels() > format.max_pixels() {
        return Err(DecodeError::TooManyPixels { width, height });
    }
    if width > Photo::MAX_SIDE || height > Photo::MAX_SIDE {
        return Err(DecodeError::Broken);
    }
    Ok(header)
}

/// [`read_header`], and checks that the file has its end: the end marker, or all scans of a JPEG.
/// Decodes no pixels either.
///
/// # Errors
///
/// Those of [`read_header`], and [`DecodeError::CutOff`] if the end is missing.
pub fn validate_file(bytes: &[u8]) -> Result<Header, DecodeError> {
    let header = read_header(bytes)?;
    let is_complete = match header.format {
        Format::Jpeg => {
            jpeg::check_scans(bytes, &Frame::read(bytes)?)?;
            header.pixels() <= bytes.len() as u64 * MAX_JPEG_PIXELS_PER_BYTE
        }
        Format::Png => container::png_is_complete(bytes),
        Format::WebP => container::webp_is_complete(bytes),
    };
    // Decoders fill missing pixels with grey; the user would pay for a page drawn from them.
    if is_complete { Ok(header) } else { Err(DecodeError::CutOff) }
}

/// The EXIF orientation of a JPEG, read without decoding pixels; none if the EXIF data is missing
/// or damaged.
pub fn jpeg_orientation(bytes: &[u8]) -> Orientation {
    jpeg::exif(bytes).and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

/// True for a JPEG without EOI marker: [`validate_file`] accepts it, and only decoding its pixels
/// shows whether the last ones are there.
pub fn jpeg_end_is_missing(bytes: &[u8]) -> bool {
    matches!(sniff::detect_format(bytes), Ok(Format::Jpeg)) && !jpeg::has_end(bytes)
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
    /// The file is of another type or an unusual kind of JPEG, has more than [`MAX_PIXELS`], is
    /// truncated or damaged. A panic of a decoder becomes [`DecodeError::Broken`].
    pub fn decode(bytes: &[u8]) -> Result<Photo, DecodeError> {
        Photo::decode_at_least(bytes, Photo::MAX_SIDE)
    }

    /// [`Photo::decode`], but a large JPEG is decoded at [`Header::reduced_size`], which is enough
    /// for a drawing.
    ///
    /// # Errors
    ///
    /// Those of [`Photo::decode`], but a JPEG may have 200 million pixels.
    pub fn decode_reduced(bytes: &[u8]) -> Result<Photo, DecodeError> {
        Photo::decode_at_least(bytes, Photo::WORKING_EDGE)
    }

    /// [`Photo::decode`], but a large JPEG is decoded at the smallest of an eighth, a quarter and
    /// half of its size at which the longer side has `long_edge` pixels.
    ///
    /// # Errors
    ///
    /// Those of [`Photo::decode`], but a JPEG may have 200 million pixels if it is reduced to at
    /// most [`MAX_PIXELS`].
    pub fn decode_at_least(bytes: &[u8], long_edge: u32) -> Result<Photo, DecodeError> {
        let header = validate_file(bytes)?;
        let eighths = header.scale_eighths(long_edge);
        if header.pixels() * u64::from(eighths * eighths) / 64 > MAX_PIXELS {
            return Err(DecodeError::TooManyPixels { width: header.width, height: header.height });
        }
        catch_unwind(AssertUnwindSafe(|| decode_pixels(bytes, header, eighths))).unwrap_or(Err(DecodeError::Broken))
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

/// Decodes the pixels, those of a JPEG at `eighths` eighths of the size.
fn decode_pixels(bytes: &[u8], header: Header, eighths: u32) -> Result<Photo, DecodeError> {
    let data = Cursor::new(bytes);
    let (mut picture, orientation) = match header.format {
        Format::Jpeg => (to_image(jpeg::decode(bytes, header, eighths)?), jpeg_orientation(bytes)),
        Format::Png if !container::png_checksums_match(bytes) => return Err(DecodeError::Broken),
        Format::Png => PngDecoder::with_limits(data, decoder_limits(header, MAX_PNG_METADATA))
            .and_then(|decoder| decode_with(decoder, header))
            .map_err(|_| DecodeError::Broken)?,
        Format::WebP => {
            WebPDecoder::new(data).and_then(|decoder| decode_with(decoder, header)).map_err(|_| DecodeError::Broken)?
        }
    };
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
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}
