//! Baseline JPEG (ITU-T T.81) at one to four eighths of its size. A block of 8 x 8 pixels is stored as frequencies; its lowest
//! few are a smaller block, so most of them need not even be read, only stepped over.
//!
//! What cameras write is baseline with one scan. Everything else is left to the full decoder.

mod bits;
mod huffman;
mod progress;
mod scan;
mod segments;
mod transform;

use super::{DecodeError, Header};
use crate::photo::Photo;
use scan::Stop;
use segments::Segments;
use transform::Basis;

/// The picture in so many eighths of its size, 1 to 4, rounded up, as it is stored: not yet upright. `None` if it
/// is not of the kind this decoder knows.
pub(super) fn reduced(bytes: &[u8], header: Header, eighths: u32) -> Result<Option<Photo>, DecodeError> {
    let Some(mut file) = Segments::read(bytes).filter(|_| eighths < 8) else { return Ok(None) };
    if (file.width, file.height) != (header.width as usize, header.height as usize) {
        return Ok(None);
    }
    let Some(mut picture) = Picture::new(&mut file, eighths as usize) else { return Ok(None) };
    match scan::scan(&file, |at, block| picture.take(at, block)) {
        Ok(()) => Photo::from_rgb(picture.width as u32, picture.height as u32, picture.rgb)
            .map(Some)
            .map_err(|_| DecodeError::Broken),
        Err(Stop::CutOff) => Err(DecodeError::CutOff),
        Err(Stop::Unknown) => Ok(None),
    }
}

/// False if the picture data of a JPEG ends before the picture does, though the file has an end marker: decoders fill what is
/// missing with grey. True for what this decoder does not know.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let Some(mut file) = Segments::read(bytes) else { return progress::is_told(bytes) };
    file.components.iter_mut().for_each(|component| component.wanted = 0);
    !matches!(scan::scan(&file, |_, _| ()), Err(Stop::CutOff))
}

/// The smaller picture while its rows of blocks come in.
struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
    planes: Vec<Plane>,
    /// Pixels between the rows of a plane, and rows in it.
    stride: usize,
    rows: usize,
}

/// One row of blocks of one component, at the size of the smaller picture.
struct Plane {
    values: Vec<f32>,
    across: Basis,
    down: Basis,
    /// Blocks of it in a unit of the scan.
    blocks: (usize, usize),
}

impl Picture {
    fn new(file: &mut Segments, eighths: usize) -> Option<Picture> {
        let (width, height) = ((file.width * eighths).div_ceil(8), (file.height * eighths).div_ceil(8));
        let (most_h, most_v) = file.sampling();
        let (stride, rows) = (file.units_across() * most_h * eighths, most_v * eighths);
        let plane = |component: &mut segments::Component| {
            // A component of fewer blocks has larger ones, and is as large in the end.
            let (across, down) =
                (Basis::new(eighths * most_h / component.h)?, Basis::new(eighths * most_v / component.v)?);
            component.wanted = scan::last_of(across.size(), down.size());
            let blocks = (component.h, component.v);
            Some(Plane { values: vec![0.0; stride * rows], across, down, blocks })
        };
        let planes = file.components.iter_mut().map(plane).collect::<Option<_>>()?;
        Some(Picture { width, height, rgb: Vec::with_capacity(width * height * 3), planes, stride, rows })
    }

    /// Takes the coefficients of one unit of the scan at a time, and at the end of a row makes pixels of them.
    fn take(&mut self, at: scan::Place, coefficients: &scan::Block) {
        let plane = &mut self.planes[at.component];
        let (wide, high) = (plane.across.size(), plane.down.size());
        let x = (at.unit * plane.blocks.0 + at.x) * wide;
        let out = &mut plane.values[at.y * high * self.stride + x..];
        transform::inverse(coefficients, &plane.across, &plane.down, out, self.stride);
        if at.ends_row {
            self.finish_row();
        }
    }

    fn finish_row(&mut self) {
        let done = self.rgb.len();
        let rows = self.rows.min(self.height - done / (self.width * 3));
        self.rgb.resize(done + rows * self.width * 3, 0);
        for (y, row) in self.rgb[done..].chunks_exact_mut(self.width * 3).enumerate() {
            let pixels = row.as_chunks_mut().0;
            let line = y * self.stride..y * self.stride + self.width;
            match self.planes.as_slice() {
                [grey] => {
                    for (pixel, &value) in pixels.iter_mut().zip(&grey.values[line]) {
                        *pixel = [byte(value); 3];
                    }
                }
                [luma, blue, red] => {
                    let chroma = blue.values[line.clone()].iter().zip(&red.values[line.clone()]);
                    for ((pixel, &luma), (&blue, &red)) in pixels.iter_mut().zip(&luma.values[line]).zip(chroma) {
                        *pixel = rgb(luma, blue, red);
                    }
                }
                _ => {}
            }
        }
    }
}

/// From a value around 0.
fn byte(value: f32) -> u8 {
    (value + 128.5) as u8
}

/// JFIF, after ITU-R BT.601.
fn rgb(luma: f32, blue: f32, red: f32) -> [u8; 3] {
    [byte(luma + 1.402 * red), byte(luma - 0.344_136 * blue - 0.714_136 * red), byte(luma + 1.772 * blue)]
}
