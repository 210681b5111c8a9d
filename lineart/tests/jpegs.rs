//! JPEGs of all kinds of one picture: each is decoded like the picture or refused by name. Made by
//! cjpeg of libjpeg-turbo; `make jpegs` compares thousands more with other decoders.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use lineart::Photo;
use lineart::decode::{DecodeError, jpeg_end_is_missing, read_header, validate_file};

/// Largest difference of the mean colour of a cell of [`CELL`] pixels. The chroma planes of some
/// files have a quarter of the pixels; one is of low quality.
const MAX_DIFFERENCE: u32 = 15;

/// Width and height of a cell, which divide those of the picture.
const CELL: (u32, u32) = (12, 11);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jpegs")
}

fn read_file(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

fn reference() -> Photo {
    Photo::decode(&read_file("reference.png")).unwrap()
}

/// Names of the files that are refused, or of all others.
fn names(refused: bool) -> Vec<String> {
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".jpg") && name.starts_with("refused-") == refused).collect()
}

/// The sum of a colour over each cell.
fn cell_sums(photo: &Photo) -> Vec<u32> {
    let cells_across = photo.width() / CELL.0;
    let mut sums = vec![0; (cells_across * (photo.height() / CELL.1) * 3) as usize];
    for (pixel, at) in photo.rgb().as_chunks::<3>().0.iter().zip(0u32..) {
        let (x, y) = (at % photo.width() / CELL.0, at / photo.width() / CELL.1);
        for (&sample, colour) in pixel.iter().zip(0..) {
            sums[((y * cells_across + x) * 3 + colour) as usize] += u32::from(sample);
        }
    }
    sums
}

fn largest_difference(a: &Photo, b: &Photo) -> u32 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    let differences = cell_sums(a).into_iter().zip(cell_sums(b)).map(|(a, b)| a.abs_diff(b) / (CELL.0 * CELL.1));
    differences.max().unwrap()
}

#[test]
fn every_supported_kind_is_decoded_like_the_picture() {
    let (names, reference) = (names(false), reference());
    assert!(names.len() > 30, "files are missing");
    for name in names {
        let difference = largest_difference(&Photo::decode(&read_file(&name)).unwrap(), &reference);
        assert!(difference < MAX_DIFFERENCE, "{name} is off by {difference}");
    }
}

#[test]
fn other_kinds_are_refused_by_name_from_the_header() {
    let names = names(true);
    assert!(names.len() > 5, "files are missing");
    for name in names {
        assert_eq!(read_header(&read_file(&name)), Err(DecodeError::UnsupportedJpeg), "{name}");
    }
}

#[test]
fn missing_end_does_not_change_the_pixels() {
    let whole = read_file("no-jfif.jpg");
    for missing in [1, 2] {
        let cut = &whole[..whole.len() - missing];
        assert!(jpeg_end_is_missing(cut));
        assert_eq!(Photo::decode(cut), Photo::decode(&whole));
    }
    assert!(!jpeg_end_is_missing(&whole));
}

#[test]
fn missing_mcus_of_the_last_row_repeat_the_row_before() {
    // 44 rows are two rows of MCUs of 16 pixels and one of 12.
    let whole = read_file("no-jfif.jpg");
    let cut = [&whole[..whole.len() - 12], b"\xff\xd9"].concat();
    let (photo, whole) = (Photo::decode(&cut).unwrap(), Photo::decode(&whole).unwrap());
    let row = 60 * 3;
    assert_eq!(photo.rgb()[..30 * row], whole.rgb()[..30 * row]);
    assert!(photo.rgb()[32 * row..].chunks_exact(row).all(|pixels| pixels == &photo.rgb()[31 * row..32 * row]));
    assert_eq!(Photo::decode(&cut[..cut.len() - 2]), Err(DecodeError::CutOff));
}

#[test]
fn file_without_a_component_is_cut_off() {
    let whole = read_file("scans-three.jpg");
    let scan = whole.windows(2).rposition(|marker| marker == b"\xff\xda").unwrap();
    for end in [&b""[..], b"\xff\xd9"] {
        assert_eq!(Photo::decode(&[&whole[..scan], end].concat()), Err(DecodeError::CutOff));
    }
}

#[test]
fn more_than_a_hundred_scans_are_refused() {
    let whole = read_file("progressive-0.jpg");
    let last = whole.windows(2).rposition(|marker| marker == b"\xff\xda").unwrap();
    let scan = &whole[last..whole.len() - 2];
    let many = [&whole[..last], &scan.repeat(100), b"\xff\xd9"].concat();
    assert_eq!(validate_file(&many), Err(DecodeError::UnsupportedJpeg));
}

#[test]
fn too_short_a_file_for_its_size_is_cut_off() {
    let mut jpeg = read_file("no-jfif.jpg");
    let frame = jpeg.windows(2).position(|marker| marker == b"\xff\xc0").unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(b"\x20\x00\x40\x00");
    assert_eq!(validate_file(&jpeg), Err(DecodeError::CutOff));
}

#[test]
fn large_jpeg_is_decoded_at_reduced_size_only() {
    let (width, height) = (16_000u16, 12_000u16);
    let blocks = usize::from(width / 8) * usize::from(height / 8);
    let mut jpeg = b"\xff\xd8\xff\xdb\0\x43\0".to_vec();
    jpeg.extend([1; 64]);
    jpeg.extend([b"\xff\xc0\0\x0b\x08", &height.to_be_bytes()[..], &width.to_be_bytes(), b"\x01\x01\x11\0"].concat());
    // One code of one bit in each table: a difference of 0, and the end of a block.
    for class in [0x00, 0x10] {
        jpeg.extend([0xff, 0xc4, 0, 20, class, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
    jpeg.extend(b"\xff\xda\0\x08\x01\x01\0\0\x3f\0");
    jpeg.resize(jpeg.len() + blocks * 2 / 8, 0);
    let photo = Photo::decode_reduced(&jpeg).unwrap();
    assert_eq!((photo.width(), photo.height()), (2000, 1500));
    assert!(photo.rgb().iter().all(|&sample| sample == 128));
    let too_many = DecodeError::TooManyPixels { width: width.into(), height: height.into() };
    assert_eq!(Photo::decode(&jpeg), Err(too_many));
}
