//! Damaged, foreign and swapped weight files are errors.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use vision::{FaceFinder, PersonSegmenter, Weights, WeightsError};

const FACES: &[u8] = include_bytes!("../weights/faces.bin");
const PERSON: &[u8] = include_bytes!("../weights/person.bin");

/// Bytes before the nets.
const HEADER: usize = 20;

#[test]
fn shipped_files_are_read() {
    assert!(FaceFinder::read(FACES).is_ok());
    assert!(PersonSegmenter::read(PERSON).is_ok());
}

#[test]
fn truncated_file_is_rejected() {
    for length in (0..200).chain((200..PERSON.len()).step_by(997)) {
        assert!(Weights::read(&PERSON[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn longer_file_is_rejected() {
    assert_eq!(Weights::read(&[PERSON, &[0]].concat()).unwrap_err(), WeightsError::Length);
}

#[test]
fn flipped_bits_are_rejected() {
    let mut bytes = PERSON.to_vec();
    for at in (0..100).chain((100..PERSON.len()).step_by(4999)) {
        bytes[at] ^= 1 << (at % 8);
        assert!(Weights::read(&bytes).is_err(), "byte {at}");
        bytes[at] ^= 1 << (at % 8);
    }
}

/// Damage that the checksum does not reveal must not cause a panic either.
#[test]
fn damaged_nets_with_a_valid_checksum_are_survived() {
    let mut bytes = PERSON.to_vec();
    for at in (HEADER..HEADER + 400).chain((HEADER + 400..PERSON.len()).step_by(1999)) {
        let byte = bytes[at];
        for value in [0, 255, byte.wrapping_add(1), byte ^ 0x80] {
            bytes[at] = value;
            seal(&mut bytes);
            _ = PersonSegmenter::read(&bytes);
        }
        bytes[at] = byte;
    }
}

#[test]
fn truncated_nets_with_a_valid_checksum_are_rejected() {
    for length in (HEADER..HEADER + 300).chain((HEADER + 300..FACES.len()).step_by(9973)) {
        let mut bytes = FACES[..length].to_vec();
        let payload = (length - HEADER) as u32;
        bytes[8..12].copy_from_slice(&payload.to_le_bytes());
        seal(&mut bytes);
        assert!(Weights::read(&bytes).is_err(), "{length} bytes");
    }
}

#[test]
fn other_files_are_named_in_the_error() {
    assert_eq!(Weights::read(b"\x89PNG\r\n\x1a\n0000").unwrap_err(), WeightsError::Magic);
    assert_eq!(Weights::read(b"").unwrap_err(), WeightsError::Magic);
    let mut newer = PERSON.to_vec();
    newer[4] = 9;
    assert_eq!(Weights::read(&newer).unwrap_err(), WeightsError::Version(9));
}

#[test]
fn weights_of_another_task_are_rejected() {
    assert_eq!(FaceFinder::read(PERSON).unwrap_err(), WeightsError::Task);
    assert_eq!(PersonSegmenter::read(FACES).unwrap_err(), WeightsError::Task);
}

/// Writes the FNV-1a checksum of the nets into the header.
fn seal(bytes: &mut [u8]) {
    let nets = bytes[HEADER..].iter();
    let checksum =
        nets.fold(0xcbf2_9ce4_8422_2325u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    bytes[12..HEADER].copy_from_slice(&checksum.to_le_bytes());
}
