//! Test photos, and files that are not valid photos.

use lineart::Photo;

/// A photo with something to draw: two discs on a gradient.
pub fn photo(width: u32, height: u32) -> Photo {
    let disc = |x: u32, y: u32, cx: f32, cy: f32| {
        let (dx, dy) = (x as f32 / width as f32 - cx, y as f32 / height as f32 - cy);
        dx * dx + dy * dy < 0.04
    };
    let mut rgb = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let background = (x * 60 / width) as u8;
            rgb.extend(match (disc(x, y, 0.3, 0.4), disc(x, y, 0.7, 0.6)) {
                (true, _) => [220, 60, 40],
                (_, true) => [40, 80, 210],
                _ => [180 + background / 2, 190, 150 + background],
            });
        }
    }
    Photo::from_rgb(width, height, rgb).expect("a photo")
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    photo(width, height).to_jpeg(width.max(height), 90)
}

/// A white JPEG, with nothing to draw.
pub fn blank(width: u32, height: u32) -> Vec<u8> {
    let white = Photo::from_rgb(width, height, vec![255; (width * height * 3) as usize]).expect("a photo");
    white.to_jpeg(width.max(height), 90)
}

/// A JPEG with an EXIF block: an orientation (TIFF 6.0, tag 0x0112) and a description that stands
/// for a location.
pub fn jpeg_with_exif(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    // ImageDescription: 16 bytes of text at offset 38, after the directory.
    tiff.extend([0x0e, 0x01, 2, 0, 16, 0, 0, 0, 38, 0, 0, 0]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"GPS 52.52 13.40\0");
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let plain = jpeg(width, height);
    let mut file = plain[..2].to_vec();
    file.extend([0xff, 0xe1]);
    file.extend(u16::try_from(segment.len() + 2).expect("short").to_be_bytes());
    file.extend(segment);
    file.extend(&plain[2..]);
    file
}

/// The signature and header of a PNG of this size, without image data.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend([8, 2, 0, 0, 0]);
    file.extend(crc32(&file[12..]).to_be_bytes());
    file
}

/// A GIF of two frames, 1 x 1.
pub fn animated_gif() -> Vec<u8> {
    let frame = [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
    [b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".as_slice(), &frame, &frame, b";"].concat()
}

pub const SVG: &[u8] = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"4\"/></svg>";

/// CRC-32 of a PNG chunk (PNG specification, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
