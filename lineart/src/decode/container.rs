//! Container parsers for JPEG marker segments, PNG chunks and RIFF WebP: image size, animation
//! flags and completeness.
//!
//! No pixel is decoded, and every length field is checked against the bytes that are there.

use super::DecodeError;

type Size = Result<(u32, u32), DecodeError>;

fn read_be16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u32::from(pair[0]) << 8 | u32::from(pair[1]))
}

fn read_be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn read_le24(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at.checked_add(3)?)?;
    Some(u32::from(three[0]) | u32::from(three[1]) << 8 | u32::from(three[2]) << 16)
}

fn read_le32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// Code of the first marker at or after `at`, and the index after it. Fill bytes and data between
/// segments are skipped.
pub(super) fn next_jpeg_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|&b| b == 0xff)?;
        let code = *bytes.get(at + 1)?;
        at += 1;
        if code != 0 && code != 0xff {
            return Some((code, at + 1));
        }
    }
}

/// Width and height from the frame header (ITU-T T.81, B.2.2).
pub(super) fn jpeg_size(bytes: &[u8]) -> Size {
    let mut at = 2;
    loop {
        let (code, body) = next_jpeg_marker(bytes, at).ok_or(DecodeError::CutOff)?;
        match code {
            // SOF0 to SOF15; DHT, JPG and DAC lie in the same range.
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => {
                let side = |at| read_be16(bytes, at).ok_or(DecodeError::CutOff);
                return Ok((side(body + 5)?, side(body + 3)?));
            }
            // SOS or EOI before a frame header.
            0xda | 0xd9 => return Err(DecodeError::Broken),
            0x01 | 0xd0..=0xd8 => at = body,
            _ => at = body + read_be16(bytes, body).ok_or(DecodeError::CutOff)? as usize,
        }
    }
}

/// The TIFF data of the first Exif segment (CIPA DC-008, 4.7.2) before the first scan.
pub(super) fn jpeg_exif(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    loop {
        let (code, body) = next_jpeg_marker(bytes, at)?;
        match code {
            0xda | 0xd9 => return None,
            0x01 | 0xd0..=0xd8 => at = body,
            _ => {
                at = body + read_be16(bytes, body)? as usize;
                let data = bytes.get(body + 2..at).unwrap_or_default();
                if code == 0xe1 && data.starts_with(b"Exif\0\0") {
                    return data.get(6..);
                }
            }
        }
    }
}

/// True if an EOI marker follows at least one scan.
pub(super) fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let (mut at, mut scans) = (2, 0);
    while let Some((code, body)) = next_jpeg_marker(bytes, at) {
        match code {
            0xd9 => return scans > 0,
            0x01 | 0xd0..=0xd8 => at = body,
            _ => {
                scans += u32::from(code == 0xda);
                let Some(length) = read_be16(bytes, body) else {
                    return false;
                };
                at = body + length as usize;
            }
        }
    }
    false
}

/// Type, index of the data and data length of each chunk after the signature, as far as the file
/// goes. The last chunk may be truncated.
fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize, usize)> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let length = read_be32(bytes, at)? as usize;
        let (kind, body) = (bytes.get(at + 4..at + 8)?, at + 8);
        at = body.checked_add(length)?.checked_add(4)?;
        Some((kind, body, length))
    })
}

/// Width and height from the IHDR chunk. An acTL chunk of more than one frame before the pixels
/// marks an animation.
pub(super) fn png_size(bytes: &[u8]) -> Size {
    let mut chunks = png_chunks(bytes);
    let (kind, body, _) = chunks.next().ok_or(DecodeError::CutOff)?;
    if kind != b"IHDR" {
        return Err(DecodeError::Broken);
    }
    let side = |at| read_be32(bytes, at).ok_or(DecodeError::CutOff);
    let size = (side(body)?, side(body + 4)?);
    let before_pixels = chunks.take_while(|chunk| chunk.0 != b"IDAT");
    for (kind, body, _) in before_pixels {
        if kind == b"acTL" && read_be32(bytes, body) != Some(1) {
            return Err(DecodeError::Animated);
        }
    }
    Ok(size)
}

/// True if the IEND chunk is there, with its checksum.
pub(super) fn png_is_complete(bytes: &[u8]) -> bool {
    png_chunks(bytes)
        .any(|(kind, body, length)| kind == b"IEND" && body.saturating_add(length).saturating_add(4) <= bytes.len())
}

/// True if the CRC-32 of every critical chunk matches. The `image` decoder verifies the checksums
/// only after inflating, which may be 150 MB for a small file.
pub(super) fn png_checksums_match(bytes: &[u8]) -> bool {
    png_chunks(bytes).filter(|(kind, ..)| kind[0].is_ascii_uppercase()).all(|(_, body, length)| {
        let end = body + length;
        bytes.get(body - 4..end).is_some_and(|chunk| read_be32(bytes, end) == Some(crc32fast::hash(chunk)))
    })
}

/// Canvas size from the first chunk: VP8X (extended), VP8L (lossless) or VP8 (lossy). The VP8X
/// animation flag is an error.
pub(super) fn webp_size(bytes: &[u8]) -> Size {
    let cut_off = DecodeError::CutOff;
    let body = 20;
    match bytes.get(12..16).ok_or(cut_off)? {
        b"VP8X" => {
            if bytes.get(body).ok_or(cut_off)? & 0x02 != 0 {
                return Err(DecodeError::Animated);
            }
            let side = |at| Some(read_le24(bytes, at)? + 1);
            Ok((side(body + 4).ok_or(cut_off)?, side(body + 7).ok_or(cut_off)?))
        }
        b"VP8L" => {
            let bits = read_le32(bytes, body + 1).ok_or(cut_off)?;
            Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => {
            let bits = read_le32(bytes, body + 6).ok_or(cut_off)?;
            Ok((bits & 0x3fff, bits >> 16 & 0x3fff))
        }
        _ => Err(DecodeError::Broken),
    }
}

/// True if the file is as long as its RIFF header says.
pub(super) fn webp_is_complete(bytes: &[u8]) -> bool {
    // Some encoders omit the last padding byte.
    read_le32(bytes, 4).is_some_and(|length| bytes.len() as u64 + 1 >= u64::from(length) + 8)
}
