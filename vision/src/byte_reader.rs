//! Reader of numbers in weight files, and the errors of reading.

use thiserror::Error;

/// The version of the format that this program reads.
pub(crate) const FORMAT_VERSION: u16 = 1;

/// Why bytes are not a weight file of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WeightsError {
    #[error("not a file of weights")]
    Magic,
    #[error("weights of format version {0}, this is version {FORMAT_VERSION}")]
    Version(u16),
    #[error("the file is cut off or too long")]
    Length,
    #[error("the checksum is wrong")]
    Checksum,
    #[error("the operations do not form a net")]
    Net,
    #[error("the nets are not those of this task")]
    Task,
}

/// Takes numbers from the front of a slice; the end of the slice is an error.
pub(crate) struct Reader<'a> {
    pub rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], WeightsError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(WeightsError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WeightsError> {
        self.take(N)?.try_into().map_err(|_| WeightsError::Length)
    }

    pub fn u8(&mut self) -> Result<u8, WeightsError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub fn u16(&mut self) -> Result<u16, WeightsError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Result<u32, WeightsError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// `count` floats of half precision.
    pub fn halves(&mut self, count: usize) -> Result<Vec<f32>, WeightsError> {
        let bytes = self.take(count.checked_mul(2).ok_or(WeightsError::Length)?)?;
        Ok(bytes.as_chunks().0.iter().map(|half| half_to_single(u16::from_le_bytes(*half))).collect())
    }

    /// `rows * columns` signed bytes, each times the scale (f32) of its column.
    pub fn scaled_bytes(&mut self, rows: usize, columns: usize) -> Result<Vec<f32>, WeightsError> {
        let scales = self.take(columns.checked_mul(4).ok_or(WeightsError::Length)?)?;
        let scales: Vec<f32> = scales.as_chunks().0.iter().map(|scale| f32::from_le_bytes(*scale)).collect();
        let bytes = self.take(rows.checked_mul(columns).ok_or(WeightsError::Length)?)?;
        let scaled = |(byte, scale): (&u8, &f32)| f32::from(byte.cast_signed()) * scale;
        Ok(bytes.iter().zip(scales.iter().cycle()).map(scaled).collect())
    }
}

/// Conversion from IEEE 754 binary16, which is exact.
fn half_to_single(half: u16) -> f32 {
    let sign = u32::from(half >> 15) << 31;
    let (exponent, fraction) = (u32::from(half >> 10 & 0x1f), u32::from(half & 0x3ff));
    match exponent {
        // Zero and subnormal numbers are multiples of 2^-24.
        0 => f32::from_bits(sign | (fraction as f32 * (1.0 / 16_777_216.0)).to_bits()),
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_converted_exactly() {
        for (half, single) in [(0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (1, 5.960_464_5e-8), (0x8000, 0.0)] {
            assert_eq!(half_to_single(half), single);
        }
        assert!(half_to_single(0x7e00).is_nan());
    }
}
