//! Parser for the marker segments of a baseline JPEG (ITU-T T.81, annex B): frame header, tables
//! and scan header.

use super::huffman::HuffmanTable;

/// A baseline JPEG with one scan, parsed up to its entropy-coded data.
pub(super) struct BaselineJpeg<'a> {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    pub components: Vec<Component>,
    pub tables: Tables,
    /// MCUs between restart markers; 0 for none.
    pub restart_interval: usize,
    /// All bytes from the start of the entropy-coded data on.
    pub scan_data: &'a [u8],
}

/// Tables by their destination identifiers, 0 to 3.
#[derive(Default)]
pub(super) struct Tables {
    pub dc: [Option<HuffmanTable>; 4],
    pub ac: [Option<HuffmanTable>; 4],
    /// In zigzag order.
    pub quantization: [Option<[f32; 64]>; 4],
}

pub(super) struct Component {
    id: u8,
    /// Blocks across in an MCU (horizontal sampling factor).
    pub h: usize,
    /// Blocks down in an MCU (vertical sampling factor).
    pub v: usize,
    pub quantization_table: usize,
    pub dc_table: usize,
    pub ac_table: usize,
    /// Zigzag index of the last coefficient to decode; later ones are skipped.
    pub last_needed: usize,
}

impl<'a> BaselineJpeg<'a> {
    /// `None` if the file is damaged or of another kind: progressive, arithmetic, 12 bits, CMYK,
    /// RGB, several scans.
    pub fn parse(bytes: &'a [u8]) -> Option<BaselineJpeg<'a>> {
        let mut jpeg = BaselineJpeg {
            width: 0,
            height: 0,
            components: Vec::new(),
            tables: Tables::default(),
            restart_interval: 0,
            scan_data: &[],
        };
        let mut at = 2;
        loop {
            let (0xff, code) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
            if code == 0xff {
                at += 1;
                continue;
            }
            let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
            let body = bytes.get(at + 4..at + 2 + length)?;
            at += 2 + length;
            match code {
                0xc0 | 0xc1 => jpeg.parse_frame_header(body)?,
                0xc4 => jpeg.tables.parse_huffman_tables(body)?,
                0xdb => jpeg.tables.parse_quantization_tables(body)?,
                0xdd => jpeg.restart_interval = usize::from(u16::from_be_bytes(body.try_into().ok()?)),
                0xda => {
                    jpeg.parse_scan_header(body)?;
                    jpeg.scan_data = bytes.get(at..)?;
                    return Some(jpeg);
                }
                // Adobe APP14 with transform 0: the components are RGB.
                0xee if body.starts_with(b"Adobe") && body.get(11) == Some(&0) => return None,
                0xe0..=0xef | 0xfe => {}
                _ => return None,
            }
        }
    }

    fn parse_frame_header(&mut self, body: &[u8]) -> Option<()> {
        let &[8, y1, y0, x1, x0, count, ref components @ ..] = body else { return None };
        if !self.components.is_empty() || !matches!(count, 1 | 3) || components.len() != usize::from(count) * 3 {
            return None;
        }
        (self.width, self.height) = (usize::from(x1) << 8 | usize::from(x0), usize::from(y1) << 8 | usize::from(y0));
        for &[id, sampling, table] in components.as_chunks().0 {
            // The MCU of a scan with one component is one block, whatever the sampling factors
            // (T.81, A.2.2).
            let (h, v) = if count == 1 { (1, 1) } else { (sampling >> 4, sampling & 15) };
            if !matches!((h, v), (1 | 2 | 4, 1 | 2 | 4)) || table > 3 {
                return None;
            }
            let (h, v, quantization_table) = (usize::from(h), usize::from(v), usize::from(table));
            self.components.push(Component { id, h, v, quantization_table, dc_table: 0, ac_table: 0, last_needed: 63 });
        }
        let ids: Vec<u8> = self.components.iter().map(|component| component.id).collect();
        (self.width > 0 && self.height > 0 && ids != *b"RGB").then_some(())
    }

    /// `None` unless the scan holds all components.
    fn parse_scan_header(&mut self, body: &[u8]) -> Option<()> {
        let (&count, rest) = body.split_first()?;
        if self.components.is_empty() || usize::from(count) != self.components.len() {
            return None;
        }
        for (component, &[id, tables]) in self.components.iter_mut().zip(rest.as_chunks().0) {
            if component.id != id {
                return None;
            }
            (component.dc_table, component.ac_table) = (usize::from(tables >> 4) & 3, usize::from(tables & 3));
        }
        (rest.len() == usize::from(count) * 2 + 3).then_some(())
    }

    /// The largest horizontal and vertical sampling factor of any component.
    pub fn max_sampling(&self) -> (usize, usize) {
        let max_of = |factor: fn(&Component) -> usize| self.components.iter().map(factor).max().unwrap_or(1);
        (max_of(|component| component.h), max_of(|component| component.v))
    }

    pub fn mcus_across(&self) -> usize {
        self.width.div_ceil(self.max_sampling().0 * 8)
    }

    pub fn mcus_down(&self) -> usize {
        self.height.div_ceil(self.max_sampling().1 * 8)
    }
}

impl Tables {
    fn parse_huffman_tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&class_and_id, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let symbols = counts.iter().map(|&count| usize::from(count)).sum();
            let table = HuffmanTable::new(counts, rest.get(..symbols)?)?;
            let tables = if class_and_id >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(usize::from(class_and_id & 15))? = Some(table);
            body = &rest[symbols..];
        }
        Some(())
    }

    fn parse_quantization_tables(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((&precision_and_id, rest)) = body.split_first() {
            // 16-bit tables occur only in 12-bit files; their nonzero precision makes the index out
            // of range.
            let (values, rest) = rest.split_first_chunk::<64>()?;
            *self.quantization.get_mut(usize::from(precision_and_id))? = Some(values.map(f32::from));
            body = rest;
        }
        Some(())
    }
}
