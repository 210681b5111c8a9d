//! JPEG decoder: limits and checks around the `jpeg-decoder` crate, which decodes at one, two, four
//! or eight eighths of the size (ITU-T T.81).

mod padding;
mod segments;

use std::io::{Cursor, ErrorKind};

use jpeg_decoder::{ColorTransform, Decoder, Error};

use super::{DecodeError, Header};
use crate::photo::Photo;
use padding::PaddedScans;
use segments::{ColourSpace, colour_space, without_last_mcus};
pub(super) use segments::{Frame, check_scans, exif, has_end};

/// Decodes the picture at `eighths` (1, 2, 4 or 8) eighths of its size, rounded up, before any EXIF
/// rotation.
///
/// Some cameras omit the last few MCUs. If the file has an end marker and misses only data of the
/// last row of MCUs, the row of pixels before them is repeated.
///
/// # Errors
///
/// [`DecodeError::CutOff`] if the data ends before the picture does, [`DecodeError::Broken`] if it
/// is damaged, [`DecodeError::UnsupportedJpeg`] for the kinds that the decoder does not know.
pub(super) fn decode(bytes: &[u8], header: Header, eighths: u32) -> Result<Photo, DecodeError> {
    let decoded = decode_complete(bytes, header, eighths);
    if decoded != Err(DecodeError::CutOff) || !has_end(bytes) {
        return decoded;
    }
    let (shorter, height) = without_last_mcus(bytes).ok_or(DecodeError::CutOff)?;
    let upper = decode_complete(&shorter, Header { height, ..header }, eighths)?;
    let (width, height) = (upper.width(), (header.height * eighths).div_ceil(8));
    let mut rgb = upper.into_rgb();
    let last_row = rgb.len() - width as usize * 3;
    for _ in rgb.len() / (width as usize * 3)..height as usize {
        rgb.extend_from_within(last_row..last_row + width as usize * 3);
    }
    Photo::from_rgb(width, height, rgb).map_err(|_| DecodeError::Broken)
}

fn decode_complete(bytes: &[u8], header: Header, eighths: u32) -> Result<Photo, DecodeError> {
    let frame = Frame::read(bytes)?;
    let colours = colour_space(bytes, &frame);
    let padded = PaddedScans::new(bytes);
    let mut data = Cursor::new(padded.bytes());
    let result = decode_padded(&mut data, header, eighths, colours);
    let (width, height, samples) = result.map_err(|error| match error {
        Error::Format(_) if padded.is_padding(data.position() as usize) => DecodeError::CutOff,
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => DecodeError::CutOff,
        Error::Unsupported(_) => DecodeError::UnsupportedJpeg,
        _ => DecodeError::Broken,
    })?;
    let rgb = match colours {
        ColourSpace::Grey => samples.iter().flat_map(|&grey| [grey; 3]).collect(),
        ColourSpace::YCbCr | ColourSpace::Rgb => samples,
        ColourSpace::Cmyk | ColourSpace::Ycck => samples.as_chunks().0.iter().flat_map(cmyk_to_rgb).collect(),
    };
    Photo::from_rgb(width, height, rgb).map_err(|_| DecodeError::Broken)
}

/// Width and height of the decoded picture, and its samples: grey, RGB or CMYK.
fn decode_padded(
    data: &mut Cursor<&[u8]>,
    header: Header,
    eighths: u32,
    colours: ColourSpace,
) -> Result<(u32, u32, Vec<u8>), Error> {
    let mut decoder = Decoder::new(data);
    decoder.read_info()?;
    let declared = decoder.info().map(|info| (u32::from(info.width), u32::from(info.height)));
    if declared != Some((header.width, header.height)) {
        return Err(Error::Format("the size differs from that in our header".to_owned()));
    }
    decoder.set_color_transform(match colours {
        ColourSpace::Grey => ColorTransform::Grayscale,
        ColourSpace::YCbCr => ColorTransform::YCbCr,
        ColourSpace::Rgb => ColorTransform::RGB,
        ColourSpace::Cmyk => ColorTransform::CMYK,
        ColourSpace::Ycck => ColorTransform::YCCK,
    });
    if eighths < 8 {
        // The decoder takes the smallest scale at which one side is long enough. The longer side
        // decides, because a short one may have the same length at two scales.
        let scaled = |side: u32| u16::try_from((side * eighths).div_ceil(8)).unwrap_or(u16::MAX);
        if header.width >= header.height {
            decoder.scale(scaled(header.width), u16::MAX)?;
        } else {
            decoder.scale(u16::MAX, scaled(header.height))?;
        }
    }
    let samples = decoder.decode()?;
    let info = decoder.info().ok_or_else(|| Error::Format("no frame".to_owned()))?;
    Ok((info.width.into(), info.height.into(), samples))
}

/// Ink 255 is full, as the decoder returns it.
fn cmyk_to_rgb(&[cyan, magenta, yellow, black]: &[u8; 4]) -> [u8; 3] {
    [cyan, magenta, yellow].map(|ink| {
        let product = u32::from(255 - ink) * u32::from(255 - black);
        ((product + 127) / 255) as u8
    })
}
