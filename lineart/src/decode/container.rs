//! Container parsers for PNG chunks and RIFF WebP: image size, animation flags and completeness.
//!
//! No pixel is decoded, and every length field is checked against the bytes that are there.

use super::DecodeError;

type Size = Result<(u32, u32), DecodeError>;

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
