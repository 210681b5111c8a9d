//! Steps through the segments of a JPEG and the chunks of PNG and WebP: the size from the header,
//! animations, and whether the end is there. Never decodes, never trusts a length.

use super::DecodeError;

type Size = Result<(u32, u32), DecodeError>;

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u32::from(pair[0]) << 8 | u32::from(pair[1]))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at.checked_add(3)?)?;
    Some(u32::from(three[0]) | u32::from(three[1]) << 8 | u32::from(three[2]) << 16)
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The marker at or after `at` and where what follows it begins; fill bytes and stray data are skipped.
pub(super) fn jpeg_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|&b| b == 0xff)?;
        let code = *bytes.get(at + 1)?;
        at += 1;
        if code != 0 && code != 0xff {
            return Some((code, at + 1));
        }
    }
}

pub(super) fn jpeg_size(bytes: &[u8]) -> Size {
    let mut at = 2;
    loop {
        let (code, body) = jpeg_marker(bytes, at).ok_or(DecodeError::CutOff)?;
        match code {
            // Start of frame; C4, C8 and CC in the same range are tables.
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => {
                let side = |at| be16(bytes, at).ok_or(DecodeError::CutOff);
                return Ok((side(body + 5)?, side(body + 3)?));
            }
            // The picture or the end before its size.
            0xda | 0xd9 => return Err(DecodeError::Broken),
            0x01 | 0xd0..=0xd8 => at = body,
            _ => at = body + be16(bytes, body).ok_or(DecodeError::CutOff)? as usize,
        }
    }
}

/// Whether the end marker comes after picture data.
pub(super) fn jpeg_ends(bytes: &[u8]) -> bool {
    let (mut at, mut scans) = (2, 0);
    while let Some((code, body)) = jpeg_marker(bytes, at) {
        match code {
            0xd9 => return scans > 0,
            0x01 | 0xd0..=0xd8 => at = body,
            _ => {
                scans += u32::from(code == 0xda);
                let Some(length) = be16(bytes, body) else {
                    return false;
                };
                at = body + length as usize;
            }
        }
    }
    false
}

/// Type, start and length of each chunk after the signature, as far as they are there.
fn png_chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], usize, usize)> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let length = be32(bytes, at)? as usize;
        let (kind, body) = (bytes.get(at + 4..at + 8)?, at + 8);
        at = body.checked_add(length)?.checked_add(4)?;
        Some((kind, body, length))
    })
}

pub(super) fn png_size(bytes: &[u8]) -> Size {
    let mut chunks = png_chunks(bytes);
    let (kind, body, _) = chunks.next().ok_or(DecodeError::CutOff)?;
    if kind != b"IHDR" {
        return Err(DecodeError::Broken);
    }
    let side = |at| be32(bytes, at).ok_or(DecodeError::CutOff);
    let size = (side(body)?, side(body + 4)?);
    let before_pixels = chunks.take_while(|chunk| chunk.0 != b"IDAT");
    for (kind, body, _) in before_pixels {
        if kind == b"acTL" && be32(bytes, body) != Some(1) {
            return Err(DecodeError::Animated);
        }
    }
    Ok(size)
}

pub(super) fn png_ends(bytes: &[u8]) -> bool {
    png_chunks(bytes)
        .any(|(kind, body, length)| kind == b"IEND" && body.saturating_add(length).saturating_add(4) <= bytes.len())
}

/// Whether each chunk that the picture needs is as it was written. Decoders look at that only behind what they have
/// unpacked, which may be 150 MB of a small file.
pub(super) fn png_is_sound(bytes: &[u8]) -> bool {
    png_chunks(bytes).filter(|(kind, ..)| kind[0].is_ascii_uppercase()).all(|(_, body, length)| {
        let end = body + length;
        bytes.get(body - 4..end).is_some_and(|chunk| be32(bytes, end) == Some(crc32fast::hash(chunk)))
    })
}

pub(super) fn webp_size(bytes: &[u8]) -> Size {
    let cut = DecodeError::CutOff;
    let body = 20;
    match bytes.get(12..16).ok_or(cut)? {
        b"VP8X" => {
            if bytes.get(body).ok_or(cut)? & 0x02 != 0 {
                return Err(DecodeError::Animated);
            }
            let side = |at| Some(le24(bytes, at)? + 1);
            Ok((side(body + 4).ok_or(cut)?, side(body + 7).ok_or(cut)?))
        }
        b"VP8L" => {
            let bits = le32(bytes, body + 1).ok_or(cut)?;
            Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => {
            let bits = le32(bytes, body + 6).ok_or(cut)?;
            Ok((bits & 0x3fff, bits >> 16 & 0x3fff))
        }
        _ => Err(DecodeError::Broken),
    }
}

pub(super) fn webp_ends(bytes: &[u8]) -> bool {
    // Some writers leave out the last padding byte.
    le32(bytes, 4).is_some_and(|length| bytes.len() as u64 + 1 >= u64::from(length) + 8)
}
