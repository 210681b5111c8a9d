//! Bit reader for entropy-coded JPEG data: most significant bit first, refilled eight bytes at a
//! time.

/// Reads the bits of one restart interval. [`PADDING`] bytes of any value must follow the interval.
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// Index of the next byte to load.
    position: usize,
    end: usize,
    /// Bits that are loaded and not yet consumed, left-aligned.
    buffer: u64,
    available: u32,
}

/// Bytes that must follow the data, so that eight-byte loads stay in bounds up to its end.
pub(super) const PADDING: usize = 16;

impl<'a> BitReader<'a> {
    /// A reader of `data[start..end]`.
    pub fn new(data: &'a [u8], start: usize, end: usize) -> BitReader<'a> {
        BitReader { data, position: start, end, buffer: 0, available: 0 }
    }

    /// Makes at least 32 bits available. Past the end of `data` the bits are zeros.
    #[inline(always)]
    pub fn refill(&mut self) {
        if self.available >= 32 {
            return;
        }
        let next = match self.data.get(self.position..self.position + 8) {
            Some(eight) => u64::from_be_bytes(eight.try_into().unwrap_or_default()),
            None => 0,
        };
        self.buffer |= next >> self.available;
        let loaded = (63 - self.available) / 8;
        self.position += loaded as usize;
        self.available += loaded * 8;
    }

    /// The next `count` bits, 1 to 32, without consuming them.
    #[inline(always)]
    pub fn peek(&self, count: u32) -> u32 {
        (self.buffer >> (64 - count)) as u32
    }

    /// Drops the next `count` bits, which must be available.
    #[inline(always)]
    pub fn consume(&mut self, count: u32) {
        self.buffer <<= count;
        self.available -= count;
    }

    /// Consumes `size` bits, 0 to 15, as a signed coefficient: RECEIVE and EXTEND of T.81, F.2.2.1.
    #[inline(always)]
    pub fn receive_extend(&mut self, size: u32) -> i32 {
        if size == 0 {
            return 0;
        }
        let value = self.peek(size) as i32;
        self.consume(size);
        if value >> (size - 1) == 0 { value - (1 << size) + 1 } else { value }
    }

    /// True if more bits were consumed than the interval holds.
    pub fn is_past_end(&self) -> bool {
        self.position.saturating_sub(self.available as usize / 8) > self.end
    }
}
