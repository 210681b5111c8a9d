//! Huffman decoding table of JPEG (ITU-T T.81, annex C and F.2.2.3) with an 11-bit lookup, and a
//! second lookup that skips several unneeded AC coefficients at once.

use super::bit_reader::BitReader;

/// Codes up to this many bits are decoded with one lookup; longer codes are rare.
const LOOKUP_BITS: u32 = 11;

/// Width of the lookup that skips coefficients, in bits.
const SKIP_BITS: u32 = 12;

/// A run of whole AC coefficients that can be skipped with one lookup.
#[derive(Clone, Copy, Default)]
pub(super) struct SkipRun {
    /// Bits of the run; 0 if not even one coefficient fits into the lookup.
    pub bits: u8,
    /// Zigzag positions that the run covers.
    pub coefficients: u8,
    /// The run ends with the end-of-block code.
    pub end_of_block: bool,
}

pub(super) struct HuffmanTable {
    /// By the next bits: length of the code they start with, 0 if it is longer than the lookup, and
    /// its symbol.
    lookup: Vec<(u8, u8)>,
    /// By code length: the first 16-bit prefix that belongs to a longer code (MAXCODE + 1,
    /// left-aligned).
    code_limit: [u32; 17],
    /// By code length: what to add to a code to get the index of its symbol.
    symbol_offset: [i32; 17],
    symbols: Vec<u8>,
    skip_runs: Vec<SkipRun>,
}

impl HuffmanTable {
    /// Builds the table from a DHT segment: `counts[i]` codes have `i + 1` bits. `None` if the
    /// counts describe more codes than that length allows.
    pub fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<HuffmanTable> {
        let mut table = HuffmanTable {
            lookup: vec![(0, 0); 1 << LOOKUP_BITS],
            code_limit: [0; 17],
            symbol_offset: [0; 17],
            symbols: symbols.to_vec(),
            skip_runs: Vec::new(),
        };
        let (mut code, mut first) = (0u32, 0usize);
        for (length, &count) in (1u32..).zip(counts) {
            let codes = symbols.get(first..first + usize::from(count))?;
            table.symbol_offset[length as usize] = first as i32 - code as i32;
            for &symbol in codes {
                if code >= 1 << length {
                    return None;
                }
                if length <= LOOKUP_BITS {
                    let from = (code << (LOOKUP_BITS - length)) as usize;
                    table.lookup[from..from + (1 << (LOOKUP_BITS - length))].fill((length as u8, symbol));
                }
                code += 1;
            }
            first += usize::from(count);
            table.code_limit[length as usize] = code << (16 - length);
            code <<= 1;
        }
        table.skip_runs = (0..1 << SKIP_BITS).map(|prefix| table.build_skip_run(prefix)).collect();
        Some(table)
    }

    /// The longest run of whole AC symbols, each with its value bits, at the start of `prefix`
    /// ([`SKIP_BITS`] bits).
    fn build_skip_run(&self, prefix: u32) -> SkipRun {
        let mut skip = SkipRun::default();
        loop {
            let next = (prefix << skip.bits) & ((1 << SKIP_BITS) - 1);
            let (length, symbol) = self.lookup[(next >> (SKIP_BITS - LOOKUP_BITS)) as usize];
            let (run, size) = (symbol >> 4, symbol & 15);
            let bits = skip.bits + length + size;
            if length == 0 || u32::from(bits) > SKIP_BITS || (size == 0 && !matches!(run, 0 | 15)) {
                return skip;
            }
            skip.bits = bits;
            if symbol == 0 {
                skip.end_of_block = true;
                return skip;
            }
            skip.coefficients += run + 1;
        }
    }

    /// The coefficients that can be skipped at the current position, which is not moved.
    #[inline(always)]
    pub fn peek_skip_run(&self, bits: &BitReader) -> SkipRun {
        self.skip_runs[bits.peek(SKIP_BITS) as usize]
    }

    /// Length of the next code and its symbol, without consuming it. `None` if no code matches.
    #[inline(always)]
    pub fn peek_symbol(&self, bits: &BitReader) -> Option<(u32, u8)> {
        let (length, symbol) = self.lookup[bits.peek(LOOKUP_BITS) as usize];
        if length != 0 { Some((u32::from(length), symbol)) } else { self.peek_long_symbol(bits) }
    }

    /// [`Self::peek_symbol`] for codes longer than [`LOOKUP_BITS`].
    #[cold]
    fn peek_long_symbol(&self, bits: &BitReader) -> Option<(u32, u8)> {
        let prefix = bits.peek(16);
        let length = (LOOKUP_BITS + 1..=16).find(|&length| prefix < self.code_limit[length as usize])?;
        let code = (prefix >> (16 - length)) as i32;
        let symbol = self.symbols.get(usize::try_from(code + self.symbol_offset[length as usize]).ok()?)?;
        Some((length, *symbol))
    }
}
