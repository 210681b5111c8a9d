//! Decoding a photo file with the decoders of the browser.

use lineart::{
    Photo,
    decode::{Header, Orientation},
};
use model::{Problem, ProblemCode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ImageBitmap, ImageBitmapOptions, ImageOrientation, ResizeQuality};

use super::{
    image_decoder::{self, VideoFrame},
    picture::Picture,
    pixels, worker_scope,
};

/// Longest edge in pixels of a decoded picture. The engine scales down further, and better; fewer
/// pixels would cost detail, more only time.
const LONG_EDGE: f64 = 2048.0;

/// A decoded photo: the size of the upright picture, and its pixels at no more than [`LONG_EDGE`].
pub(super) struct Decoded {
    pub width: u32,
    pub height: u32,
    pub photo: Photo,
}

/// Decodes a photo file.
///
/// # Errors
///
/// The photo cannot be used, or the browser does not let its pixels be read.
pub(super) async fn decode(file: &Blob) -> Result<Decoded, ProblemCode> {
    let broken = |_: JsValue| ProblemCode::PhotoBroken;
    let data = js_sys::Uint8Array::new(&JsFuture::from(file.array_buffer()).await.map_err(broken)?);
    let bytes = data.to_vec();
    let (header, problem) = match lineart::decode::validate_file(&bytes) {
        Ok(header) => (Some(header), None),
        Err(error) => (None, Some(Problem::from(error).code)),
    };
    // The browser may decode some formats that the engine does not know. Unusual JPEGs are refused
    // here too: a page must not depend on whether the browser or the server draws it.
    if let Some(code) = problem
        && !matches!(code, ProblemCode::PhotoHeic | ProblemCode::PhotoUnsupported)
    {
        return Err(code);
    }
    let reduced = header.filter(|header| header.reduced_size() != (header.width, header.height));
    let orientation = reduced.map(|_| lineart::decode::jpeg_orientation(&bytes));
    let may_be_cut_off = header.is_some() && lineart::decode::jpeg_end_is_missing(&bytes);
    // Chromium refuses a JPEG without end marker, even if all its pixels are there.
    let data = match may_be_cut_off {
        true => js_sys::Uint8Array::from([bytes.as_slice(), b"\xff\xd9"].concat().as_slice()),
        false => data,
    };
    drop(bytes);
    let decoded = match reduced.zip(orientation) {
        Some((header, orientation)) => decode_reduced(&data, header, orientation).await,
        None => None,
    };
    let picture = match decoded {
        Some(frame) => Picture::Frame(frame),
        None => {
            // Safari decodes at full size in any case, but scales faster than its canvas.
            let upright = reduced.zip(orientation).filter(|_| !image_decoder::is_available());
            let size = upright.map(|(header, orientation)| working_size(upright_size(header, orientation)));
            let bitmap = decode_bitmap(&data, &file.type_(), size).await;
            Picture::Bitmap(bitmap.map_err(|_| problem.unwrap_or(ProblemCode::PhotoBroken))?)
        }
    };
    let (width, height) = picture.size();
    let photo = read_pixels(&picture, header, width, height).await;
    picture.close();
    let photo = photo?;
    if may_be_cut_off && has_grey_corner(&photo) {
        return Err(ProblemCode::PhotoCutOff);
    }
    Ok(Decoded { width, height, photo })
}

/// True if a corner has the grey with which decoders fill missing pixels. The last pixel of the
/// file is in any corner, because the photo is upright.
fn has_grey_corner(photo: &Photo) -> bool {
    let pixels = photo.rgb().as_chunks::<3>().0;
    let width = photo.width() as usize;
    let corners = [0, width - 1, pixels.len() - width, pixels.len() - 1];
    corners.into_iter().any(|at| pixels[at].iter().all(|sample| sample.abs_diff(128) <= 2))
}

/// Scales a size down to [`LONG_EDGE`].
fn working_size((width, height): (u32, u32)) -> (u32, u32) {
    let scale = (LONG_EDGE / f64::from(width.max(height))).min(1.0);
    let scaled = |side: u32| (f64::from(side) * scale).round().max(1.0) as u32;
    (scaled(width), scaled(height))
}

/// Reads the pixels of a decoded picture at the working size. Without a header, which was checked,
/// the size is.
async fn read_pixels(picture: &Picture, header: Option<Header>, width: u32, height: u32) -> Result<Photo, ProblemCode> {
    if header.is_none() && u64::from(width) * u64::from(height) > lineart::MAX_PIXELS {
        return Err(ProblemCode::PhotoTooManyPixels);
    }
    let (across, down) = working_size((width, height));
    let rgba = pixels::read(picture, across, down).await?;
    Photo::from_rgba(across, down, &rgba).map_err(|_| ProblemCode::PhotoBroken)
}

/// Decodes a large JPEG at the size that is enough for a drawing. `None` where the browser cannot,
/// or where its result is not trustworthy.
async fn decode_reduced(data: &js_sys::Uint8Array, header: Header, orientation: Orientation) -> Option<VideoFrame> {
    let is_upright = orientation == Orientation::NoTransforms;
    if !image_decoder::is_available() || !(is_upright || image_decoder::frames_have_rotation()) {
        return None;
    }
    let (width, height) = header.reduced_size();
    let frame = image_decoder::decode_jpeg(data, width, height).await.ok()?;
    let expected = upright_size(header, orientation);
    if has_aspect_ratio((frame.display_width(), frame.display_height()), expected) {
        return Some(frame);
    }
    frame.close_frame();
    None
}

/// Width and height of the picture when it is rotated as its EXIF orientation says.
fn upright_size(header: Header, orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (header.height, header.width)
        }
        _ => (header.width, header.height),
    }
}

/// True if `size` is `original` scaled by one factor, with each side rounded to a neighbouring
/// integer.
fn has_aspect_ratio(size: (u32, u32), original: (u32, u32)) -> bool {
    let (width, height) = (i64::from(size.0), i64::from(size.1));
    let (original_width, original_height) = (i64::from(original.0), i64::from(original.1));
    (width * original_height - height * original_width).abs() <= original_width.max(original_height)
}

/// Decodes an upright picture, scaled to `size` if one is given.
async fn decode_bitmap(
    data: &js_sys::Uint8Array,
    media_type: &str,
    size: Option<(u32, u32)>,
) -> Result<ImageBitmap, JsValue> {
    // A copy in memory: Firefox cannot decode a file that is composed of several parts, and the
    // page may delete the original from its database meanwhile.
    let properties = BlobPropertyBag::new();
    properties.set_type(media_type);
    let file = Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(data), &properties)?;
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    if let Some((width, height)) = size {
        options.set_resize_width(width);
        options.set_resize_height(height);
        options.set_resize_quality(ResizeQuality::High);
    }
    let bitmap = worker_scope().create_image_bitmap_with_blob_and_image_bitmap_options(&file, &options)?;
    JsFuture::from(bitmap).await?.dyn_into()
}

#[cfg(test)]
mod tests {
    use lineart::decode::Format;

    use super::*;

    const LANDSCAPE: Header = Header { format: Format::Jpeg, width: 4000, height: 3000 };

    #[test]
    fn quarter_turn_swaps_width_and_height() {
        assert_eq!(upright_size(LANDSCAPE, Orientation::NoTransforms), (4000, 3000));
        assert_eq!(upright_size(LANDSCAPE, Orientation::Rotate180), (4000, 3000));
        assert_eq!(upright_size(LANDSCAPE, Orientation::Rotate90), (3000, 4000));
        assert_eq!(upright_size(LANDSCAPE, Orientation::Rotate270FlipH), (3000, 4000));
    }

    #[test]
    fn reduced_sizes_keep_the_aspect_ratio() {
        for (width, height) in [(4000, 3000), (3001, 1999), (8000, 6000), (9001, 7), (2049, 2048)] {
            let header = Header { format: Format::Jpeg, width, height };
            assert!(has_aspect_ratio(header.reduced_size(), (width, height)), "{width} x {height}");
        }
    }

    #[test]
    fn grey_corner_is_found_in_any_orientation() {
        let photo = |corner: usize| {
            let mut rgb = vec![90; 4 * 3 * 3];
            rgb[corner * 3..corner * 3 + 3].fill(128);
            Photo::from_rgb(4, 3, rgb).expect("a photo")
        };
        assert!([0, 3, 8, 11].into_iter().all(|corner| has_grey_corner(&photo(corner))));
        assert!(!has_grey_corner(&photo(5)));
    }

    #[test]
    fn stretched_picture_is_recognised() {
        assert!(!has_aspect_ratio((1500, 1125), (3000, 4000)));
        assert!(!has_aspect_ratio((1200, 1125), (4000, 3000)));
    }
}
