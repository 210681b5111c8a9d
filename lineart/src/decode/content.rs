//! What kind of file some bytes are, by their content alone; the name and what the sender says are not asked.

use super::{DecodeError, Format};

/// The first bytes of image files we know of and do not read.
const OTHER_IMAGES: [&[u8]; 9] =
    [b"BM", b"II*\0", b"MM\0*", b"II+\0", b"\0\0\x01\0", b"8BPS", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  "];

/// Brands of ISO media files that hold still pictures (HEIF, AVIF).
const HEIF_BRANDS: [&[u8; 4]; 10] =
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];

pub(super) fn format(bytes: &[u8]) -> Result<Format, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    Err(refusal(bytes))
}

fn refusal(bytes: &[u8]) -> DecodeError {
    // The first characters of an accepted type and nothing more.
    let starts: [&[u8]; 2] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"];
    if bytes.len() > 1 && starts.iter().any(|start| start.starts_with(bytes)) {
        return DecodeError::CutOff;
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return if gif_frames(bytes).unwrap_or(0) > 1 { DecodeError::Animated } else { DecodeError::UnsupportedFormat };
    }
    if bytes.get(4..8) == Some(b"ftyp")
        && let Some(brand) = bytes.get(8..12)
        && HEIF_BRANDS.iter().any(|known| brand == &known[..])
    {
        return DecodeError::Heic;
    }
    if OTHER_IMAGES.iter().any(|start| bytes.starts_with(start)) {
        return DecodeError::UnsupportedFormat;
    }
    if is_svg(bytes) {
        return DecodeError::Svg;
    }
    DecodeError::NotAnImage
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    // A web page with a drawing in it begins otherwise.
    let markup: [&[u8]; 4] = [b"<svg", b"<?xml", b"<!--", b"<!doctype svg"];
    markup.iter().any(|start| head.starts_with(start)) && head.windows(4).any(|word| word == b"<svg")
}

/// Pictures in a GIF, counted to two.
fn gif_frames(bytes: &[u8]) -> Option<u32> {
    let table = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let mut at = 13 + table(*bytes.get(10)?);
    let mut frames = 0;
    while frames < 2 {
        match *bytes.get(at)? {
            0x2c => {
                frames += 1;
                at += 11 + table(*bytes.get(at + 9)?);
            }
            0x21 => at += 2,
            _ => break,
        }
        // Blocks of up to 255 bytes, ended by an empty one.
        loop {
            let Some(&length) = bytes.get(at) else {
                return Some(frames);
            };
            at += 1 + usize::from(length);
            if length == 0 {
                break;
            }
        }
    }
    Some(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_the_type() {
        let cases: [(&[u8], DecodeError); 15] = [
            (b"", DecodeError::Empty),
            (b"hello", DecodeError::NotAnImage),
            (b"%PDF-1.7", DecodeError::NotAnImage),
            (b"<html><svg></svg></html>", DecodeError::NotAnImage),
            (b"<svg xmlns='x'/>", DecodeError::Svg),
            (b"\xef\xbb\xbf <?xml version='1.0'?>\n<SVG/>", DecodeError::Svg),
            (b"<!-- made by hand --><svg/>", DecodeError::Svg),
            (b"\0\0\0\x18ftypheic\0\0\0\0", DecodeError::Heic),
            (b"\0\0\0\x18ftypavif\0\0\0\0", DecodeError::Heic),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", DecodeError::NotAnImage),
            (b"BM123456", DecodeError::UnsupportedFormat),
            (b"II*\0rest", DecodeError::UnsupportedFormat),
            (b"GIF89a", DecodeError::UnsupportedFormat),
            (b"\x89PNG", DecodeError::CutOff),
            (b"\xff\xd8", DecodeError::CutOff),
        ];
        for (bytes, error) in cases {
            assert_eq!(format(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn a_gif_with_two_pictures_is_an_animation() {
        let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
        let frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0";
        gif.extend(frame);
        assert_eq!(format(&gif), Err(DecodeError::UnsupportedFormat));
        gif.extend(frame);
        assert_eq!(format(&gif), Err(DecodeError::Animated));
    }
}
