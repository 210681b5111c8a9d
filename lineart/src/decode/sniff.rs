//! File type detection by magic numbers. The file name and the declared content type are ignored.

use super::{DecodeError, Format};

/// Magic numbers of image formats that are recognized but not supported: BMP, TIFF, ICO, PSD, JPEG
/// XL, JPEG 2000.
const UNSUPPORTED_MAGIC: [&[u8]; 9] =
    [b"BM", b"II*\0", b"MM\0*", b"II+\0", b"\0\0\x01\0", b"8BPS", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  "];

/// Major brands of ISO base media files that hold still images (HEIF, AVIF).
const HEIF_BRANDS: [&[u8; 4]; 10] =
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"];

/// The format of a supported file.
///
/// # Errors
///
/// The reason why a file of another type is rejected.
pub(super) fn detect_format(bytes: &[u8]) -> Result<Format, DecodeError> {
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
    Err(rejection_reason(bytes))
}

fn rejection_reason(bytes: &[u8]) -> DecodeError {
    // A prefix of a supported magic number and nothing else.
    let magic_numbers: [&[u8]; 2] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"];
    if bytes.len() > 1 && magic_numbers.iter().any(|magic| magic.starts_with(bytes)) {
        return DecodeError::CutOff;
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return if count_gif_frames(bytes).unwrap_or(0) > 1 {
            DecodeError::Animated
        } else {
            DecodeError::UnsupportedFormat
        };
    }
    if bytes.get(4..8) == Some(b"ftyp")
        && let Some(brand) = bytes.get(8..12)
        && HEIF_BRANDS.iter().any(|known| brand == &known[..])
    {
        return DecodeError::Heic;
    }
    if UNSUPPORTED_MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
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
    // An HTML page with an inline SVG starts with other markup.
    let markup: [&[u8]; 4] = [b"<svg", b"<?xml", b"<!--", b"<!doctype svg"];
    markup.iter().any(|start| head.starts_with(start)) && head.windows(4).any(|word| word == b"<svg")
}

/// Number of frames in a GIF, at most 2. `None` if the file ends where a block should start.
fn count_gif_frames(bytes: &[u8]) -> Option<u32> {
    let color_table_bytes = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let mut at = 13 + color_table_bytes(*bytes.get(10)?);
    let mut frames = 0;
    while frames < 2 {
        match *bytes.get(at)? {
            0x2c => {
                frames += 1;
                at += 11 + color_table_bytes(*bytes.get(at + 9)?);
            }
            0x21 => at += 2,
            _ => break,
        }
        // Data sub-blocks of up to 255 bytes, terminated by an empty one.
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
    fn rejected_files_are_told_apart_by_content() {
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
            assert_eq!(detect_format(bytes), Err(error), "{bytes:?}");
        }
    }

    #[test]
    fn gif_with_two_frames_is_an_animation() {
        let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
        let frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0";
        gif.extend(frame);
        assert_eq!(detect_format(&gif), Err(DecodeError::UnsupportedFormat));
        gif.extend(frame);
        assert_eq!(detect_format(&gif), Err(DecodeError::Animated));
    }
}
