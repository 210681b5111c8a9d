//! Huffman codes (T.81, annex C): the first bits of what comes are looked up at once.

use super::bits::Bits;

/// Bits looked up at once; longer codes are rare.
const PEEK: u32 = 11;

/// Bits over which symbols are stepped over at once.
const STRIDE: u32 = 12;

/// Several coefficients that are not wanted.
#[derive(Clone, Copy, Default)]
pub(super) struct Step {
    /// 0 if not even one is within reach.
    pub bits: u8,
    /// Places in the zigzag.
    pub places: u8,
    /// The last of them says that the rest of the block is 0.
    pub ends: bool,
}

pub(super) struct Table {
    /// For the next bits: length of the code they begin with, 0 if it is longer, and its symbol.
    quick: Vec<(u8, u8)>,
    /// For each length: the first code of 16 bits beyond it, and what to add to a code to find its symbol.
    beyond: [u32; 17],
    offset: [i32; 17],
    symbols: Vec<u8>,
    steps: Vec<Step>,
}

impl Table {
    /// `counts[i]` codes of `i + 1` bits. `None` if there are more than fit.
    pub fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Table> {
        let mut table = Table {
            quick: vec![(0, 0); 1 << PEEK],
            beyond: [0; 17],
            offset: [0; 17],
            symbols: symbols.to_vec(),
            steps: Vec::new(),
        };
        let (mut code, mut first) = (0u32, 0usize);
        for (length, &count) in (1u32..).zip(counts) {
            let codes = symbols.get(first..first + usize::from(count))?;
            table.offset[length as usize] = first as i32 - code as i32;
            for &symbol in codes {
                if code >= 1 << length {
                    return None;
                }
                if length <= PEEK {
                    let from = (code << (PEEK - length)) as usize;
                    table.quick[from..from + (1 << (PEEK - length))].fill((length as u8, symbol));
                }
                code += 1;
            }
            first += usize::from(count);
            table.beyond[length as usize] = code << (16 - length);
            code <<= 1;
        }
        table.steps = (0..1 << STRIDE).map(|ahead| table.step_over(ahead)).collect();
        Some(table)
    }

    /// As many whole symbols of a scan's AC codes, each with the bits of its value, as `ahead` begins with.
    fn step_over(&self, ahead: u32) -> Step {
        let mut step = Step::default();
        loop {
            let next = (ahead << step.bits) & ((1 << STRIDE) - 1);
            let (length, symbol) = self.quick[(next >> (STRIDE - PEEK)) as usize];
            let (run, size) = (symbol >> 4, symbol & 15);
            let bits = step.bits + length + size;
            if length == 0 || u32::from(bits) > STRIDE || (size == 0 && !matches!(run, 0 | 15)) {
                return step;
            }
            step.bits = bits;
            if symbol == 0 {
                step.ends = true;
                return step;
            }
            step.places += run + 1;
        }
    }

    #[inline(always)]
    pub fn step(&self, bits: &Bits) -> Step {
        self.steps[bits.peek(STRIDE) as usize]
    }

    /// The next symbol and the length of its code, which is not consumed. `None` if no code begins like this.
    #[inline(always)]
    pub fn next(&self, bits: &Bits) -> Option<(u32, u8)> {
        let (length, symbol) = self.quick[bits.peek(PEEK) as usize];
        if length != 0 { Some((u32::from(length), symbol)) } else { self.long(bits) }
    }

    #[cold]
    fn long(&self, bits: &Bits) -> Option<(u32, u8)> {
        let ahead = bits.peek(16);
        let length = (PEEK + 1..=16).find(|&length| ahead < self.beyond[length as usize])?;
        let code = (ahead >> (16 - length)) as i32;
        let symbol = self.symbols.get(usize::try_from(code + self.offset[length as usize]).ok()?)?;
        Some((length, *symbol))
    }
}
