//! Decoding of supported, unsupported, truncated and damaged files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::cell::Cell;
use std::path::PathBuf;
use std::{fs, panic};

use lineart::Photo;
use lineart::decode::{self, DecodeError, Format};

/// A file of `tests/files`. The pictures are 48 x 32: left half red, right half blue, top left
/// corner white.
fn read_file(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    fs::read(folder.join(name)).unwrap()
}

fn pixel(photo: &Photo, x: u32, y: u32) -> [u8; 3] {
    let at = ((y * photo.width() + x) * 3) as usize;
    photo.rgb()[at..at + 3].try_into().unwrap()
}

fn is_near(colour: [u8; 3], expected: [u8; 3]) -> bool {
    colour.iter().zip(expected).all(|(&a, b)| a.abs_diff(b) < 24)
}

#[test]
fn supported_formats_are_decoded() {
    let names = ["plain.jpg", "progressive.jpg", "plain.png", "palette.png", "lossy.webp", "lossless.webp", "cmyk.jpg"];
    for name in names {
        let photo = Photo::decode(&read_file(name)).unwrap();
        assert_eq!((photo.width(), photo.height()), (48, 32), "{name}");
        assert!(is_near(pixel(&photo, 2, 2), [255; 3]), "{name}");
        assert!(is_near(pixel(&photo, 8, 28), [220, 20, 20]), "{name} {:?}", pixel(&photo, 8, 28));
        assert!(is_near(pixel(&photo, 40, 8), [20, 20, 220]), "{name}");
    }
}

#[test]
fn grey_photos_are_decoded() {
    for name in ["grey.jpg", "grey16.png"] {
        let photo = Photo::decode(&read_file(name)).unwrap();
        assert!(is_near(pixel(&photo, 2, 2), [255; 3]), "{name}");
        assert!(is_near(pixel(&photo, 8, 28), [80; 3]), "{name}");
    }
}

#[test]
fn alpha_is_composited_on_white() {
    for name in ["transparent.png", "alpha.webp"] {
        let photo = Photo::decode(&read_file(name)).unwrap();
        assert!(is_near(pixel(&photo, 8, 28), [220, 20, 20]), "{name}");
        assert_eq!(pixel(&photo, 40, 8), [255; 3], "{name}");
    }
}

#[test]
fn exif_orientation_is_applied() {
    let photo = Photo::decode(&read_file("turned.jpg")).unwrap();
    assert_eq!((photo.width(), photo.height()), (32, 48));
    assert!(is_near(pixel(&photo, 29, 2), [255; 3]));
    assert!(is_near(pixel(&photo, 2, 8), [220, 20, 20]));
    assert!(is_near(pixel(&photo, 16, 44), [20, 20, 220]));
}

#[test]
fn animations_are_rejected() {
    for name in ["animated.png", "animated.webp", "animated.gif"] {
        assert_eq!(Photo::decode(&read_file(name)), Err(DecodeError::Animated), "{name}");
    }
}

#[test]
fn still_gif_is_unsupported() {
    assert_eq!(Photo::decode(&read_file("still.gif")), Err(DecodeError::UnsupportedFormat));
}

#[test]
fn header_has_format_and_size() {
    for (name, format) in [
        ("progressive.jpg", Format::Jpeg),
        ("grey16.png", Format::Png),
        ("lossy.webp", Format::WebP),
        ("lossless.webp", Format::WebP),
        ("alpha.webp", Format::WebP),
    ] {
        let header = decode::read_header(&read_file(name)).unwrap();
        assert_eq!((header.format, header.width, header.height), (format, 48, 32), "{name}");
    }
}

#[test]
fn png_of_too_many_pixels_is_rejected_from_its_header() {
    let mut png = read_file("plain.png");
    png[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x13, 0x89]);
    let too_many = DecodeError::TooManyPixels { width: 10_000, height: 5001 };
    assert_eq!(decode::read_header(&png[..60]), Err(too_many));
}

#[test]
fn jpeg_of_too_many_pixels_is_rejected_from_its_header() {
    let mut jpeg = read_file("plain.jpg");
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let too_many = DecodeError::TooManyPixels { width: 65_535, height: 65_535 };
    assert_eq!(Photo::decode(&jpeg), Err(too_many));
}

/// Baseline files of 2061 x 1050 pixels, by libjpeg-turbo, with each chroma subsampling that
/// cameras use.
const LARGE_BASELINE: [&str; 4] = ["large-420.jpg", "large-422-restarts.jpg", "large-444.jpg", "large-grey.jpg"];

#[test]
fn reduced_jpeg_is_close_to_the_average_of_its_pixels() {
    for name in LARGE_BASELINE.into_iter().chain(["large-progressive.jpg"]) {
        let whole = Photo::decode(&read_file(name)).unwrap();
        let small = Photo::decode_reduced(&read_file(name)).unwrap();
        assert_eq!((small.width(), small.height()), (1031, 525), "{name}");
        let mut sum = 0;
        for y in 0..524 {
            for x in 0..1030 {
                let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| pixel(&whole, 2 * x + dx, 2 * y + dy));
                let here = pixel(&small, x, y);
                sum += (0..3)
                    .map(|c| here[c].abs_diff((four.iter().map(|p| u32::from(p[c])).sum::<u32>() / 4) as u8))
                    .map(u32::from)
                    .sum::<u32>();
            }
        }
        let mean = f64::from(sum) / (3.0 * 524.0 * 1030.0);
        assert!(mean < 1.0, "{name} is off by {mean:.2}");
    }
}

#[test]
fn jpeg_is_reduced_to_an_eighth_a_quarter_or_half() {
    for (width, size) in [
        (2047, (2047, 513)),
        (2048, (1024, 257)),
        (4094, (2047, 257)),
        (4096, (1024, 129)),
        (8191, (2048, 129)),
        (8192, (1024, 65)),
    ] {
        let mut jpeg = read_file("plain.jpg");
        let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 7].copy_from_slice(&513u16.to_be_bytes());
        jpeg[frame + 7..frame + 9].copy_from_slice(&(width as u16).to_be_bytes());
        assert_eq!(decode::read_header(&jpeg).unwrap().reduced_size(), size, "{width}");
    }
}

#[test]
fn jpeg_with_missing_scan_data_is_cut_off() {
    for name in LARGE_BASELINE {
        let mut bytes = read_file(name);
        bytes.truncate(bytes.len() * 2 / 3);
        bytes.extend(b"\xff\xd9");
        assert_eq!(Photo::decode(&bytes), Err(DecodeError::CutOff), "{name}");
        assert_eq!(Photo::decode_reduced(&bytes), Err(DecodeError::CutOff), "{name}");
    }
}

#[test]
fn progressive_jpeg_with_missing_scans_is_cut_off() {
    for (name, parts) in [("large-progressive.jpg", [1, 2, 3, 4]), ("progressive.jpg", [4, 5, 6, 7])] {
        for part in parts {
            let mut bytes = read_file(name);
            bytes.truncate(bytes.len() * part / 10);
            bytes.extend(b"\xff\xd9");
            assert_eq!(Photo::decode(&bytes), Err(DecodeError::CutOff), "{name}, {part} tenths");
            assert_eq!(Photo::decode_reduced(&bytes), Err(DecodeError::CutOff), "{name}, {part} tenths");
        }
    }
}

#[test]
fn exif_orientation_is_applied_at_reduced_size() {
    let plain = read_file("large-420.jpg");
    let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let length = (tiff.len() + 8) as u8;
    let exif = [b"\xff\xe1\0", &[length][..], b"Exif\0\0", tiff].concat();
    let turned = [&plain[..2], &exif, &plain[2..]].concat();
    let photo = Photo::decode_reduced(&turned).unwrap();
    assert_eq!((photo.width(), photo.height()), (525, 1031));
    assert!(is_near(pixel(&photo, 520, 4), [255; 3]));
}

#[test]
fn truncated_files_are_cut_off() {
    for name in ["plain.jpg", "progressive.jpg", "plain.png", "lossy.webp", "lossless.webp"] {
        let whole = read_file(name);
        for end in (12..whole.len() - 2).step_by(7) {
            let error = Photo::decode(&whole[..end]).unwrap_err();
            assert_eq!(error, DecodeError::CutOff, "{name} cut at {end}");
        }
    }
}

#[test]
fn trailing_data_is_ignored() {
    for name in ["plain.jpg", "plain.png", "lossless.webp"] {
        let mut bytes = read_file(name);
        let photo = Photo::decode(&bytes).unwrap();
        bytes.extend(b"<script>alert(1)</script>");
        assert_eq!(Photo::decode(&bytes), Ok(photo), "{name}");
    }
}

/// Panics of this crate while `work` runs, also those that [`Photo::decode`] catches. Panics of
/// dependencies do not count.
fn count_own_panics(work: impl FnOnce()) -> u32 {
    thread_local!(static PANICS: Cell<u32> = const { Cell::new(0) });
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if info.location().is_some_and(|location| location.file().contains("lineart/src")) {
            PANICS.set(PANICS.get() + 1);
        } else {
            previous(info);
        }
    }));
    PANICS.set(0);
    work();
    PANICS.get()
}

/// Asserts that a photo decoded from `bytes` has the size that their header declares, or the
/// reduced size, in either orientation.
fn assert_size_is_declared(bytes: &[u8], photo: &Photo) {
    let header = decode::read_header(bytes).unwrap();
    let sides = (photo.width(), photo.height());
    let declared = [(header.width, header.height), header.reduced_size()];
    assert!(declared.iter().any(|&(width, height)| sides == (width, height) || sides == (height, width)), "{header:?}");
}

#[test]
fn damaged_large_jpeg_does_not_panic() {
    for name in LARGE_BASELINE.into_iter().chain(["large-progressive.jpg"]) {
        let whole = read_file(name);
        let panics = count_own_panics(|| {
            for at in (0..whole.len()).step_by(if cfg!(debug_assertions) { 409 } else { 101 }) {
                let mut bytes = whole.clone();
                bytes[at] ^= 0xff;
                if let Ok(photo) = Photo::decode_reduced(&bytes) {
                    assert_size_is_declared(&bytes, &photo);
                }
            }
        });
        assert_eq!(panics, 0, "{name}");
    }
}

#[test]
fn damaged_small_file_does_not_panic() {
    for name in ["plain.jpg", "progressive.jpg", "cmyk.jpg", "palette.png", "lossy.webp", "lossless.webp"] {
        let whole = read_file(name);
        let panics = count_own_panics(|| {
            for at in 0..whole.len() {
                let mut bytes = whole.clone();
                bytes[at] ^= 0xff;
                if let Ok(photo) = Photo::decode(&bytes) {
                    assert_size_is_declared(&bytes, &photo);
                }
            }
        });
        assert_eq!(panics, 0, "{name}");
    }
}

#[test]
fn png_round_trip_is_lossless() {
    let photo = Photo::decode(&read_file("turned.jpg")).unwrap();
    assert_eq!(Photo::decode(&photo.to_png()).as_ref(), Ok(&photo));
}

#[test]
fn encoded_jpeg_is_scaled_down_but_not_up() {
    let photo = Photo::decode(&read_file("turned.jpg")).unwrap();
    for (long_edge, size) in [(0, (1, 1)), (24, (16, 24)), (4096, (32, 48))] {
        let jpeg = Photo::decode(&photo.to_jpeg(long_edge, 85)).unwrap();
        assert_eq!((jpeg.width(), jpeg.height()), size, "{long_edge}");
    }
}

#[test]
fn encoded_jpeg_has_no_exif() {
    let has_exif = |jpeg: &[u8]| jpeg.windows(4).any(|w| w == b"Exif");
    let file = read_file("turned.jpg");
    assert!(has_exif(&file));
    assert!(!has_exif(&Photo::decode(&file).unwrap().to_jpeg(4096, 85)));
}
