//! Entropy decoder of a baseline JPEG scan (ITU-T T.81, annex F): dequantized DCT coefficients,
//! block by block.

use super::bit_reader::{BitReader, PADDING};
use super::huffman::HuffmanTable;
use super::segments::{BaselineJpeg, Component};

/// Dequantized coefficients of one block in row-major order, lowest frequency first; skipped ones
/// are 0.
pub(super) struct Block {
    pub values: [f32; 64],
    /// All AC coefficients are 0.
    pub dc_only: bool,
}

/// Position of a block in the scan.
#[derive(Clone, Copy)]
pub(super) struct BlockPosition {
    pub component: usize,
    /// Column of the MCU, from the left.
    pub mcu: usize,
    /// Column of the block in its MCU.
    pub x: usize,
    /// Row of the block in its MCU.
    pub y: usize,
    /// The block is the last of its row of MCUs.
    pub ends_row: bool,
}

/// Why a scan could not be decoded to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanError {
    /// The data ends before the picture does.
    Truncated,
    /// The data is damaged in another way, or a table is missing.
    Invalid,
}

/// Maps zigzag order to row-major order (T.81, figure A.6).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Zigzag index of the last coefficient among the lowest `width` x `height` frequencies.
pub(super) fn last_zigzag_index(width: usize, height: usize) -> usize {
    let is_within = |&at: &u8| usize::from(at % 8) < width && usize::from(at / 8) < height;
    ZIGZAG.iter().rposition(is_within).unwrap_or(0)
}

/// A component with the tables that its blocks are decoded with.
struct BlockDecoder<'a> {
    component: &'a Component,
    dc: &'a HuffmanTable,
    ac: &'a HuffmanTable,
    quantization: &'a [f32; 64],
}

/// Decodes the scan and passes every block to `on_block` in the order of the file.
///
/// # Errors
///
/// [`ScanError::Truncated`] if the data ends before the last row of MCUs; [`ScanError::Invalid`] if
/// a table is missing or no Huffman code matches.
pub(super) fn decode_scan(
    jpeg: &BaselineJpeg,
    mut on_block: impl FnMut(BlockPosition, &Block),
) -> Result<(), ScanError> {
    let tables = &jpeg.tables;
    let tables_of = |component: &'_ Component| {
        let (dc, ac) = (tables.dc[component.dc_table].as_ref()?, tables.ac[component.ac_table].as_ref()?);
        let quantization = tables.quantization[component.quantization_table].as_ref()?;
        Some((dc, ac, quantization))
    };
    let mut decoders = Vec::with_capacity(jpeg.components.len());
    for component in &jpeg.components {
        let (dc, ac, quantization) = tables_of(component).ok_or(ScanError::Invalid)?;
        decoders.push(BlockDecoder { component, dc, ac, quantization });
    }
    let (data, ends) = remove_byte_stuffing(jpeg.scan_data);
    let mut intervals = std::iter::once(0).chain(ends.iter().copied()).zip(&ends);
    let mut next_interval =
        || intervals.next().map(|(start, &end)| BitReader::new(&data, start, end)).ok_or(ScanError::Truncated);
    let mut bits = next_interval()?;
    let mut dc_predictors = [0i32; 4];
    let mut block = Block { values: [0.0; 64], dc_only: true };
    let (across, down) = (jpeg.mcus_across(), jpeg.mcus_down());
    for mcu in 0..across * down {
        if jpeg.restart_interval > 0 && mcu > 0 && mcu % jpeg.restart_interval == 0 {
            bits = next_interval()?;
            dc_predictors = [0; 4];
        }
        for (i, decoder) in decoders.iter().enumerate() {
            let Component { h, v, .. } = *decoder.component;
            for y in 0..v {
                for x in 0..h {
                    decoder.decode_block(&mut bits, &mut dc_predictors[i], &mut block).ok_or(ScanError::Invalid)?;
                    let is_last = i + 1 == decoders.len() && y + 1 == v && x + 1 == h;
                    let ends_row = is_last && mcu % across == across - 1;
                    on_block(BlockPosition { component: i, mcu: mcu % across, x, y, ends_row }, &block);
                }
            }
        }
        // Some cameras omit the last few MCUs, so missing data in the last row is accepted.
        if bits.is_past_end() && mcu / across + 1 < down {
            return Err(ScanError::Truncated);
        }
    }
    Ok(())
}

impl BlockDecoder<'_> {
    /// Decodes one block (T.81, F.2.2). `None` if no code matches or a run leaves the block.
    #[inline(always)]
    fn decode_block(&self, bits: &mut BitReader, dc_predictor: &mut i32, block: &mut Block) -> Option<()> {
        if !block.dc_only {
            block.values = [0.0; 64];
            block.dc_only = true;
        }
        bits.refill();
        let (length, size) = self.dc.peek_symbol(bits)?;
        bits.consume(length);
        if size > 15 {
            return None;
        }
        *dc_predictor = dc_predictor.wrapping_add(bits.receive_extend(u32::from(size)));
        block.values[0] = *dc_predictor as f32 * self.quantization[0];
        let mut k = 1;
        while k < 64 {
            bits.refill();
            if k > self.component.last_needed {
                let skip = self.ac.peek_skip_run(bits);
                // Only if the whole run lies in this block.
                if skip.bits > 0 && k + usize::from(skip.coefficients) < 64 {
                    bits.consume(u32::from(skip.bits));
                    k += usize::from(skip.coefficients);
                    if skip.end_of_block {
                        break;
                    }
                    continue;
                }
            }
            let (length, symbol) = self.ac.peek_symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                bits.consume(length);
                match run {
                    15 => k += 16,
                    0 => break,
                    _ => return None,
                }
                continue;
            }
            k += run;
            if k <= self.component.last_needed {
                bits.consume(length);
                block.values[usize::from(ZIGZAG[k])] = bits.receive_extend(size) as f32 * self.quantization[k];
                block.dc_only = false;
            } else {
                bits.consume(length + size);
            }
            k += 1;
        }
        (k <= 64).then_some(())
    }
}

/// The entropy-coded data without stuffed zero bytes (T.81, B.1.1.5) and markers, followed by
/// [`PADDING`]; and the end of each restart interval in it.
fn remove_byte_stuffing(scan_data: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut data = Vec::with_capacity(scan_data.len() + PADDING);
    let mut ends = Vec::new();
    let mut rest = scan_data;
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
