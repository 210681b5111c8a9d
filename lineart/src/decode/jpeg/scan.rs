//! The coefficients of a scan, block by block (T.81, annex F).

use super::bits::{Bits, PADDING};
use super::huffman::Table;
use super::segments::{Component, Segments};

/// Coefficients of one block, row by row from the lowest frequency; those that are not wanted are 0.
pub(super) struct Block {
    pub values: [f32; 64],
    /// All but the first are 0.
    pub flat: bool,
}

/// Where a block belongs.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub component: usize,
    /// Unit of the scan, counted from the left.
    pub unit: usize,
    /// Block in the unit.
    pub x: usize,
    pub y: usize,
    /// It is the last of its row of units.
    pub ends_row: bool,
}

/// Why a scan was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The data ends before the picture does.
    CutOff,
    /// Damaged in another way, or not of the kind that is known.
    Unknown,
}

/// From the zigzag to rows.
const NATURAL: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// The last coefficient in zigzag order of the lowest `wide` x `high` frequencies.
pub(super) fn last_of(wide: usize, high: usize) -> usize {
    let is_one = |&at: &u8| usize::from(at % 8) < wide && usize::from(at / 8) < high;
    NATURAL.iter().rposition(is_one).unwrap_or(0)
}

/// What one component is read with.
struct Reader<'a> {
    component: &'a Component,
    dc: &'a Table,
    ac: &'a Table,
    quantiser: &'a [f32; 64],
}

/// Hands out every block of the scan in the order of the file.
pub(super) fn scan(file: &Segments, mut take: impl FnMut(Place, &Block)) -> Result<(), Stop> {
    let tables = &file.tables;
    let reader = |component: &'_ Component| {
        let (dc, ac) = (tables.dc[component.dc].as_ref()?, tables.ac[component.ac].as_ref()?);
        let quantiser = tables.quantisers[component.quantiser].as_ref()?;
        Some((dc, ac, quantiser))
    };
    let mut readers = Vec::with_capacity(file.components.len());
    for component in &file.components {
        let (dc, ac, quantiser) = reader(component).ok_or(Stop::Unknown)?;
        readers.push(Reader { component, dc, ac, quantiser });
    }
    let (data, ends) = unstuffed(file.scan);
    let mut starts = std::iter::once(0).chain(ends.iter().copied()).zip(&ends);
    let mut next = || starts.next().map(|(start, &end)| Bits::new(&data, start, end)).ok_or(Stop::CutOff);
    let mut bits = next()?;
    let mut before = [0i32; 4];
    let mut block = Block { values: [0.0; 64], flat: true };
    let (across, down) = (file.units_across(), file.units_down());
    for unit in 0..across * down {
        if file.restart > 0 && unit > 0 && unit % file.restart == 0 {
            bits = next()?;
            before = [0; 4];
        }
        for (i, reader) in readers.iter().enumerate() {
            for y in 0..reader.component.v {
                for x in 0..reader.component.h {
                    reader.block(&mut bits, &mut before[i], &mut block).ok_or(Stop::Unknown)?;
                    let last = i + 1 == readers.len() && y + 1 == reader.component.v && x + 1 == reader.component.h;
                    let ends_row = last && unit % across == across - 1;
                    take(Place { component: i, unit: unit % across, x, y, ends_row }, &block);
                }
            }
        }
        // Some cameras leave out the last few units, and nobody misses them.
        if bits.is_past_end() && unit / across + 1 < down {
            return Err(Stop::CutOff);
        }
    }
    Ok(())
}

impl Reader<'_> {
    /// `None` if the data is no code.
    #[inline(always)]
    fn block(&self, bits: &mut Bits, before: &mut i32, block: &mut Block) -> Option<()> {
        if !block.flat {
            block.values = [0.0; 64];
            block.flat = true;
        }
        bits.refill();
        let (length, size) = self.dc.next(bits)?;
        bits.skip(length);
        if size > 15 {
            return None;
        }
        *before = before.wrapping_add(bits.signed(u32::from(size)));
        block.values[0] = *before as f32 * self.quantiser[0];
        let mut k = 1;
        while k < 64 {
            bits.refill();
            if k > self.component.wanted {
                let step = self.ac.step(bits);
                // Only if all of them are of this block.
                if step.bits > 0 && k + usize::from(step.places) < 64 {
                    bits.skip(u32::from(step.bits));
                    k += usize::from(step.places);
                    if step.ends {
                        break;
                    }
                    continue;
                }
            }
            let (length, symbol) = self.ac.next(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                bits.skip(length);
                match run {
                    15 => k += 16,
                    0 => break,
                    _ => return None,
                }
                continue;
            }
            k += run;
            if k <= self.component.wanted {
                bits.skip(length);
                block.values[usize::from(NATURAL[k])] = bits.signed(size) as f32 * self.quantiser[k];
                block.flat = false;
            } else {
                bits.skip(length + size);
            }
            k += 1;
        }
        (k <= 64).then_some(())
    }
}

/// The data of the scan without its stuffed zeros, and where each stretch between restart markers ends in it.
fn unstuffed(scan: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut data = Vec::with_capacity(scan.len() + PADDING);
    let mut ends = Vec::new();
    let mut rest = scan;
    while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
        data.extend_from_slice(&rest[..at]);
        match rest.get(at + 1) {
            Some(0) => {
                data.push(0xff);
                rest = &rest[at + 2..];
            }
            Some(0xff) => rest = &rest[at + 1..],
            Some(0xd0..=0xd7) => {
                ends.push(data.len());
                rest = &rest[at + 2..];
            }
            _ => {
                rest = &[];
                break;
            }
        }
    }
    data.extend_from_slice(rest);
    ends.push(data.len());
    data.resize(data.len() + PADDING, 0);
    (data, ends)
}
