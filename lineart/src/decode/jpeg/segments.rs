//! Parser for the marker segments of a JPEG (ITU-T T.81, annex B), and completeness of its scans.
//!
//! No pixel is decoded, and every length field is checked against the bytes that are there.

use crate::decode::DecodeError;

/// One bit for each coefficient of a block.
const ALL_COEFFICIENTS: u64 = u64::MAX;

/// Most scans of a file; encoders write about ten. Each one may take a few bytes, yet the decoder
/// visits all blocks of the picture.
const MAX_SCANS: u64 = 100;

/// Most pixels of all scans together: 20 scans of the largest picture, some seconds of work.
const MAX_SCANNED_PIXELS: u64 = 4_000_000_000;

/// A marker with its parameters.
pub(super) struct Segment<'a> {
    /// The second byte of the marker.
    pub code: u8,
    /// Index of the first byte of the marker, or of the fill bytes before it.
    pub start: usize,
    /// Index after the parameters.
    pub end: usize,
    /// The parameters without their length field.
    pub body: &'a [u8],
}

/// The segments after the SOI marker, without restart markers. Entropy-coded data and bytes that
/// belong to no segment are skipped. The last item is [`DecodeError::CutOff`] if a segment is
/// incomplete.
pub(super) fn segments(bytes: &[u8]) -> impl Iterator<Item = Result<Segment<'_>, DecodeError>> {
    let mut at = Some(2);
    std::iter::from_fn(move || {
        let (start, code, body) = next_marker(bytes, at.take()?)?;
        // TEM, SOI and EOI stand alone.
        let length = match code {
            0x01 | 0xd8 | 0xd9 => 0,
            _ => match bytes.get(body..body + 2) {
                Some(length) => usize::from(u16::from_be_bytes([length[0], length[1]])).max(2),
                None => return Some(Err(DecodeError::CutOff)),
            },
        };
        let end = body + length;
        let Some(body) = bytes.get((body + 2).min(end)..end) else { return Some(Err(DecodeError::CutOff)) };
        at = Some(end);
        Some(Ok(Segment { code, start, end, body }))
    })
}

/// Start, code and index after the next marker that is not a restart marker.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(usize, u8, usize)> {
    loop {
        let start = at + bytes.get(at..)?.iter().position(|&byte| byte == 0xff)?;
        let fill = bytes[start..].iter().position(|&byte| byte != 0xff)?;
        let code = bytes[start + fill];
        at = start + fill + 1;
        if code != 0 && !matches!(code, 0xd0..=0xd7) {
            return Some((start, code, at));
        }
    }
}

/// The frame header (T.81, B.2.2) of a JPEG that can be decoded.
pub(in crate::decode) struct Frame {
    /// Pixels, at least 1.
    pub width: u32,
    /// Pixels, at least 1.
    pub height: u32,
    /// Pixels down in a row of MCUs.
    mcu_height: u32,
    is_progressive: bool,
    components: Vec<u8>,
}

impl Frame {
    /// Reads the frame header.
    ///
    /// # Errors
    ///
    /// [`DecodeError::UnsupportedJpeg`] unless the JPEG is baseline, extended sequential or
    /// progressive, Huffman-coded, of 8 bits, and has 1, 3 or 4 components with usual
    /// sampling factors; [`DecodeError::CutOff`] and [`DecodeError::Broken`] if there is no valid
    /// frame header.
    pub fn read(bytes: &[u8]) -> Result<Frame, DecodeError> {
        for segment in segments(bytes) {
            let Segment { code, body, .. } = segment?;
            match code {
                0xc0..=0xc2 => return Frame::parse(code, body),
                // DHT; the other codes of this range are further processes, or DAC.
                0xc4 => {}
                // DNL, DHP, EXP: lines that are counted later, and hierarchical files.
                0xc3..=0xcf | 0xdc | 0xde | 0xdf => return Err(DecodeError::UnsupportedJpeg),
                // SOS or EOI before a frame header.
                0xda | 0xd9 => return Err(DecodeError::Broken),
                _ => {}
            }
        }
        Err(DecodeError::CutOff)
    }

    fn parse(code: u8, body: &[u8]) -> Result<Frame, DecodeError> {
        let &[precision, y1, y0, x1, x0, count, ref components @ ..] = body else { return Err(DecodeError::Broken) };
        let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
        let (width, height) = (side(x1, x0), side(y1, y0));
        let (components, []) = components.as_chunks::<3>() else { return Err(DecodeError::Broken) };
        if width == 0 || components.len() != usize::from(count) {
            return Err(DecodeError::Broken);
        }
        // A height of 0 is defined after the first scan (DNL).
        if precision != 8 || height == 0 || !matches!(count, 1 | 3 | 4) || !has_usual_sampling(components) {
            return Err(DecodeError::UnsupportedJpeg);
        }
        let mcu_height = components.iter().map(|&[_, sampling, _]| u32::from(sampling & 15) * 8).max().unwrap_or(8);
        let components = components.iter().map(|&[id, ..]| id).collect();
        Ok(Frame { width, height, mcu_height, is_progressive: code == 0xc2, components })
    }
}

/// A copy of the file whose frame header ends the picture before its last row of MCUs, and the new
/// height. `None` if there is only one row.
pub(super) fn without_last_mcus(bytes: &[u8]) -> Option<(Vec<u8>, u32)> {
    let frame = Frame::read(bytes).ok()?;
    let height = (frame.height - 1) / frame.mcu_height * frame.mcu_height;
    let header = segments(bytes).map_while(Result::ok).find(|segment| matches!(segment.code, 0xc0..=0xc2))?;
    let at = header.end - header.body.len() + 1;
    let mut shorter = bytes.to_vec();
    shorter[at..at + 2].copy_from_slice(&u16::try_from(height).ok()?.to_be_bytes());
    (height > 0).then_some((shorter, height))
}

/// True if the sampling factors of luma are the largest ones and all others are those or 1. The
/// decoder cannot resample by other ratios than whole numbers, miscounts the blocks of a component
/// between the two, and would lose detail of a smaller luma plane at reduced size.
fn has_usual_sampling(components: &[[u8; 3]]) -> bool {
    [4, 0].into_iter().all(|shift| {
        let factors = || components.iter().map(|&[_, sampling, _]| sampling >> shift & 15);
        let max = factors().max().unwrap_or(0);
        factors().next() == Some(max) && factors().all(|factor| [1, max].contains(&factor)) && (1..=4).contains(&max)
    })
}

/// Colour space of the components, as libjpeg finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColourSpace {
    Grey,
    YCbCr,
    Rgb,
    /// Inks as Adobe stores them: 255 is no ink.
    Cmyk,
    /// [`ColourSpace::Cmyk`], of which the first three are YCbCr.
    Ycck,
}

/// The colour space, from the number and ids of the components and the JFIF and Adobe segments.
pub(super) fn colour_space(bytes: &[u8], frame: &Frame) -> ColourSpace {
    let (mut is_jfif, mut adobe) = (false, None);
    for segment in segments(bytes).map_while(Result::ok).take_while(|segment| segment.code != 0xda) {
        match segment.code {
            0xe0 => is_jfif |= segment.body.len() >= 14 && segment.body.starts_with(b"JFIF\0"),
            0xee if segment.body.starts_with(b"Adobe") => adobe = segment.body.get(11).copied().or(adobe),
            _ => {}
        }
    }
    match (frame.components.as_slice(), adobe) {
        ([_], _) => ColourSpace::Grey,
        ([_, _, _], _) if is_jfif => ColourSpace::YCbCr,
        ([_, _, _], Some(0)) | (b"RGB", None) => ColourSpace::Rgb,
        ([_, _, _], _) => ColourSpace::YCbCr,
        (_, None | Some(0)) => ColourSpace::Cmyk,
        (_, Some(_)) => ColourSpace::Ycck,
    }
}

/// The TIFF data of the first Exif segment (CIPA DC-008, 4.7.2) before the first scan.
pub(in crate::decode) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    segments(bytes)
        .map_while(Result::ok)
        .take_while(|segment| !matches!(segment.code, 0xda | 0xd9))
        .filter(|segment| segment.code == 0xe1)
        .find_map(|segment| segment.body.strip_prefix(b"Exif\0\0"))
}

/// Checks that the scan headers cover every coefficient: decoders render a coefficient without a
/// scan as zero, so a file with missing scans decodes to grey or to a blurred picture.
///
/// A missing EOI marker is accepted if all scans are there. After an EOI marker, missing refinement
/// scans are accepted: they do not change a drawing.
///
/// # Errors
///
/// [`DecodeError::CutOff`] if scans are missing, [`DecodeError::Broken`] if a scan is repeated or
/// invalid, [`DecodeError::UnsupportedJpeg`] if a progressive file changes its quantization between
/// scans, or has more than [`MAX_SCANS`] or [`MAX_SCANNED_PIXELS`].
pub(in crate::decode) fn check_scans(bytes: &[u8], frame: &Frame) -> Result<(), DecodeError> {
    let mut coverages = vec![Coverage { missing: ALL_COEFFICIENTS, unrefined: 0 }; frame.components.len()];
    let pixels = u64::from(frame.width) * u64::from(frame.height);
    let (mut scans, mut has_end) = (0, false);
    for segment in segments(bytes) {
        let segment = segment?;
        match segment.code {
            0xda => {
                scans += 1;
                if scans > MAX_SCANS || scans * pixels > MAX_SCANNED_PIXELS {
                    return Err(DecodeError::UnsupportedJpeg);
                }
                add_scan(&mut coverages, frame, segment.body)?;
            }
            // libjpeg applies the tables that are valid at the first scan of a component, the
            // decoder those at the last one.
            0xdb if scans > 0 && frame.is_progressive => return Err(DecodeError::UnsupportedJpeg),
            0xd9 => {
                has_end = true;
                break;
            }
            _ => {}
        }
    }
    let is_complete = |coverage: &Coverage| coverage.missing == 0 && (has_end || coverage.unrefined == 0);
    if coverages.iter().all(is_complete) { Ok(()) } else { Err(DecodeError::CutOff) }
}

/// True if the file has an EOI marker.
pub(in crate::decode) fn has_end(bytes: &[u8]) -> bool {
    segments(bytes).map_while(Result::ok).any(|segment| segment.code == 0xd9)
}

/// Bit sets of the coefficients of a component.
#[derive(Clone, Copy)]
struct Coverage {
    /// In no scan yet.
    missing: u64,
    /// Lower bits are in no scan yet.
    unrefined: u64,
}

/// Records the band of coefficients (Ss to Se of T.81, B.2.3) of a scan header.
fn add_scan(coverages: &mut [Coverage], frame: &Frame, scan_header: &[u8]) -> Result<(), DecodeError> {
    let (&count, rest) = scan_header.split_first().ok_or(DecodeError::Broken)?;
    let selectors = rest.get(..2 * usize::from(count)).ok_or(DecodeError::Broken)?;
    let &[first, last, approximation] = &rest[selectors.len()..] else { return Err(DecodeError::Broken) };
    let (first, last) = if frame.is_progressive { (first, last) } else { (0, 63) };
    if first > last || last > 63 {
        return Err(DecodeError::Broken);
    }
    let band = (ALL_COEFFICIENTS >> (63 - (last - first))) << first;
    for [selector, _] in selectors.as_chunks::<2>().0 {
        let index = frame.components.iter().position(|id| id == selector).ok_or(DecodeError::Broken)?;
        let coverage = &mut coverages[index];
        if !frame.is_progressive && coverage.missing == 0 {
            return Err(DecodeError::Broken);
        }
        coverage.missing &= !band;
        coverage.unrefined &= !band;
        if frame.is_progressive && approximation & 15 > 0 {
            coverage.unrefined |= band;
        }
    }
    Ok(())
}
