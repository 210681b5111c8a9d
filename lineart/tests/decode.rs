//! Files as people send them: every kind that is read, every kind that is refused, and damage.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use lineart::Photo;
use lineart::decode::{self, DecodeError, Format};

/// `tests/files`: 48 x 32, left half red, right half blue, the top left corner white.
fn file(name: &str) -> Vec<u8> {
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
fn every_kind_of_photo_is_read() {
    let names = ["plain.jpg", "progressive.jpg", "plain.png", "palette.png", "lossy.webp", "lossless.webp", "cmyk.jpg"];
    for name in names {
        let photo = Photo::decode(&file(name)).unwrap();
        assert_eq!((photo.width(), photo.height()), (48, 32), "{name}");
        assert!(is_near(pixel(&photo, 2, 2), [255; 3]), "{name}");
        assert!(is_near(pixel(&photo, 8, 28), [220, 20, 20]), "{name} {:?}", pixel(&photo, 8, 28));
        assert!(is_near(pixel(&photo, 40, 8), [20, 20, 220]), "{name}");
    }
}

#[test]
fn grey_photos_are_read() {
    for name in ["grey.jpg", "grey16.png"] {
        let photo = Photo::decode(&file(name)).unwrap();
        assert!(is_near(pixel(&photo, 2, 2), [255; 3]), "{name}");
        assert!(is_near(pixel(&photo, 8, 28), [80; 3]), "{name}");
    }
}

#[test]
fn transparency_is_laid_on_white() {
    for name in ["transparent.png", "alpha.webp"] {
        let photo = Photo::decode(&file(name)).unwrap();
        assert!(is_near(pixel(&photo, 8, 28), [220, 20, 20]), "{name}");
        assert_eq!(pixel(&photo, 40, 8), [255; 3], "{name}");
    }
}

#[test]
fn a_photo_taken_sideways_is_turned_upright() {
    let photo = Photo::decode(&file("turned.jpg")).unwrap();
    assert_eq!((photo.width(), photo.height()), (32, 48));
    assert!(is_near(pixel(&photo, 29, 2), [255; 3]));
    assert!(is_near(pixel(&photo, 2, 8), [220, 20, 20]));
    assert!(is_near(pixel(&photo, 16, 44), [20, 20, 220]));
}

#[test]
fn animations_are_refused() {
    for name in ["animated.png", "animated.webp", "animated.gif"] {
        assert_eq!(Photo::decode(&file(name)), Err(DecodeError::Animated), "{name}");
    }
    assert_eq!(Photo::decode(&file("still.gif")), Err(DecodeError::UnsupportedFormat));
}

#[test]
fn the_header_tells_type_and_size() {
    for (name, format) in [
        ("progressive.jpg", Format::Jpeg),
        ("grey16.png", Format::Png),
        ("lossy.webp", Format::WebP),
        ("lossless.webp", Format::WebP),
        ("alpha.webp", Format::WebP),
    ] {
        let header = decode::header(&file(name)).unwrap();
        assert_eq!((header.format, header.width, header.height), (format, 48, 32), "{name}");
    }
}

#[test]
fn more_than_fifty_megapixels_are_refused_from_the_header() {
    let mut png = file("plain.png");
    png[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x13, 0x89]);
    let too_many = DecodeError::TooManyPixels { width: 10_000, height: 5001 };
    assert_eq!(decode::header(&png[..60]), Err(too_many));
    let mut jpeg = file("plain.jpg");
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let too_many = DecodeError::TooManyPixels { width: 65_535, height: 65_535 };
    assert_eq!(Photo::decode(&jpeg), Err(too_many));
}

/// `large-*`: 2061 x 1050, made by libjpeg-turbo in each way that cameras subsample colour.
const LARGE: [&str; 5] =
    ["large-420.jpg", "large-422-restarts.jpg", "large-444.jpg", "large-grey.jpg", "large-progressive.jpg"];

#[test]
fn a_large_jpeg_read_for_a_drawing_shows_the_same_in_fewer_pixels() {
    for name in LARGE {
        let whole = Photo::decode(&file(name)).unwrap();
        let small = Photo::decode_to_draw(&file(name)).unwrap();
        if name == "large-progressive.jpg" {
            assert_eq!(small, whole);
            continue;
        }
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
fn a_jpeg_is_decoded_in_the_eighths_that_a_drawing_needs() {
    for (width, size) in [
        (2047, (2047, 513)),
        (2048, (1024, 257)),
        (2731, (1025, 193)),
        (2732, (1025, 193)),
        (4096, (1024, 129)),
        (8192, (1024, 65)),
    ] {
        let mut jpeg = file("plain.jpg");
        let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 7].copy_from_slice(&513u16.to_be_bytes());
        jpeg[frame + 7..frame + 9].copy_from_slice(&(width as u16).to_be_bytes());
        assert_eq!(decode::header(&jpeg).unwrap().size_to_draw(), size, "{width}");
    }
}

#[test]
fn a_jpeg_whose_picture_breaks_off_before_its_end_marker_is_cut_off() {
    for name in LARGE.into_iter().filter(|&name| name != "large-progressive.jpg") {
        let mut bytes = file(name);
        bytes.truncate(bytes.len() * 2 / 3);
        bytes.extend(b"\xff\xd9");
        assert_eq!(Photo::decode(&bytes), Err(DecodeError::CutOff), "{name}");
        assert_eq!(Photo::decode_to_draw(&bytes), Err(DecodeError::CutOff), "{name}");
    }
}

#[test]
fn a_progressive_jpeg_that_lacks_a_scan_is_cut_off() {
    for (name, parts) in [("large-progressive.jpg", [1, 2, 3, 4]), ("progressive.jpg", [4, 5, 6, 7])] {
        for part in parts {
            let mut bytes = file(name);
            bytes.truncate(bytes.len() * part / 10);
            bytes.extend(b"\xff\xd9");
            assert_eq!(Photo::decode(&bytes), Err(DecodeError::CutOff), "{name}, {part} tenths");
            assert_eq!(Photo::decode_to_draw(&bytes), Err(DecodeError::CutOff), "{name}, {part} tenths");
        }
        assert!(Photo::decode(&file(name)).is_ok());
    }
}

#[test]
fn a_large_photo_taken_sideways_is_turned_upright_in_fewer_pixels_too() {
    let plain = file("large-420.jpg");
    let tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let length = (tiff.len() + 8) as u8;
    let exif = [b"\xff\xe1\0", &[length][..], b"Exif\0\0", tiff].concat();
    let turned = [&plain[..2], &exif, &plain[2..]].concat();
    let photo = Photo::decode_to_draw(&turned).unwrap();
    assert_eq!((photo.width(), photo.height()), (525, 1031));
    assert!(is_near(pixel(&photo, 520, 4), [255; 3]));
}

#[test]
fn files_cut_off_anywhere_are_refused() {
    for name in ["plain.jpg", "progressive.jpg", "plain.png", "lossy.webp", "lossless.webp"] {
        let whole = file(name);
        for end in (12..whole.len() - 2).step_by(7) {
            let error = Photo::decode(&whole[..end]).unwrap_err();
            assert_eq!(error, DecodeError::CutOff, "{name} cut at {end}");
        }
    }
}

#[test]
fn data_after_the_end_does_no_harm() {
    for name in ["plain.jpg", "plain.png", "lossless.webp"] {
        let mut bytes = file(name);
        bytes.extend(b"<script>alert(1)</script>");
        assert!(Photo::decode(&bytes).is_ok(), "{name}");
    }
}

#[test]
fn damage_to_a_large_jpeg_gives_a_photo_or_an_error_but_no_panic() {
    for name in LARGE {
        let whole = file(name);
        for at in (0..whole.len()).step_by(if cfg!(debug_assertions) { 409 } else { 101 }) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            let _ = Photo::decode_to_draw(&bytes);
        }
    }
}

#[test]
fn damage_gives_a_photo_or_an_error_but_no_panic() {
    for name in ["plain.jpg", "progressive.jpg", "cmyk.jpg", "palette.png", "lossy.webp", "lossless.webp"] {
        let whole = file(name);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            let _ = Photo::decode(&bytes);
        }
    }
}

#[test]
fn a_png_is_read_back_to_the_pixel() {
    let photo = Photo::decode(&file("turned.jpg")).unwrap();
    assert_eq!(Photo::decode(&photo.to_png()).as_ref(), Ok(&photo));
}

#[test]
fn a_jpeg_is_written_small_and_bare() {
    let photo = Photo::decode(&file("turned.jpg")).unwrap();
    let jpeg = photo.to_jpeg(24, 85);
    let small = Photo::decode(&jpeg).unwrap();
    assert_eq!((small.width(), small.height()), (16, 24));
    assert!(!jpeg.windows(4).any(|w| w == b"Exif"));
    let same = Photo::decode(&photo.to_jpeg(4096, 85)).unwrap();
    assert_eq!((same.width(), same.height()), (32, 48));
}
