//! Reader of weight files: neural nets as lists of operations with quantised weights.
//!
//! All numbers are little-endian. A file is `SMNN`, the format version (u16), the number of nets
//! (u16), the length of what follows (u32) and its FNV-1a checksum (u64), then the nets. A net is
//! the height, width and channels of its input (u16 each), the number of operations (u16), the bits
//! of a weight (u8, 8 or 16), the number of outputs (u8) and their values (u16 each), then the
//! operations. Value 0 is the input; operation n produces value n + 1. An operation is its kind
//! (u8), the values it reads (u16) and its parameters, see [`Net::read`].

use crate::byte_reader::{FORMAT_VERSION, Reader, WeightsError};
use crate::net::Net;

const MAGIC: &[u8] = b"SMNN";

/// The nets of a weight file.
#[derive(Debug)]
pub struct Weights {
    pub(crate) nets: Vec<Net>,
}

impl Weights {
    /// Reads and checks a whole file.
    ///
    /// # Errors
    ///
    /// The bytes are not a file of this format version, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Weights, WeightsError> {
        let mut reader = Reader { rest: bytes };
        if reader.take(MAGIC.len()).map_err(|_| WeightsError::Magic)? != MAGIC {
            return Err(WeightsError::Magic);
        }
        let version = reader.u16()?;
        if version != FORMAT_VERSION {
            return Err(WeightsError::Version(version));
        }
        let (count, length) = (reader.u16()?, reader.u32()? as usize);
        let checksum = u64::from_le_bytes(reader.array()?);
        if reader.rest.len() != length {
            return Err(WeightsError::Length);
        }
        if fnv1a(reader.rest) != checksum {
            return Err(WeightsError::Checksum);
        }
        let nets = (0..count).map(|_| Net::read(&mut reader)).collect::<Result<_, _>>()?;
        match reader.rest {
            [] => Ok(Weights { nets }),
            _ => Err(WeightsError::Length),
        }
    }
}

/// FNV-1a hash of 64 bits (Fowler, Noll, Vo).
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
