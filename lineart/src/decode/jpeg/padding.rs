//! Padding after the scans of a JPEG, by which missing data becomes an error.
//!
//! A decoder that meets a marker too early reads zero bits, which decode to noise or grey. Before
//! the marker we insert bits that are 1: no Huffman code consists of ones only (ITU-T T.81, C.2),
//! so decoding stops there. After the last block of a complete scan they are skipped.

use std::ops::Range;

use super::segments::segments;

/// Stuffed bytes of ones per scan. More than a decoder reads ahead, and than the value bits after
/// the last code.
const PADDING: [u8; 128] = {
    let mut padding = [0; 128];
    let mut at = 0;
    while at < padding.len() {
        padding[at] = 0xff;
        at += 2;
    }
    padding
};

/// A copy of a JPEG with padding after each scan and with an EOI marker.
pub(super) struct PaddedScans {
    bytes: Vec<u8>,
    paddings: Vec<Range<usize>>,
}

impl PaddedScans {
    pub fn new(bytes: &[u8]) -> PaddedScans {
        let mut padded = PaddedScans { bytes: Vec::with_capacity(bytes.len() + 1024), paddings: Vec::new() };
        let (mut copied, mut is_scan) = (0, false);
        for segment in segments(bytes).map_while(Result::ok) {
            padded.append(&bytes[copied..segment.start], is_scan);
            copied = segment.start;
            is_scan = segment.code == 0xda;
            if segment.code == 0xd9 {
                padded.bytes.extend(b"\xff\xd9");
                return padded;
            }
            padded.bytes.extend(&bytes[copied..segment.end]);
            copied = segment.end;
        }
        // The first byte of a marker whose second one is missing.
        let end = bytes.len() - bytes.iter().rev().take_while(|&&byte| byte == 0xff).count();
        padded.append(&bytes[copied..end.max(copied)], is_scan);
        padded.bytes.extend(b"\xff\xd9");
        padded
    }

    fn append(&mut self, data: &[u8], is_scan: bool) {
        self.bytes.extend(data);
        if is_scan {
            let start = self.bytes.len();
            self.bytes.extend(PADDING);
            self.paddings.push(start..self.bytes.len());
        }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// True if a decoder that stopped at `position` had read into the padding.
    pub fn is_padding(&self, position: usize) -> bool {
        self.paddings.iter().any(|padding| padding.start < position && position <= padding.end)
    }
}
