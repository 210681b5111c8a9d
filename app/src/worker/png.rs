//! Encoding of a photo as a PNG file (W3C PNG, third edition), compressed by the browser.
//!
//! A canvas could encode it too, but browsers that resist fingerprinting change the pixels that a
//! canvas returns, and the server has to draw from exactly the pixels of the preview.

use lineart::Photo;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ReadableStream, ReadableWritablePair, Response};

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
const BYTES_PER_PIXEL: usize = 3;

#[wasm_bindgen]
extern "C" {
    /// <https://compression.spec.whatwg.org/>, by hand because it is unstable in web-sys.
    type CompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;
}

/// Encodes a photo as an 8-bit RGB PNG file without metadata.
///
/// # Errors
///
/// An exception: the browser has no `CompressionStream`.
pub(super) async fn encode(photo: &Photo) -> Result<Blob, JsValue> {
    let compressed = deflate(&filter_rows(photo)).await?;
    let file = js_sys::Uint8Array::from(assemble(photo.width(), photo.height(), &compressed).as_slice());
    let options = BlobPropertyBag::new();
    options.set_type("image/png");
    Blob::new_with_u8_array_sequence_and_options(&js_sys::Array::of1(&file), &options)
}

/// Compresses to a zlib stream.
async fn deflate(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let stream: ReadableStream = Blob::new_with_u8_array_sequence(&parts)?.stream();
    // The format "deflate" is the zlib format of RFC 1950.
    let compressor: ReadableWritablePair = CompressionStream::new("deflate")?.unchecked_into();
    let compressed = Response::new_with_opt_readable_stream(Some(&stream.pipe_through(&compressor)))?;
    let buffer = JsFuture::from(compressed.array_buffer()?).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// The rows of the photo with the filter "Paeth", the best of the five for photos: for each row the
/// number of the filter and the difference of each byte from its prediction.
fn filter_rows(photo: &Photo) -> Vec<u8> {
    let row_length = photo.width() as usize * BYTES_PER_PIXEL;
    let mut filtered = Vec::with_capacity((row_length + 1) * photo.height() as usize);
    let first = vec![0; row_length];
    let mut above = first.as_slice();
    for row in photo.rgb().chunks_exact(row_length) {
        filtered.push(4);
        for (i, &byte) in row.iter().enumerate() {
            let left_index = i.checked_sub(BYTES_PER_PIXEL);
            let (left, above_left) = left_index.map_or((0, 0), |j| (row[j], above[j]));
            filtered.push(byte.wrapping_sub(predict(left, above[i], above_left)));
        }
        above = row;
    }
    filtered
}

/// The Paeth predictor: of three neighbours the one that is closest to left + above - above left.
fn predict(left: u8, above: u8, above_left: u8) -> u8 {
    let [a, b, c] = [left, above, above_left].map(i16::from);
    let distance = |neighbour: i16| (a + b - c - neighbour).abs();
    if distance(a) <= distance(b) && distance(a) <= distance(c) {
        left
    } else if distance(b) <= distance(c) {
        above
    } else {
        above_left
    }
}

/// The chunks IHDR, IDAT and IEND behind the signature.
fn assemble(width: u32, height: u32, compressed: &[u8]) -> Vec<u8> {
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // 8 bits per channel, RGB, deflate, adaptive filters, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    let mut file = SIGNATURE.to_vec();
    for (kind, data) in [(b"IHDR", header.as_slice()), (b"IDAT", compressed), (b"IEND", &[])] {
        file.extend((data.len() as u32).to_be_bytes());
        let checked = file.len();
        file.extend(kind);
        file.extend(data);
        let checksum = crc32(&file[checked..]);
        file.extend(checksum.to_be_bytes());
    }
    file
}

/// CRC-32 of a chunk's type and data, bit by bit: a table is not worth its size for one file.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zlib stream of stored blocks.
    fn store(bytes: &[u8]) -> Vec<u8> {
        let mut zlib = vec![0x78, 0x01];
        let blocks: Vec<_> = bytes.chunks(65_535).collect();
        for (i, block) in blocks.iter().enumerate() {
            let length = block.len() as u16;
            zlib.push(u8::from(i + 1 == blocks.len()));
            zlib.extend(length.to_le_bytes());
            zlib.extend((!length).to_le_bytes());
            zlib.extend(*block);
        }
        let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), &byte| {
            let a = (a + u32::from(byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        zlib.extend((b << 16 | a).to_be_bytes());
        zlib
    }

    fn assert_round_trip(width: u32, height: u32) {
        let rgb = (0..width * height * 3).map(|i| (i.wrapping_mul(i).wrapping_mul(0x9e37_79b1) >> 24) as u8).collect();
        let photo = Photo::from_rgb(width, height, rgb).expect("a photo");
        let file = assemble(width, height, &store(&filter_rows(&photo)));
        assert!(Photo::decode(&file).expect("a valid PNG") == photo, "{width} x {height}");
    }

    #[test]
    fn png_decodes_to_the_same_pixels() {
        for (width, height) in [(1, 1), (1, 5), (7, 1), (31, 17), (320, 240)] {
            assert_round_trip(width, height);
        }
    }

    #[test]
    fn checksum_is_that_of_the_specification() {
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }
}
