//! Bits of a scan, most significant first, eight bytes at a time.

/// Reads a stretch of data that is followed by [`PADDING`] bytes of anything.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// The next byte to take in.
    at: usize,
    end: usize,
    /// What was taken in and not yet consumed, from the top down.
    held: u64,
    count: u32,
}

/// Bytes that must follow the data, so that it can be read eight at a time to its end.
pub(super) const PADDING: usize = 16;

impl<'a> Bits<'a> {
    pub fn new(data: &'a [u8], start: usize, end: usize) -> Bits<'a> {
        Bits { data, at: start, end, held: 0, count: 0 }
    }

    /// Makes at least 32 bits available; zeros after the end.
    #[inline(always)]
    pub fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        let next = match self.data.get(self.at..self.at + 8) {
            Some(eight) => u64::from_be_bytes(eight.try_into().unwrap_or_default()),
            None => 0,
        };
        self.held |= next >> self.count;
        let taken = (63 - self.count) / 8;
        self.at += taken as usize;
        self.count += taken * 8;
    }

    /// The next `count` bits, 1 to 32, without consuming them.
    #[inline(always)]
    pub fn peek(&self, count: u32) -> u32 {
        (self.held >> (64 - count)) as u32
    }

    #[inline(always)]
    pub fn skip(&mut self, count: u32) {
        self.held <<= count;
        self.count -= count;
    }

    /// A number of `size` bits as T.81 F.2.2.1 extends it: the upper half is positive. Consumes it.
    #[inline(always)]
    pub fn signed(&mut self, size: u32) -> i32 {
        if size == 0 {
            return 0;
        }
        let value = self.peek(size) as i32;
        self.skip(size);
        if value >> (size - 1) == 0 { value - (1 << size) + 1 } else { value }
    }

    /// More was consumed than there is.
    pub fn is_past_end(&self) -> bool {
        self.at.saturating_sub(self.count as usize / 8) > self.end
    }
}
