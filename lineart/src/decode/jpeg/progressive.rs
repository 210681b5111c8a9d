//! Completeness check of progressive JPEG files (ITU-T T.81, annex G): whether the scan headers
//! cover every coefficient.
//!
//! Each scan carries a band of coefficients of one or more components. Decoders render a
//! coefficient without a scan as zero, so a file with missing scans decodes to grey or to a blurred
//! picture.

use crate::decode::container;

/// One bit for each coefficient of a block.
const ALL_COEFFICIENTS: u64 = u64::MAX;

/// False if some coefficient of some component is in no scan, as in a file that was truncated and
/// given a new end marker. Missing refinement scans are accepted: they do not change a drawing.
/// True for every other kind of JPEG.
pub(super) fn covers_all_coefficients(bytes: &[u8]) -> bool {
    missing_coefficients(bytes).is_none_or(|missing| missing.iter().all(|&(_, coefficients)| coefficients == 0))
}

/// For each component its id and a bit set of the coefficients that no scan carries. `None` if the
/// file is damaged or not progressive.
fn missing_coefficients(bytes: &[u8]) -> Option<Vec<(u8, u64)>> {
    let mut components = Vec::new();
    let mut at = 2;
    while let Some((code, body)) = container::next_jpeg_marker(bytes, at) {
        if matches!(code, 0x01 | 0xd0..=0xd8) {
            at = body;
            continue;
        }
        if code == 0xd9 {
            break;
        }
        let length = u16::from_be_bytes([*bytes.get(body)?, *bytes.get(body + 1)?]);
        at = body + usize::from(length);
        let segment = bytes.get(body + 2..at)?;
        match code {
            0xc2 => {
                let specifications = segment.get(6..)?.as_chunks().0;
                components = specifications.iter().map(|[id, ..]: &[u8; 3]| (*id, ALL_COEFFICIENTS)).collect()
            }
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => return None,
            0xda => remove_scanned_band(&mut components, segment)?,
            _ => {}
        }
    }
    Some(components)
}

/// Removes the band of coefficients (Ss to Se of T.81, B.2.3) that a scan header announces.
fn remove_scanned_band(components: &mut [(u8, u64)], scan_header: &[u8]) -> Option<()> {
    let count = usize::from(*scan_header.first()?);
    let selectors = scan_header.get(1..1 + 2 * count)?;
    let (first, last) = (*scan_header.get(1 + 2 * count)?, *scan_header.get(2 + 2 * count)?);
    if first > last || last > 63 {
        return None;
    }
    let band = (ALL_COEFFICIENTS >> (63 - (last - first))) << first;
    for (id, missing) in components {
        if selectors.as_chunks().0.iter().any(|[selector, _]: &[u8; 2]| selector == id) {
            *missing &= !band;
        }
    }
    Some(())
}
