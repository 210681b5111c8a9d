//! Whether a progressive JPEG has all its parts. It comes in scans, each of which tells a band of frequencies of one
//! component or more; what no scan tells, decoders take for grey or for blur.

use crate::decode::walk;

/// Frequencies of a block, one bit each.
const ALL: u64 = u64::MAX;

/// False if some frequency of some component is in no scan, as in a file that was cut short and ended anew. What only
/// refines a frequency may be missing: that shows in no line. True for every other kind of JPEG.
pub(super) fn is_told(bytes: &[u8]) -> bool {
    missing(bytes).is_none_or(|missing| missing.iter().all(|&(_, frequencies)| frequencies == 0))
}

/// The frequencies still missing of each component. `None` if the file is of another kind or damaged.
fn missing(bytes: &[u8]) -> Option<Vec<(u8, u64)>> {
    let mut components = Vec::new();
    let mut at = 2;
    while let Some((code, body)) = walk::jpeg_marker(bytes, at) {
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
                components = segment.get(6..)?.as_chunks().0.iter().map(|[name, ..]: &[u8; 3]| (*name, ALL)).collect()
            }
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) => return None,
            0xda => tell(&mut components, segment)?,
            _ => {}
        }
    }
    Some(components)
}

/// Takes from what is missing what a scan with this header tells.
fn tell(components: &mut [(u8, u64)], scan: &[u8]) -> Option<()> {
    let count = usize::from(*scan.first()?);
    let told = scan.get(1..1 + 2 * count)?;
    let (first, last) = (*scan.get(1 + 2 * count)?, *scan.get(2 + 2 * count)?);
    if first > last || last > 63 {
        return None;
    }
    let band = (ALL >> (63 - (last - first))) << first;
    for (name, missing) in components {
        if told.as_chunks().0.iter().any(|[one, _]: &[u8; 2]| one == name) {
            *missing &= !band;
        }
    }
    Some(())
}
