//! From the bytes of a JPEG, PNG or WebP file to a [`Photo`], and back to a file that carries nothing but pixels.
//! Content alone decides the type; size is refused from the header, before any pixel is decoded.

mod content;
mod jpeg;
mod walk;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageResult, Limits};
use thiserror::Error;

use crate::photo::Photo;

/// The largest photo that is decoded: 150 MB of pixels.
pub const MAX_PIXELS: u64 = 50_000_000;

/// What a decoder may allocate beside the picture itself: a progressive JPEG of 50 MP keeps two bytes a
/// coefficient, a 16-bit PNG eight bytes a pixel.
const MAX_ALLOC: u64 = MAX_PIXELS * 8 + (64 << 20);

/// What a PNG may say beside its picture, unpacked. Colour profiles come packed, a thousandfold if somebody means harm.
const MAX_WORDS: u64 = 16 << 20;

/// The file types that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Jpeg,
    Png,
    WebP,
}

impl Format {
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
        }
    }

    /// Without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::WebP => "webp",
        }
    }
}

/// What a file says of itself; the pixels may still prove broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub format: Format,
    /// Pixels across as stored; EXIF may yet turn the picture.
    pub width: u32,
    pub height: u32,
}

impl Header {
    /// The size at which a decoder should give the picture to be drawn, before it is turned upright: not less than the
    /// engine works with. A JPEG is stored as frequencies of blocks of 8 x 8 pixels; to leave the higher ones out is most
    /// of the way to a smaller picture, so its sides come in eighths.
    pub fn size_to_draw(&self) -> (u32, u32) {
        let eighths = self.eighths();
        let side = |pixels: u32| (pixels * eighths).div_ceil(8);
        (side(self.width), side(self.height))
    }

    /// 1 to 4, or 8 for all of it: between, nothing is gained.
    fn eighths(&self) -> u32 {
        let needed = (Photo::WORKING_EDGE * 8).div_ceil(self.width.max(self.height));
        if self.format == Format::Jpeg && needed <= 4 { needed } else { 8 }
    }
}

/// Why a file is not a photo. The sentences are for a log; screens have their own.
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

/// Reads type and size, decoding no pixels. Also finds animations; does not look at the end of the file.
pub fn header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let format = content::format(bytes)?;
    let size = match format {
        Format::Jpeg => walk::jpeg_size(bytes),
        Format::Png => walk::png_size(bytes),
        Format::WebP => walk::webp_size(bytes),
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

/// [`header`], and whether the file goes on to its proper end. Still decodes no pixels.
pub fn check(bytes: &[u8]) -> Result<Header, DecodeError> {
    let header = header(bytes)?;
    let whole = match header.format {
        Format::Jpeg => walk::jpeg_ends(bytes),
        Format::Png => walk::png_ends(bytes),
        Format::WebP => walk::webp_ends(bytes),
    };
    if whole {
        Ok(header)
    } else {
        // Decoders pad what is missing with grey, which would be drawn and paid for.
        Err(DecodeError::CutOff)
    }
}

impl Photo {
    /// Decodes a whole JPEG, PNG or WebP file: turned upright by its EXIF, transparency laid on white,
    /// 16 bits brought to 8, grey and CMYK to RGB. Every other word in the file is forgotten.
    ///
    /// At most [`MAX_PIXELS`]; the caller limits the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Photo, DecodeError> {
        let header = check(bytes)?;
        catch_unwind(AssertUnwindSafe(|| decode(bytes, header, 8))).unwrap_or(Err(DecodeError::Broken))
    }

    /// As [`Photo::decode`], but a large JPEG comes in fewer pixels, still as many as a drawing is made from: in a quarter
    /// of the time and, for 50 megapixels, an eighth of the memory.
    pub fn decode_to_draw(bytes: &[u8]) -> Result<Photo, DecodeError> {
        let header = check(bytes)?;
        catch_unwind(AssertUnwindSafe(|| decode(bytes, header, header.eighths()))).unwrap_or(Err(DecodeError::Broken))
    }

    /// A JPEG with no metadata, scaled down to `long_edge` pixels if it is larger; `quality` is 1 to 100.
    pub fn to_jpeg(&self, long_edge: u32, quality: u8) -> Vec<u8> {
        let scaled = self.downscaled(long_edge.max(1));
        let photo = scaled.as_ref().unwrap_or(self);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality.clamp(1, 100))
            .encode(photo.rgb(), photo.width(), photo.height(), ExtendedColorType::Rgb8)
            .expect("a photo is within the 65,535 pixels a JPEG holds, and memory takes every write");
        jpeg
    }

    /// A PNG with no metadata, from which the very same photo is read again.
    pub fn to_png(&self) -> Vec<u8> {
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(self.rgb(), self.width(), self.height(), ExtendedColorType::Rgb8)
            .expect("memory takes every write");
        png
    }
}

/// In so many eighths of its size where the file allows that.
fn decode(bytes: &[u8], header: Header, eighths: u32) -> Result<Photo, DecodeError> {
    let data = Cursor::new(bytes);
    let read = match header.format {
        Format::Jpeg => match jpeg::reduced(bytes, header, eighths)? {
            Some(photo) => JpegDecoder::new(data).map(|mut decoder| (image_of(photo), upright(&mut decoder))),
            None if jpeg::is_whole(bytes) => JpegDecoder::new(data).and_then(|decoder| pixels(decoder, header)),
            None => return Err(DecodeError::CutOff),
        },
        Format::Png if !walk::png_is_sound(bytes) => return Err(DecodeError::Broken),
        Format::Png => {
            PngDecoder::with_limits(data, limits(header, MAX_WORDS)).and_then(|decoder| pixels(decoder, header))
        }
        Format::WebP => WebPDecoder::new(data).and_then(|decoder| pixels(decoder, header)),
    };
    let (mut picture, orientation) = read.map_err(|_| DecodeError::Broken)?;
    picture = if picture.color().has_alpha() {
        let rgba = picture.into_rgba8();
        let (width, height) = rgba.dimensions();
        image_of(Photo::from_rgba(width, height, &rgba).map_err(|_| DecodeError::Broken)?)
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    Photo::from_rgb(width, height, picture.into_bytes()).map_err(|_| DecodeError::Broken)
}

fn image_of(photo: Photo) -> DynamicImage {
    let (width, height) = (photo.width(), photo.height());
    let picture = image::RgbImage::from_raw(width, height, photo.into_rgb());
    DynamicImage::ImageRgb8(picture.expect("a photo has three bytes for each of its pixels"))
}

fn limits(header: Header, most: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    limits.max_alloc = Some(most);
    limits
}

fn pixels(mut decoder: impl ImageDecoder, header: Header) -> ImageResult<(DynamicImage, Orientation)> {
    decoder.set_limits(limits(header, MAX_ALLOC))?;
    // A file that says one size to us and another to the decoder is up to something.
    if decoder.dimensions() != (header.width, header.height) {
        return Err(ImageError::Limits(image::error::LimitError::from_kind(
            image::error::LimitErrorKind::DimensionError,
        )));
    }
    let orientation = upright(&mut decoder);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

/// Unreadable EXIF is no reason to refuse the picture.
fn upright(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}
